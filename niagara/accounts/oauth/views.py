"""The OAuth2 endpoints: django-oauth-toolkit's, held to our rules."""

import hashlib
import json
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.cache import add_never_cache_headers
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View
from oauth2_provider import views as toolkit
from oauth2_provider.exceptions import FatalClientError, OAuthToolkitError
from oauth2_provider.forms import AllowForm
from oauth2_provider.models import AccessToken, Application
from oauth2_provider.settings import oauth2_settings
from oauth2_provider.views.mixins import OAuthLibMixin
from oauthlib.oauth2.rfc6749 import errors

from niagara import clock
from niagara.accounts import limits
from niagara.accounts.oauth.consent import asks
from niagara.accounts.oauth.rules import (
    S256_CHALLENGE,
    Core,
    Validator,
    known,
    let_form_lead_to,
    may_be_used_by,
    redirect_allowed,
)
from niagara.accounts.shared import began_with_badge
from niagara.wording import counted


class AuthorizationView(toolkit.AuthorizationView):  # type: ignore[misc]
    """Asks the user whether a client may act in their name."""

    validator_class = Validator
    oauthlib_backend_class = Core

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.GET, request.POST = known(request.GET), known(request.POST)  # type: ignore[assignment]
        if began_with_badge(request):  # a PIN gives nobody tokens that outlast the tablet
            return redirect_to_login(request.get_full_path())
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    def handle_no_permission(self) -> HttpResponse:
        """Sign in first, unless the question is one that nobody could answer."""
        if self.request.method == "GET":
            try:
                self.validate_authorization_request(self.request)
            except OAuthToolkitError as error:
                return self.error_response(error, application=None)
        response: HttpResponse = super().handle_no_permission()
        return response

    def validate_authorization_request(self, request: HttpRequest) -> tuple[list[str], dict[str, Any]]:
        scopes, credentials = super().validate_authorization_request(request)
        asked = credentials["request"]
        if request.user.is_authenticated and not may_be_used_by(asked.client, request.user):
            raise FatalClientError(error=errors.InvalidClientIdError(request=asked))
        if asked.code_challenge_method != "S256" or not S256_CHALLENGE.fullmatch(asked.code_challenge):
            description = "Send the code_challenge of S256: the SHA-256 of the code_verifier, in unpadded base64url."
            raise OAuthToolkitError(error=errors.InvalidRequestError(description=description, request=asked))
        return scopes, credentials

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"asks": asks(context["scopes"]), "returns_to": urlsplit(context["redirect_uri"]).netloc}

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().render_to_response(context, **kwargs)
        let_form_lead_to(response, context.get("redirect_uri"))
        return response

    def form_valid(self, form: AllowForm) -> HttpResponse:
        answer = form.cleaned_data
        client = Application.objects.filter(client_id=answer["client_id"]).first()
        if (
            client is None
            or not may_be_used_by(client, self.request.user)
            or not redirect_allowed(client, answer["redirect_uri"])
            or not S256_CHALLENGE.fullmatch(answer["code_challenge"])
        ):
            return self.form_invalid(form)
        response: HttpResponse = super().form_valid(form)
        return response

    def form_invalid(self, form: AllowForm) -> HttpResponse:
        error = errors.InvalidRequestFatalError(description="The answer doesn't fit the question.")
        return self.error_response(FatalClientError(error=error), application=None)

    def error_response(self, error: OAuthToolkitError, application: Application | None, **kwargs: Any) -> HttpResponse:
        self.template_name = "oauth2_provider/error.html"
        response: HttpResponse = super().error_response(error, application, **kwargs)
        return response

    def redirect(self, redirect_to: str, application: Application | None) -> HttpResponse:
        """Name the issuer in refusals as well (RFC 9207)."""
        issuer = oauth2_settings.oauth2_authorization_server_issuer(self.request)
        response: HttpResponse = super().redirect(_with_issuer(redirect_to, issuer), application)
        return response


