"""A client asks a user, by RFC 9700; each attack on the way is tried."""

import base64
from collections.abc import Mapping
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from oauth2_provider.models import AccessToken, Application, Grant

from niagara.accounts.models import User
from niagara.accounts.permissions import SCOPES
from tests.accounts.oauth.flow import (
    CALLBACK,
    CHALLENGE,
    ISSUER,
    SECRET,
    VERIFIER,
    answer,
    ask,
    exchange,
    machine_token,
    sent_back,
    tokens_of,
)

# The way it is meant


def test_a_code_is_exchanged_for_tokens(board: Application, browser: Client, tom: User) -> None:
    given = tokens_of(browser)

    assert given["token_type"] == "Bearer"
    assert given["expires_in"] == 900
    assert given["scope"] == "batch:read me:profile"
    assert AccessToken.objects.get().user == tom


def test_the_consent_page_says_who_asks_for_what(board: Application, browser: Client) -> None:
    page = ask(browser).content.decode()

    assert "Allow Floor board to work in your name?" in page
    assert "Batches" in page
    assert "client.example" in page
    assert "Tom Baker" in page


def test_who_is_not_signed_in_signs_in_first(board: Application, client: Client, tom: User) -> None:
    response = ask(client)

    assert response["Location"].startswith("/sign-in?next=/oauth/authorize%3F")
    signed_in = client.post(response["Location"], {"username": tom.email, "password": "secret"})
    assert "Allow Floor board" in client.get(signed_in["Location"]).content.decode()


def test_a_machine_works_as_the_user_it_is_tied_to(machine: Application, tom: User) -> None:
    given = machine_token()

    assert given.status_code == 200
    assert "refresh_token" not in given.json()
    found = AccessToken.objects.get()
    assert found.user is None
    assert found.application.user == tom


def test_client_and_secret_may_come_in_the_header(machine: Application) -> None:
    basic = base64.b64encode(f"label-printer:{SECRET}".encode()).decode()

    response = Client().post(
        "/oauth/token", {"grant_type": "client_credentials"}, headers={"Authorization": f"Basic {basic}"}
    )

    assert response.status_code == 200
    assert response.json()["scope"] == "me:profile"


def test_the_metadata_lists_what_there_is(client: Client) -> None:
    response = client.get("/.well-known/oauth-authorization-server")
    metadata = response.json()

    assert response["Content-Type"] == "application/json"
    assert metadata["issuer"] == ISSUER
    assert metadata["authorization_endpoint"] == f"{ISSUER}/oauth/authorize"
    assert metadata["token_endpoint"] == f"{ISSUER}/oauth/token"
    assert metadata["revocation_endpoint"] == f"{ISSUER}/oauth/revoke"
    assert metadata["introspection_endpoint"] == f"{ISSUER}/oauth/introspect"
    assert metadata["response_types_supported"] == ["code"]
    assert metadata["grant_types_supported"] == ["authorization_code", "client_credentials", "refresh_token"]
    assert metadata["code_challenge_methods_supported"] == ["S256"]
    assert metadata["authorization_response_iss_parameter_supported"] is True
    assert metadata["scopes_supported"] == sorted(SCOPES)
    assert "none" in metadata["token_endpoint_auth_methods_supported"]
    assert "none" not in metadata["introspection_endpoint_auth_methods_supported"]


# PKCE


@pytest.mark.parametrize(
    "weak",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge": VERIFIER, "code_challenge_method": "plain"},
        {"code_challenge_method": None},
        {"code_challenge_method": "S512"},
        {"code_challenge": "too-short"},
        {"code_challenge": "x" * 200},
    ],
)
def test_only_pkce_with_s256_will_do(board: Application, browser: Client, weak: Mapping[str, Any]) -> None:
    refused = sent_back(ask(browser, **weak))

    assert refused["error"] == "invalid_request"
    assert refused["state"] == "af0ifjsldkj"
    assert refused["iss"] == ISSUER


@pytest.mark.parametrize(
    "weak",
    [
        {"code_challenge_method": "plain"},
        {"code_challenge_method": ""},
        {"code_challenge": ""},
        {"code_challenge": "x" * 200},
    ],
)
def test_nor_can_the_form_be_bent(board: Application, browser: Client, weak: Mapping[str, Any]) -> None:
    response = answer(browser, **weak)

    assert response.status_code == 400 or sent_back(response)["error"] == "invalid_request"
    assert not Grant.objects.exists()


