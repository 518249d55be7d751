"""What a client does, step by step."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.http import HttpResponse
from django.test import Client

VERIFIER = "a-verifier-of-at-least-forty-three-characters-0123"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
CALLBACK = "https://client.example/callback"
ISSUER = "http://testserver"
SECRET = "only-the-client-knows-this"


def question(**changes: str | None) -> dict[str, str]:
    asked = {
        "response_type": "code",
        "client_id": "floor-board",
        "redirect_uri": CALLBACK,
        "scope": "batch:read me:profile",
        "state": "af0ifjsldkj",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    } | changes
    return {name: value for name, value in asked.items() if value is not None}


def ask(browser: Client, **changes: str | None) -> HttpResponse:
    return browser.get("/oauth/authorize", question(**changes))


def answer(browser: Client, *, allow: bool = True, **changes: str) -> HttpResponse:
    """Press a button of the consent page, after bending the form if need be."""
    return browser.post("/oauth/authorize", form_of(ask(browser)) | changes | ({"allow": "true"} if allow else {}))


def form_of(page: HttpResponse) -> dict[str, str]:
    return {name: value for name, value in page.context["form"].initial.items() if value is not None}


def sent_back(response: HttpResponse) -> dict[str, str]:
    """The parameters the client gets with the redirect."""
    assert response.status_code == 302
    assert response["Location"].startswith(f"{CALLBACK}?")
    return {name: value for name, (value,) in parse_qs(urlsplit(response["Location"]).query).items()}


def token(**sent: str) -> HttpResponse:
    return Client().post("/oauth/token", sent)


def exchange(code: str, **changes: str) -> HttpResponse:
    given = {"client_id": "floor-board", "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    return token(grant_type="authorization_code", code=code, **given | changes)


def tokens_of(browser: Client) -> dict[str, Any]:
    response = exchange(sent_back(answer(browser))["code"])
    assert response.status_code == 200, response.content
    return response.json()


def refresh(refresh_token: str) -> HttpResponse:
    return token(grant_type="refresh_token", refresh_token=refresh_token, client_id="floor-board")


def machine_token(**changes: str) -> HttpResponse:
    given = {"client_id": "label-printer", "client_secret": SECRET, "scope": "batch:read"}
    return token(grant_type="client_credentials", **given | changes)


def introspect(value: str, **changes: str) -> HttpResponse:
    given = {"client_id": "label-printer", "client_secret": SECRET}
    return Client().post("/oauth/introspect", given | changes | {"token": value})


def assert_refused(response: HttpResponse, error: str, status: int = 400) -> None:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/json"
    assert response.json()["error"] == error