@method_decorator(csrf_exempt, name="dispatch")
class Endpoint(OAuthLibMixin, View):  # type: ignore[misc]
    """What machines post to: a form in, JSON out, whatever happens."""

    http_method_names = ["post", "options"]
    validator_class = Validator
    oauthlib_backend_class = Core

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Who asks for tokens has none yet that could be counted, so the address is, before any secret is compared."""
        standing = limits.count(limits.of_an_address(), limits.address_of(request), at=clock.now())
        if standing and standing.is_exceeded:
            description = f"Too many requests came from your address; wait {counted(standing.seconds_left, 'second')}."
            response: HttpResponseBase = refusal("temporarily_unavailable", description, status=429)
        else:
            response = self._answer(request, *args, **kwargs)
        if standing:
            standing.tell(response)
        return response

    def _answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            request.GET, request.POST = known(request.GET), known(request.POST)  # type: ignore[assignment]
        except (BadRequest, SuspiciousOperation, MultiPartParserError):
            return refusal("invalid_request", "The body can't be read as a form.")
        if not request.headers.get("Authorization", "").isascii():
            return refusal("invalid_request", "The Authorization header holds more than ASCII.")
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        if response.status_code == 401:
            response["WWW-Authenticate"] = 'Basic realm="Niagara"'
        return response

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = refusal("invalid_request", "Use POST.", status=405)
        response["Allow"] = "POST, OPTIONS"
        return response


class TokenView(Endpoint, toolkit.TokenView):  # type: ignore[misc]
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        grant_type = request.POST.get("grant_type")
        if grant_type is None:
            return refusal("invalid_request", "Send the grant_type, as a form and not in the URL.")
        if grant_type not in oauth2_settings.OAUTH2_GRANT_TYPES_SUPPORTED:
            offered = ", ".join(oauth2_settings.OAUTH2_GRANT_TYPES_SUPPORTED)
            return refusal("unsupported_grant_type", f"Use one of {offered}.")
        with transaction.atomic():  # in which the rules hold what is used once
            response: HttpResponse = self.authorization_flow_token_response(request)
        return response


class RevocationView(Endpoint, toolkit.RevokeTokenView):  # type: ignore[misc]
    pass


class IntrospectionView(Endpoint):
    """Tells a client with a secret about a token of its own organization (RFC 7662)."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        client = self.get_oauthlib_core().authenticated_client(request)
        if client is None or client.client_type != Application.CLIENT_CONFIDENTIAL:
            return refusal("invalid_client", "Authenticate with your client's id and secret.", status=401)
        if "token" not in request.POST:
            return refusal("invalid_request", "Send the token, as a form and not in the URL.")
        return _uncached(JsonResponse(self._told(request.POST["token"], client, request)))

    def _told(self, value: str, client: Application, request: HttpRequest) -> dict[str, Any]:
        checksum = hashlib.sha256(value.encode()).hexdigest()
        token = AccessToken.objects.select_related("user", "application__user").filter(token_checksum=checksum).first()
        if token is None or token.is_expired():
            return {"active": False}
        user = token.user or token.application.user
        if user is None or not user.is_active or not (token.application == client or may_be_used_by(client, user)):
            return {"active": False}
        return {
            "active": True,
            "scope": token.scope,
            "client_id": token.application.client_id,
            "username": user.email,
            "sub": str(user.user_id),
            "token_type": "Bearer",
            "iat": int(token.created.timestamp()),
            "exp": int(token.expires.timestamp()),
            "iss": oauth2_settings.oauth2_authorization_server_issuer(request),
        }


class ServerMetadataView(toolkit.OAuthServerMetadataView):  # type: ignore[misc]
    """RFC 8414; a public client has no secret to authenticate with."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().get(request, *args, **kwargs)
        metadata = json.loads(response.content)
        for endpoint in ("token", "revocation"):
            metadata[f"{endpoint}_endpoint_auth_methods_supported"].append("none")
        response.content = json.dumps(metadata)
        return response


def refusal(error: str, description: str, *, status: int = 400) -> HttpResponse:
    """An error as RFC 6749, 5.2 writes it."""
    return _uncached(JsonResponse({"error": error, "error_description": description}, status=status))


def _uncached(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


def _with_issuer(url: str, issuer: str) -> str:
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "iss"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("iss", issuer)])))