@pytest.mark.parametrize("verifier", ["", "another-verifier-of-at-least-forty-three-characters", CHALLENGE])
def test_the_wrong_verifier_gets_nothing(board: Application, browser: Client, verifier: str) -> None:
    code = sent_back(answer(browser))["code"]

    assert exchange(code, code_verifier=verifier).status_code == 400
    assert not AccessToken.objects.exists()


# Where the answer goes


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/callback",
        f"{CALLBACK}/further",
        f"{CALLBACK}?extra=1",
        f"{CALLBACK}#fragment",
        "https://client.example.evil.example/callback",
        "https://client.example:8443/callback",
        "https://evil@client.example/callback",
        "https://client.example:99999/callback",
        "https://[client.example/callback",
        "http://client.example/callback",
        "javascript:alert(1)",
        "callback",
        "",
    ],
)
def test_a_redirect_uri_matches_to_the_letter(board: Application, browser: Client, elsewhere: str) -> None:
    asked = ask(browser, redirect_uri=elsewhere)
    bent = answer(browser, redirect_uri=elsewhere)

    for response in (asked, bent, answer(browser, allow=False, redirect_uri=elsewhere)):
        assert response.status_code == 400
        assert "Location" not in response
    assert "in a way we can" in asked.content.decode()


def test_without_a_redirect_uri_it_is_the_only_one_registered(board: Application, browser: Client) -> None:
    assert ask(browser, redirect_uri=None).status_code == 200


def test_the_exchange_names_the_same_redirect_uri(board: Application, browser: Client) -> None:
    board.redirect_uris = f"{CALLBACK} {CALLBACK}/other"
    board.save()
    code = sent_back(answer(browser))["code"]

    assert exchange(code, redirect_uri=f"{CALLBACK}/other").status_code == 400


@pytest.mark.parametrize("client_id", ["nobody", "", None, "floor-board\x00", "%00"])
def test_an_unknown_client_is_told_to_the_user_alone(
    board: Application, browser: Client, client_id: str | None
) -> None:
    for response in (ask(browser, client_id=client_id), ask(Client(), client_id=client_id)):
        assert response.status_code == 400
        assert "Location" not in response
    assert answer(browser, client_id=client_id or "").status_code == 400


def test_the_answer_names_the_issuer(board: Application, browser: Client) -> None:
    given = sent_back(answer(browser))

    assert given["iss"] == ISSUER
    assert given["state"] == "af0ifjsldkj"


def test_so_does_a_refusal(board: Application, browser: Client) -> None:
    given = sent_back(answer(browser, allow=False))

    assert given == {"error": "access_denied", "state": "af0ifjsldkj", "iss": ISSUER}
    assert not Grant.objects.exists()


def test_an_unknown_scope_is_refused(board: Application, browser: Client) -> None:
    assert sent_back(ask(browser, scope="batch:read everything"))["error"] == "invalid_scope"


def test_the_page_lets_its_form_lead_to_the_client_and_nowhere_else(board: Application, browser: Client) -> None:
    assert "form-action 'self' https://client.example;" in policy(ask(browser))
    assert "form-action 'self';" in policy(ask(browser, redirect_uri="https://evil.example"))
    assert "form-action 'self';" in policy(browser.get("/"))


def test_the_sign_in_form_may_lead_there_too(board: Application) -> None:
    client = Client()

    assert "form-action 'self' https://client.example;" in policy(client.get(ask(client)["Location"]))
    assert "form-action 'self';" in policy(client.get("/sign-in?next=/oauth/authorize%3Fredirect_uri=https://evil"))
    assert "form-action 'self';" in policy(client.get("/sign-in?next=/"))


def test_a_loopback_port_brings_nothing_else_into_the_policy(
    board: Application, browser: Client, settings: Any
) -> None:
    settings.OAUTH2_PROVIDER = settings.OAUTH2_PROVIDER | {"ALLOWED_REDIRECT_URI_SCHEMES": ["https", "http"]}
    board.redirect_uris = "http://localhost:1/callback"
    board.save()

    free_port = ask(browser, redirect_uri="http://localhost:8765/callback")
    injected = ask(browser, redirect_uri="http://localhost:1; script-src */callback")

    assert "form-action 'self' http://localhost:8765;" in policy(free_port)
    assert injected.status_code == 400


def policy(response: HttpResponse) -> str:
    return f"{response['Content-Security-Policy']};"
