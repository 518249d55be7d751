"""Settings, read top to bottom. Everything a deployment chooses comes from the environment.

Without any, this is a production start, and it refuses in one line what would be unsafe. `make
setup` writes a `.env` with DEBUG=true for a developer's own machine.
"""

import sys
from pathlib import Path

from csp.constants import NONE, SELF
from django.templatetags.static import static
from django.urls import reverse_lazy
from environs import Env

from niagara.accounts.permissions import SCOPES

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
env.read_env(BASE_DIR / ".env", recurse=False)


def _stop(sentence: str) -> None:
    """End the start with one clear line instead of a stack trace."""
    print(sentence, file=sys.stderr)
    raise SystemExit(3)  # with which Gunicorn, too, does not try again


# What a deployment chooses

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "") or ("for development only, never in production" if DEBUG else "")
if not DEBUG and (len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5):
    _stop("Set SECRET_KEY to 50 or more random characters, or DEBUG=true on a developer's own machine.")

# Those before it, while what they sealed is still to be read; separated by commas.
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host not in ("*",)]

DATABASES = {
    "default": env.dj_db_url(
        "DATABASE_URL",
        f"sqlite:///{BASE_DIR / 'niagara.sqlite3'}",
        conn_max_age=60,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["ENGINE"] = "niagara.sqlite"
    # One writer at a time who waits for the turn at its beginning: no "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    SILENCED_SYSTEM_CHECKS = ["models.W040"]  # an index that holds more columns on PostgreSQL holds fewer here

else:
    # PostgreSQL plans a statement once for each connection. PgBouncer in transaction mode needs
    # max_prepared_statements for it, and `options` among its ignore_startup_parameters.
    DATABASES["default"]["OPTIONS"] = {
        "server_side_binding": True,
        "prepare_threshold": 5,
        # To compile a statement takes longer than to run it, save for the figures of many months; those group some
        # ten thousand values, for which the 4 MB that are usual mean files on the disk.
        "options": "-c jit=off -c work_mem=16MB",
    }

# Where links in answers begin, such as https://api.example.com; empty: where the request came to.
API_BASE_URL = env.str("API_BASE_URL", "")
# What the `type` of a problem answer begins with.
PROBLEM_BASE_URL = env.str("PROBLEM_BASE_URL", "https://docs.nterprise.com/api/problem/")
# What the `kind` of an event begins with.
EVENT_KIND_PREFIX = env.str("EVENT_KIND_PREFIX", "AgSync.Drive.Core.Batches.BatchGroupEvent+")
# Where webhooks may go though it is internal, not https or at another port: names and networks.
WEBHOOK_ALLOWED_HOSTS: list[str] = env.list("WEBHOOK_ALLOWED_HOSTS", [])
# Who sends this as bearer token is told the metrics; empty: nobody is.
METRICS_TOKEN = env.str("METRICS_TOKEN", "")
# `json` for those that collect logs, one object a line; `line` for people.
LOG_FORMAT = env.str("LOG_FORMAT", "line" if DEBUG else "json")
# How many requests a minute one token may send to the API, and one address to /oauth/token and its neighbours;
# 0: as many as come, where a proxy sees to it.
API_RATE_LIMIT = env.int("API_RATE_LIMIT", 3000)
TOKEN_RATE_LIMIT = env.int("TOKEN_RATE_LIMIT", 300)
# How many proxies in a row stand in front; each says in X-Forwarded-For who asked it.
PROXIES = env.int("PROXIES", 0 if DEBUG else 1)
# Where the files that people upload are kept. Nothing serves them but the view that asks who may see them.
MEDIA_ROOT = env.str("MEDIA_ROOT", str(BASE_DIR / "var" / "files"))
# How large one of them may be.
ATTACHMENT_MAX_MB = env.int("ATTACHMENT_MAX_MB", 20)
# How long an Idempotency-Key is remembered, and an `offset` can be continued from, in seconds.
IDEMPOTENCY_SECONDS = 24 * 60 * 60
OFFSET_SECONDS = 24 * 60 * 60
# After how many minutes without a touch somebody who came with a badge is signed out of a shared tablet.
BADGE_IDLE_MINUTES = env.int("BADGE_IDLE_MINUTES", 15)

# The application

ROOT_URLCONF = "niagara.urls"
WSGI_APPLICATION = "niagara.wsgi.application"
APPEND_SLASH = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",  # so that the templates of forms can be ours
    "csp",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "oauth2_provider",
    "niagara.accounts",
    "niagara.directory",
    "niagara.records",
    "niagara.webhooks",
    "workorders",
    "queues",
    "batches",
]

MIDDLEWARE = [
    "niagara.monitoring.probes.ProbesMiddleware",
    "niagara.monitoring.requests.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "niagara.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "niagara.accounts.shared.BadgeSessionMiddleware",
    "niagara.middleware.TimeZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["niagara.screens.tags"],
        },
    },
]

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "niagara" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# A body beyond this is refused with 413.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# Of a file no more is kept than is read, however much is sent.
FILE_UPLOAD_HANDLERS = ["niagara.tables.uploading.BoundedUploadHandler"]

