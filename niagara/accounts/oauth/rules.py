"""What we ask of OAuth2 clients beyond django-oauth-toolkit's own rules."""

import re
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, QueryDict
from oauth2_provider.models import AccessToken, Application, Grant, RefreshToken
from oauth2_provider.oauth2_backends import OAuthLibCore
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.common import Request as OAuthRequest

from niagara.accounts.models import User

# What oauthlib is shown. It would take a parameter of any name as an attribute of its request.
PARAMETERS = frozenset(
    {
        *("client_id", "client_secret", "scope", "redirect_uri"),
        *("response_type", "state", "code_challenge", "code_challenge_method", "prompt", "allow"),
        *("grant_type", "code", "code_verifier", "refresh_token"),
        *("token", "token_type_hint"),
    }
)

# A client on somebody's own machine listens where a port is free (RFC 8252, 7.3).
_LOOPBACK = re.compile(r"^(http://(?:127\.0\.0\.1|\[::1\]|localhost)):\d+(?=[/?]|$)")

S256_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


def known(sent: QueryDict) -> QueryDict:
    """The parameters OAuth2 knows; all others are to be ignored (RFC 6749, 3.1 and 3.2)."""
    kept = QueryDict(mutable=True)
    for name, values in sent.lists():
        if name in PARAMETERS:
            kept.setlist(name, [_storable(value) for value in values])
    return kept


def registered_redirect(client_id: str | None, redirect_uri: str | None) -> str | None:
    """The redirect URI if that client registered it."""
    client = Application.objects.filter(client_id=_storable(client_id or "")).first()
    return redirect_uri if client and redirect_uri and redirect_allowed(client, redirect_uri) else None


def redirect_allowed(client: Application, redirect_uri: str) -> bool:
    """Whether it is one of those registered, letter by letter (RFC 9700, 2.1). The toolkit compares the parts of
    both, so that other cases or an empty port pass. Of a loopback address the port is free."""
    try:
        parts = urlsplit(redirect_uri)
        _ = parts.port  # of a loopback URI nothing else looks at it
    except ValueError:  # no URI at all: a port of 99999, half an IPv6 address
        return False
    registered = {_without_free_port(uri) for uri in client.redirect_uris.split()}
    return parts.scheme in client.get_allowed_schemes() and _without_free_port(redirect_uri) in registered


def _without_free_port(uri: str) -> str:
    return _LOOPBACK.sub(r"\1", uri)


def let_form_lead_to(response: HttpResponseBase, redirect_uri: str | None) -> None:
    """Extend this page's `form-action` to the origin of a client's redirect URI.

    Chromium applies the directive to the redirects after a form was sent, too.
    """
    if redirect_uri is None:
        return
    parts = urlsplit(redirect_uri)
    if ":" in (parts.hostname or ""):  # the policy's grammar knows no IPv6 address
        source = f"{parts.scheme}:"
    else:
        source = f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
    response._csp_update = {"form-action": [source]}  # type: ignore[attr-defined]


def may_be_used_by(client: Application, user: User) -> bool:
    """Whether the client is of the user's organization, or, owned by none, the installation's own."""
    owner = client.user
    return (
        owner is None
        or owner.organization_id is None
        or user.is_superuser
        or owner.organization_id == user.organization_id
    )


class Validator(OAuth2Validator):  # type: ignore[misc]
    """Ends with a person's account what was granted in their name, and with a second use of a code what the first
    gave (RFC 6749, 4.1.2); empty secrets prove nothing."""

    def validate_redirect_uri(
        self, client_id: str, redirect_uri: str, request: OAuthRequest, *args: Any, **kwargs: Any
    ) -> bool:
        return redirect_allowed(request.client, redirect_uri)

    def validate_code(
        self, client_id: str, code: str, client: Application, request: OAuthRequest, *args: Any, **kwargs: Any
    ) -> bool:
        _hold(Grant.objects.filter(code=code))
        valid: bool = super().validate_code(client_id, code, client, request, *args, **kwargs)
        if not valid:
            RefreshToken.revoke_family(_family_of(code))
        return valid and request.user.is_active

    def _create_refresh_token(
        self, request: OAuthRequest, value: str, access_token: AccessToken, previous: RefreshToken | None
    ) -> RefreshToken:
        made = super()._create_refresh_token(request, value, access_token, previous)
        if previous is None:
            made.token_family = _family_of(request.code)
            made.save(update_fields=["token_family"])
        return made

    def validate_refresh_token(
        self, refresh_token: str, client: Application, request: OAuthRequest, *args: Any, **kwargs: Any
    ) -> bool:
        _hold(RefreshToken.objects.filter(token_checksum=sha256(refresh_token.encode()).hexdigest()))
        valid: bool = super().validate_refresh_token(refresh_token, client, request, *args, **kwargs)
        return valid and request.user.is_active

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: Application, request: OAuthRequest, *args: Any, **kwargs: Any
    ) -> bool:
        allowed: bool = super().validate_grant_type(client_id, grant_type, client, request, *args, **kwargs)
        return allowed and (grant_type != "client_credentials" or self._acts_for_somebody(request.client))

    @staticmethod
    def _acts_for_somebody(client: Application) -> bool:
        """A machine works as the user it belongs to, and has to keep a secret."""
        return bool(client.client_type == Application.CLIENT_CONFIDENTIAL and client.user and client.user.is_active)

    def _check_secret(self, provided_secret: str, stored_secret: str) -> bool:
        return bool(provided_secret) and super()._check_secret(provided_secret, stored_secret)

    def _load_application(self, client_id: str | None, request: OAuthRequest) -> Application | None:
        # From the Authorization header it comes here as it was sent.
        return super()._load_application(_storable(client_id or ""), request)


class Core(OAuthLibCore):  # type: ignore[misc]
    """Shows oauthlib only what `known` left of the request's parameters."""

    def _get_escaped_full_path(self, request: HttpRequest) -> str:
        return f"{request.path}?{request.GET.urlencode()}" if request.GET else request.path

    def authenticated_client(self, request: HttpRequest) -> Application | None:
        """The client that proved its secret with this request."""
        uri, method, body, headers = self._extract_params(request)
        asking = OAuthRequest(uri, method, body, headers)
        return asking.client if self.server.request_validator.authenticate_client(asking) else None


def _hold(rows: QuerySet) -> None:
    """Of two that come with the same code or token at the same moment, the later waits and then finds it used."""
    list(rows.select_for_update().order_by("pk").values_list("pk"))


def _family_of(code: str) -> UUID:
    """What all refresh tokens that come from a code have in common: who sees the code again finds them by it, long
    after the code itself is gone."""
    return UUID(bytes=sha256(code.encode(errors="replace")).digest()[:16])


def _storable(value: str) -> str:
    """Without NUL, which PostgreSQL can't even compare; nothing issued holds the replacement."""
    return value.replace("\x00", "\ufffd")
