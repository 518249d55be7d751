"""What RFC 9700 warns of, tried: replay, mixed-up clients, tokens in the wrong place, redirects that lead elsewhere.

More of it is tried where it belongs: PKCE and redirects in test_authorizing, implicit and password grants, refresh
tokens used twice and scopes in test_tokens, machines and other organizations in test_machines, two exchanges at the
same moment in tests/races.
"""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application, Grant

from niagara.accounts.models import User
from tests.accounts.oauth.flow import (
    CALLBACK,
    SECRET,
    answer,
    ask,
    assert_refused,
    exchange,
    form_of,
    machine_token,
    question,
    refresh,
    sent_back,
    token,
    tokens_of,
)


def me(access_token: str, **kwargs: Any) -> HttpResponse:
    return Client().get("/api/me", headers={"Authorization": f"Bearer {access_token}"}, **kwargs)


@pytest.fixture
def another(board: Application) -> Application:
    """A public client of somebody else."""
    return Application.objects.create(
        name="Another board",
        client_id="another-board",
        client_type=Application.CLIENT_PUBLIC,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        redirect_uris="https://another.example/callback",
    )


@pytest.fixture
def office(tom: User) -> Application:
    """A client that asks users, and keeps a secret."""
    return Application.objects.create(
        name="Office",
        client_id="office",
        client_secret=SECRET,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        redirect_uris=CALLBACK,
    )


def code_for_office(browser: Client) -> str:
    form = form_of(ask(browser, client_id="office"))
    return sent_back(browser.post("/oauth/authorize", form | {"allow": "true"}))["code"]


# A code that somebody else has seen


@pytest.mark.parametrize(
    "changes", [{}, {"code_verifier": ""}, {"client_id": "another-board"}, {"redirect_uri": "https://evil.example"}]
)
def test_a_code_used_again_ends_what_it_gave(
    board: Application, another: Application, browser: Client, changes: dict[str, str]
) -> None:
    code = sent_back(answer(browser))["code"]
    given = exchange(code).json()
    other = tokens_of(browser)
    assert me(given["access_token"]).status_code == 200

    assert_refused(exchange(code, **changes), "invalid_grant")

    assert me(given["access_token"]).status_code == 401
    assert_refused(refresh(given["refresh_token"]), "invalid_grant")
    assert me(other["access_token"]).status_code == 200


def test_so_it_does_after_the_tokens_were_refreshed(board: Application, browser: Client) -> None:
    code = sent_back(answer(browser))["code"]
    given = refresh(exchange(code).json()["refresh_token"]).json()

    assert_refused(exchange(code), "invalid_grant")

    assert me(given["access_token"]).status_code == 401
    assert_refused(refresh(given["refresh_token"]), "invalid_grant")


def test_a_code_needs_its_verifier(board: Application, browser: Client) -> None:
    code = sent_back(answer(browser))["code"]

    response = token(grant_type="authorization_code", code=code, client_id="floor-board", redirect_uri=CALLBACK)

    assert response.status_code == 400
    assert not AccessToken.objects.exists()


def test_an_exchange_gives_no_more_than_was_granted(board: Application, browser: Client) -> None:
    given = exchange(sent_back(answer(browser))["code"], scope="batch:read batch:delete")

    assert given.status_code == 400 or given.json()["scope"] == "batch:read me:profile"


# Clients that are taken for one another


def test_a_refresh_token_works_for_its_own_client_alone(
    board: Application, another: Application, machine: Application, browser: Client
) -> None:
    given = tokens_of(browser)
    others = ({"client_id": "another-board"}, {"client_id": "label-printer", "client_secret": SECRET})

    for client in others:
        response = token(grant_type="refresh_token", refresh_token=given["refresh_token"], **client)
        assert response.json()["error"] in ("invalid_grant", "unauthorized_client")

    assert refresh(given["refresh_token"]).status_code == 200


def test_codes_and_refresh_tokens_of_a_client_with_a_secret_need_it(office: Application, browser: Client) -> None:
    code = code_for_office(browser)
    for secret in ({}, {"client_secret": ""}, {"client_secret": "guessed"}):
        assert_refused(exchange(code, client_id="office", **secret), "invalid_client", 401)
    given = exchange(code, client_id="office", client_secret=SECRET).json()

    refused = token(grant_type="refresh_token", refresh_token=given["refresh_token"], client_id="office")

    assert_refused(refused, "invalid_client", 401)
    assert me(given["access_token"]).status_code == 200


def test_a_machine_of_a_user_gets_no_code(machine: Application, browser: Client) -> None:
    machine.redirect_uris = CALLBACK
    machine.save()

    assert sent_back(ask(browser, client_id="label-printer"))["error"] == "unauthorized_client"