# People

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "niagara.accounts.backends.BadgeBackend"]
LOGIN_URL = reverse_lazy("sign-in")
LOGIN_REDIRECT_URL = reverse_lazy("home")
LOGOUT_REDIRECT_URL = reverse_lazy("sign-in")
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "niagara.accounts.oauth.hashers.ClientSecretHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# OAuth2, by RFC 9700: authorization code with PKCE, client credentials, rotating refresh tokens

OAUTH2_PROVIDER = {
    "SCOPES": SCOPES,
    "DEFAULT_SCOPES": ["me:profile"],
    "ACCESS_TOKEN_EXPIRE_SECONDS": 15 * 60,
    "REFRESH_TOKEN_EXPIRE_SECONDS": 30 * 24 * 60 * 60,
    "ROTATE_REFRESH_TOKEN": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "PKCE_REQUIRED": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https", "http"] if DEBUG else ["https"],
    # On a developer's machine a client listens on a loopback port of its own choosing (RFC 8252).
    "ALLOW_LOCALHOST_LOOPBACK": True,
    "CLIENT_SECRET_HASHER": "client_secret",
    "OAUTH2_RESPONSE_TYPES_SUPPORTED": ["code"],
    "OAUTH2_GRANT_TYPES_SUPPORTED": ["authorization_code", "client_credentials", "refresh_token"],
    **{
        f"COMPLIANT_BCP_RFC9700_{gate}": True
        for gate in (
            "IMPLICIT_GRANT",
            "PASSWORD_GRANT",
            "PKCE_METHOD",
            "ACCESS_TOKEN_TRANSPORT",
            "AUTHZ_RESPONSE_ISS",
            "TOKEN_STORAGE",
            "REFRESH_TOKEN",
            "REDIRECT_URI_SCHEME",
            "REDIRECT_URI_MATCHING",
            "PKCE_REQUIRED",
        )
    },
}

# The API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["niagara.api.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["niagara.api.scopes.TokenHasScope"],
    "DEFAULT_RENDERER_CLASSES": [
        "niagara.api.media.HalRenderer",
        "niagara.api.media.JsonRenderer",
    ],
    "DEFAULT_PARSER_CLASSES": ["niagara.api.media.JsonParser"],
    "DEFAULT_SCHEMA_CLASS": "niagara.api.schema.NiagaraSchema",
    "EXCEPTION_HANDLER": "niagara.api.problems.answer_to",
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": None,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Niagara API",
    "DESCRIPTION": "Work orders, batches, queues and cycles of a production floor, as HAL+JSON.",
    "VERSION": "1.0",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_PATCH": False,  # what comes in and what goes out are different classes anyway
    "POSTPROCESSING_HOOKS": [],
}

# The admin: what it lists, in the order of the work

ADMIN_ORDER = {
    "Work": ["workorders.WorkOrder", "batches.Batch", "batches.BatchGroup", "batches.Cycle", "queues.Queue"],
    "Ways of working": [
        *("workorders.Workflow", "records.Attachment", "workorders.Context"),
        *("directory.Status", "directory.Reason"),
    ],
    "Directory": [
        *("directory.Customer", "directory.Program", "directory.Project", "directory.Location"),
        *("directory.Resource", "directory.Unit"),
    ],
    "What happened": ["batches.StepRun", "batches.Block"],
    "Notes and relations": ["records.Note", "records.Relation", "records.Notification", "accounts.HistoryEntry"],
    "People": [
        *("accounts.User", "accounts.Role", "accounts.Organization"),
        *("accounts.Badge", "accounts.SharedDevice"),
    ],
    "Webhooks": ["webhooks.Subscription", "webhooks.Delivery"],
    "Clients of the API": ["oauth2_provider.Application", "oauth2_provider.AccessToken"],
}

# Its looks

UNFOLD = {
    "SITE_TITLE": "Niagara",
    "SITE_HEADER": "Niagara",
    "SITE_SUBHEADER": "Production floor",
    "SITE_URL": "/",
    "SITE_DROPDOWN": [
        {"icon": "view_list", "title": "Work orders on screen", "link": reverse_lazy("work-orders-page")},
        {"icon": "upload_file", "title": "Import and export", "link": reverse_lazy("import-page")},
    ],
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("niagara/favicon.svg")}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "COLORS": {
        "primary": {
            "50": "#eef6fb",
            "100": "#d6eaf5",
            "200": "#b0d6ea",
            "300": "#7dbbdb",
            "400": "#459ac6",
            "500": "#267eac",
            "600": "#1a6590",
            "700": "#175275",
            "800": "#174561",
            "900": "#183b52",
            "950": "#0f2536",
        },
    },
}

# What a browser may do

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
if not DEBUG:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "with_request_id": {"()": "niagara.monitoring.requests.WithRequestId"},
        "without_trace_of_refusals": {"()": "niagara.monitoring.logs.WithoutTraceOfRefusals"},
    },
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "fmt": "{levelname}{name}{message}{request_id}",
            "style": "{",
            "timestamp": True,
            "rename_fields": {"levelname": "level", "name": "logger"},
        },
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["with_request_id"]}
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.request": {"filters": ["without_trace_of_refusals"]},
        "oauth2_provider.models": {"level": "WARNING"},  # it tells each time what it has forgotten
    },
}
