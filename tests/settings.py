"""The product's settings, as in production but for what a test run can't have."""

import os
import tempfile
from pathlib import Path

os.environ["SECRET_KEY"] = "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGH"
os.environ["DEBUG"] = "false"
os.environ["SECURE_SSL_REDIRECT"] = "false"
os.environ["ALLOWED_HOSTS"] = "testserver,localhost,127.0.0.1"
os.environ["API_RATE_LIMIT"] = os.environ["TOKEN_RATE_LIMIT"] = "0"  # tests of the limits set them
os.environ["WEBHOOK_ALLOWED_HOSTS"] = "127.0.0.1"

from niagara.settings import *  # noqa: F403
from niagara.settings import DATABASES, STORAGES

# A file, as in production: SQLite in memory shares one cache between threads and locks tables, not
# the database. Every test run has its own; pytest-xdist adds the worker's name.
if DATABASES["default"]["ENGINE"] == "niagara.sqlite":
    DATABASES["default"]["TEST"] = {"NAME": str(Path(tempfile.gettempdir()) / f"niagara-tests-{os.getpid()}.sqlite3")}

# Static files from where they lie: no collectstatic before tests.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
# What is uploaded is gone with the process.
STORAGES["default"] = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
# Argon2 is slow on purpose.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "niagara.accounts.oauth.hashers.ClientSecretHasher",
]