# Redirects that lead elsewhere


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://client.example/callback;evil",
        "https://client.example/callback/",
        "https://client.example/callback?",
        "https://client.example/callback#",
        "https://client.example//callback",
        "https://client.example/./callback",
        "https://client.example/callback/../evil",
        "https://client.example/callback/..%2fevil",
        "https://client.example/callback%2fevil",
        "https://client.example%2fcallback",
        "https://client.example/%63allback",
        "https://client.example/Callback",
        "https://CLIENT.example/callback",
        "https://client.example.:443/callback",
        "https://client.example:443/callback",
        "https://client.example:/callback",
        "https://@client.example/callback",
        "https://client.example@evil.example/callback",
        "https://client.example\\@evil.example/callback",
        "https://evil.example\\.client.example/callback",
        "https://www.client.example/callback",
        "//client.example/callback",
        "https:/client.example/callback",
        "https://client.example/callback\r\nLocation: https://evil.example",
        "https://client.example/callback\thttps://evil.example",
        "https://client.example/redirect?to=https://evil.example",
        "HTTPS://client.example/callback",
    ],
)
def test_a_redirect_that_only_looks_like_the_registered_one(
    board: Application, browser: Client, elsewhere: str
) -> None:
    for response in (ask(browser, redirect_uri=elsewhere), answer(browser, redirect_uri=elsewhere)):
        assert response.status_code == 400
        assert "Location" not in response
    assert not Grant.objects.exists()


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        ("http://127.0.0.1:50123/callback", True),
        ("http://127.0.0.1:50123/callback;evil", False),
        ("http://127.0.0.1:50123/other", False),
        ("http://evil@127.0.0.1:50123/callback", False),
        ("http://127.0.0.1:50123/callback?extra=1", False),
        ("https://127.0.0.1:50123/callback", False),
        ("http://127.0.0.2:50123/callback", False),
        ("http://localhost:50123/callback", False),
        ("http://127.0.0.1.evil.example:50123/callback", False),
    ],
)
def test_of_a_loopback_address_only_the_port_is_free(
    board: Application, browser: Client, settings: Any, asked: str, allowed: bool
) -> None:
    settings.OAUTH2_PROVIDER = settings.OAUTH2_PROVIDER | {"ALLOWED_REDIRECT_URI_SCHEMES": ["https", "http"]}
    board.redirect_uris = "http://127.0.0.1/callback"
    board.save()

    assert ask(browser, redirect_uri=asked).status_code == (200 if allowed else 400)


def test_in_production_not_even_loopback_is_plain_http(board: Application, browser: Client) -> None:
    board.redirect_uris = f"{CALLBACK} http://127.0.0.1/callback http://client.example/callback"
    board.save()

    for uri in board.redirect_uris.split()[1:]:
        assert ask(browser, redirect_uri=uri).status_code == 400


def test_the_code_comes_with_a_redirect_that_forgets_the_form(board: Application, browser: Client) -> None:
    """307 and 308 would send the form on to the client (RFC 9700, 4.12)."""
    assert answer(browser).status_code == 302


# Tokens in the wrong place


@pytest.mark.parametrize("name", ["access_token", "token", "bearer_token", "Authorization"])
def test_a_token_in_url_form_or_cookie_is_none(board: Application, browser: Client, name: str) -> None:
    value = tokens_of(browser)["access_token"]
    in_cookie = Client()
    in_cookie.cookies[name] = value

    assert Client().get("/api/me", {name: value}).status_code == 401
    assert Client().post("/api/queues", {name: value}).status_code == 401
    form = urlencode({name: value})
    assert Client().post("/api/queues", form, content_type="application/x-www-form-urlencoded").status_code == 401
    assert in_cookie.get("/api/me").status_code == 401


def test_a_session_is_no_token(browser: Client) -> None:
    assert browser.get("/api/me").status_code == 401


def test_secrets_and_codes_in_the_url_are_not_read(machine: Application, board: Application, browser: Client) -> None:
    query = urlencode({"grant_type": "client_credentials", "client_id": "label-printer", "client_secret": SECRET})

    assert Client().post(f"/oauth/token?{query}").status_code == 400
    assert Client().post(f"/oauth/token?{query}", {"grant_type": "client_credentials"}).status_code in (400, 401)
    assert not AccessToken.objects.exists()


def test_one_kind_of_token_is_not_taken_for_the_other(board: Application, browser: Client) -> None:
    given = tokens_of(browser)

    assert me(given["refresh_token"]).status_code == 401
    assert_refused(refresh(given["access_token"]), "invalid_grant")
    assert_refused(exchange(given["refresh_token"]), "invalid_grant")


# Tokens whose time is over


def test_an_expired_token_opens_nothing(board: Application, browser: Client) -> None:
    value = tokens_of(browser)["access_token"]
    AccessToken.objects.update(expires=timezone.now())

    assert me(value).status_code == 401


def test_a_revoked_token_opens_nothing(board: Application, browser: Client) -> None:
    given = tokens_of(browser)

    Client().post("/oauth/revoke", {"token": given["access_token"], "client_id": "floor-board"})

    assert me(given["access_token"]).status_code == 401


def test_the_tokens_of_who_was_deactivated_stop_at_once(
    board: Application, machine: Application, browser: Client, tom: User
) -> None:
    values = [tokens_of(browser)["access_token"], machine_token(scope="me:profile").json()["access_token"]]
    assert [me(value).status_code for value in values] == [200, 200]

    User.objects.filter(pk=tom.pk).update(is_active=False)

    assert [me(value).status_code for value in values] == [401, 401]


def test_the_tokens_of_a_client_that_was_removed_stop_at_once(board: Application, browser: Client) -> None:
    given = tokens_of(browser)

    board.delete()

    assert me(given["access_token"]).status_code == 401
    assert refresh(given["refresh_token"]).status_code == 401


# The page that asks


def test_nobody_frames_the_page_that_asks(board: Application, browser: Client) -> None:
    for page in (ask(browser), Client().get(ask(Client())["Location"])):
        assert page["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
        assert page["Referrer-Policy"] == "same-origin"
        assert "no-store" in page["Cache-Control"]


def test_nobody_presses_its_button_from_elsewhere(board: Application, tom: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(tom)

    response = browser.post("/oauth/authorize", question() | {"allow": "true"})

    assert response.status_code == 403
    assert not Grant.objects.exists()


def test_what_holds_a_token_is_kept_in_no_cache(board: Application, browser: Client) -> None:
    code = sent_back(answer(browser))["code"]

    assert exchange(code)["Cache-Control"] == "no-store"
