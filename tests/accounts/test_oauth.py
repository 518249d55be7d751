"""OAuth2 as a client and an attacker meet it: RFC 9700, each attack tried."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.hashers import check_password
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application, Grant, RefreshToken

from niagara.accounts.models import User
from niagara.accounts.permissions import SCOPES

VERIFIER = "a-verifier-of-at-least-forty-three-characters-0123"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
CALLBACK = "https://client.example/callback"
ISSUER = "http://testserver"
SECRET = "only-the-client-knows-this"


@pytest.fixture
def board(tom: User) -> Application:
    """A public client, such as an app on a tablet."""
    return Application.objects.create(
        name="Floor board",
        client_id="floor-board",
        client_type=Application.CLIENT_PUBLIC,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        redirect_uris=CALLBACK,
    )


@pytest.fixture
def machine(tom: User) -> Application:
    """A confidential client that works as the user Tom."""
    return Application.objects.create(
        name="Label printer",
        client_id="label-printer",
        client_secret=SECRET,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
        user=tom,
    )


@pytest.fixture
def browser(tom: User) -> Client:
    """Tom's, signed in."""
    client = Client()
    client.force_login(tom)
    return client


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


# Grants and codes


@pytest.mark.parametrize("response_type", ["token", "id_token", "code token", "", None])
def test_there_is_no_implicit_grant(board: Application, browser: Client, response_type: str | None) -> None:
    response = ask(browser, response_type=response_type)

    assert "error" in sent_back(response)


def test_there_is_no_implicit_grant_for_clients_that_were_made_for_it(board: Application, browser: Client) -> None:
    board.authorization_grant_type = Application.GRANT_IMPLICIT
    board.save()

    assert sent_back(ask(browser, response_type="token"))["error"] == "unauthorized_client"


def test_there_is_no_password_grant(machine: Application, tom: User) -> None:
    machine.authorization_grant_type = Application.GRANT_PASSWORD
    machine.save()

    response = token(
        grant_type="password",
        client_id="label-printer",
        client_secret=SECRET,
        username=tom.email,
        password="secret",
    )

    assert_refused(response, "unsupported_grant_type")


def test_a_code_works_once(board: Application, browser: Client) -> None:
    code = sent_back(answer(browser))["code"]
    assert exchange(code).status_code == 200

    assert_refused(exchange(code), "invalid_grant")


def test_a_code_works_for_a_minute(board: Application, browser: Client) -> None:
    code = sent_back(answer(browser))["code"]
    Grant.objects.update(expires=timezone.now())

    assert_refused(exchange(code), "invalid_grant")


def test_a_code_works_for_the_client_it_was_given_to(board: Application, browser: Client) -> None:
    board.pk, board.client_id = None, "another-board"
    board.save()
    code = sent_back(answer(browser))["code"]

    assert_refused(exchange(code, client_id="another-board"), "invalid_grant")


def test_consent_is_asked_every_time(board: Application, browser: Client) -> None:
    tokens_of(browser)

    response = browser.get("/oauth/authorize", question() | {"approval_prompt": "auto"})

    assert response.status_code == 200


def test_prompt_login_asks_who_is_signed_in_again(board: Application, browser: Client) -> None:
    response = ask(browser, prompt="login")

    assert response["Location"].startswith("/sign-in?next=")
    assert browser.get(response["Location"]).status_code == 200


# Tokens


def test_tokens_and_secrets_are_stored_hashed(board: Application, machine: Application, browser: Client) -> None:
    given = tokens_of(browser)

    access, renewal = AccessToken.objects.get(), RefreshToken.objects.get()
    assert (access.token, renewal.token) == ("", "")
    assert access.token_checksum == hashlib.sha256(given["access_token"].encode()).hexdigest()
    assert machine.client_secret.startswith("client_secret$")
    assert check_password(SECRET, machine.client_secret)


def test_a_refresh_token_is_replaced_by_the_next(board: Application, browser: Client) -> None:
    first = tokens_of(browser)

    second = refresh(first["refresh_token"])

    assert second.status_code == 200
    assert second.json()["refresh_token"] != first["refresh_token"]
    assert second.json()["access_token"] != first["access_token"]


def test_using_an_old_refresh_token_ends_the_whole_family(board: Application, browser: Client) -> None:
    first = tokens_of(browser)
    second = refresh(first["refresh_token"]).json()

    assert_refused(refresh(first["refresh_token"]), "invalid_grant")

    assert_refused(refresh(second["refresh_token"]), "invalid_grant")
    assert not AccessToken.objects.exists()


def test_a_refresh_token_gives_no_more_than_was_granted(board: Application, browser: Client) -> None:
    first = tokens_of(browser)["refresh_token"]

    response = token(
        grant_type="refresh_token", refresh_token=first, client_id="floor-board", scope="batch:read batch:delete"
    )

    assert_refused(response, "invalid_scope")


def test_a_deactivated_user_gets_no_new_tokens(
    board: Application, machine: Application, browser: Client, tom: User
) -> None:
    code = sent_back(answer(browser))["code"]
    given = tokens_of(browser)
    User.objects.filter(pk=tom.pk).update(is_active=False)

    assert_refused(exchange(code), "invalid_grant")
    assert_refused(refresh(given["refresh_token"]), "invalid_grant")
    assert_refused(machine_token(), "unauthorized_client")
    assert introspect(given["access_token"]).json() == {"active": False}


def test_revoking_ends_access_and_refresh_token(board: Application, browser: Client) -> None:
    given = tokens_of(browser)

    response = Client().post("/oauth/revoke", {"token": given["refresh_token"], "client_id": "floor-board"})

    assert response.status_code == 200
    assert not AccessToken.objects.exists()
    assert_refused(refresh(given["refresh_token"]), "invalid_grant")


def test_nobody_revokes_the_token_of_another_client(board: Application, machine: Application, browser: Client) -> None:
    given = tokens_of(browser)

    response = Client().post(
        "/oauth/revoke", {"token": given["access_token"], "client_id": "label-printer", "client_secret": SECRET}
    )

    assert response.status_code == 200
    assert AccessToken.objects.exists()


# Machines


@pytest.mark.parametrize("secret", ["", "wrong", "\x00"])
def test_a_machine_needs_its_secret(machine: Application, secret: str) -> None:
    assert_refused(machine_token(client_secret=secret), "invalid_client", 401)
    assert_refused(introspect("anything", client_secret=secret), "invalid_client", 401)


@pytest.mark.parametrize("secret", ["", "anything"])
def test_a_machine_without_a_secret_never_works(machine: Application, secret: str) -> None:
    machine.client_secret = ""
    machine.save()

    assert_refused(machine_token(client_secret=secret), "invalid_client", 401)


def test_a_public_client_is_no_machine(machine: Application) -> None:
    machine.client_type = Application.CLIENT_PUBLIC
    machine.save()

    assert_refused(machine_token(), "unauthorized_client")
    assert_refused(introspect("anything"), "invalid_client", 401)


def test_a_machine_tied_to_nobody_gets_no_token(machine: Application) -> None:
    machine.user = None
    machine.save()

    assert_refused(machine_token(), "unauthorized_client")


# Introspection


def test_a_client_with_a_secret_may_look_at_a_token(
    board: Application, machine: Application, browser: Client, tom: User
) -> None:
    told = introspect(tokens_of(browser)["access_token"])

    assert told["Cache-Control"] == "no-store"
    assert told.json() == {
        "active": True,
        "scope": "batch:read me:profile",
        "client_id": "floor-board",
        "username": tom.email,
        "sub": str(tom.user_id),
        "token_type": "Bearer",
        "iat": told.json()["iat"],
        "exp": told.json()["iat"] + 900,
        "iss": ISSUER,
    }


def test_a_machine_s_own_token_names_its_user(machine: Application, tom: User) -> None:
    assert introspect(machine_token().json()["access_token"]).json()["username"] == tom.email


def test_an_ended_or_unknown_token_is_not_active(machine: Application) -> None:
    value = machine_token().json()["access_token"]
    AccessToken.objects.update(expires=timezone.now())

    assert introspect(value).json() == {"active": False}
    assert introspect("unknown\x00").json() == {"active": False}


def test_a_token_opens_no_introspection(board: Application, browser: Client) -> None:
    value = tokens_of(browser)["access_token"]

    response = Client().post("/oauth/introspect", {"token": value}, headers={"Authorization": f"Bearer {value}"})

    assert_refused(response, "invalid_client", 401)
    assert response["WWW-Authenticate"].startswith("Basic")


# Organizations


def test_a_token_of_another_organization_is_not_active(
    machine: Application, board: Application, browser: Client, olga: User
) -> None:
    machine.user = olga
    machine.save()

    assert introspect(tokens_of(browser)["access_token"]).json() == {"active": False}


def test_a_client_of_another_organization_does_not_exist(board: Application, browser: Client, olga: User) -> None:
    form = form_of(ask(browser))
    board.user = olga
    board.save()

    asked = ask(browser)
    bent = browser.post("/oauth/authorize", form | {"allow": "true"})

    assert asked.status_code == bent.status_code == 400
    assert "Invalid client_id parameter value." in asked.content.decode()


# Nothing a client sends gives a 500, or HTML


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"grant_type": "no-such-grant"},
        {"grant_type": "urn:ietf:params:oauth:grant-type:device_code"},
        {"grant_type": "authorization_code"},
        {"grant_type": "authorization_code", "client_id": "floor-board"},
        {"grant_type": "authorization_code", "client_id": "floor-board\x00", "code": "\x00"},
        {"grant_type": "authorization_code", "client_id": "floor-board", "code": "\x00", "code_verifier": VERIFIER},
        {"grant_type": "authorization_code", "client_id": "floor-board", "code": "x" * 5000},
        {"grant_type": "refresh_token", "client_id": "floor-board", "refresh_token": "\ud83d"},
        {"grant_type": "refresh_token", "client_id": "floor-board"},
    ],
)
def test_a_bad_token_request_is_answered_in_json(board: Application, sent: dict[str, str]) -> None:
    body = "&".join(f"{name}={value}" for name, value in sent.items()).encode(errors="surrogatepass")
    response = Client().post("/oauth/token", body, content_type="application/x-www-form-urlencoded")

    assert response.status_code in (400, 401)
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == "no-store"
    assert response.json()["error"]


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/revoke", "/oauth/introspect"])
@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"grant_type": "client_credentials"}'),
        ("application/json", b"\xff"),
        ("multipart/form-data; boundary=x", b"--y"),
        ("multipart/form-data", b"--"),
        ("application/x-www-form-urlencoded", b"%zz=%&&=\xff"),
        ("application/x-www-form-urlencoded", b"&".join(b"a=%d" % number for number in range(2000))),
        ("application/x-www-form-urlencoded; charset=latin-1", b"token=1"),
        ("text/plain", b"hello"),
        ("application/x-www-form-urlencoded", b"token=" + b"x" * 1_100_000),
    ],
)
def test_a_body_that_is_no_form_is_answered_in_json(db: None, path: str, content_type: str, body: bytes) -> None:
    response = Client().post(path, body, content_type=content_type)

    assert response.status_code in (400, 401)
    assert response["Content-Type"] == "application/json"
    assert response.json()["error"]


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/revoke", "/oauth/introspect"])
@pytest.mark.parametrize(
    "header",
    ["Basic", "Basic ", "Basic é", "Basic !", "Basic AAAA", "Basic AA==", "Bearer x", "Basic " + "Og==", "é"],
)
def test_a_bad_authorization_header_is_answered_in_json(db: None, path: str, header: str) -> None:
    response = Client().post(
        path,
        {"grant_type": "client_credentials", "token": "x", "client_id": ""},
        headers={"Authorization": header},
    )

    assert response.status_code in (400, 401)
    assert response["Content-Type"] == "application/json"


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/revoke", "/oauth/introspect"])
def test_a_token_in_the_url_gets_nowhere(db: None, path: str) -> None:
    assert Client().get(path, {"token": "x"}).status_code == 405
    assert Client().get(path).json()["error"] == "invalid_request"


@pytest.mark.parametrize(
    "query",
    [
        "%zz",
        "client_id=%zz&redirect_uri=%",
        "client_id=floor-board&client_id=floor-board",
        "client_id=floor-board&scopes=x&client=x&user=x&request=x",
        "client_id=floor-board&redirect_uri=https://client.example/callback%00",
        "client_id=floor-board&scope=%00&response_type=%00",
        "client_id=%ff%fe",
        "prompt=create",
        "prompt=none",
        "&&&===",
    ],
)
def test_an_unreadable_question_is_the_client_s_mistake(board: Application, browser: Client, query: str) -> None:
    for client in (browser, Client()):
        assert client.get(f"/oauth/authorize?{query}").status_code in (302, 400)


def test_unknown_parameters_change_nothing(board: Application, browser: Client) -> None:
    code = sent_back(answer(browser))["code"]

    response = exchange(code, refresh_token_instance="x", user="x", scopes="x", resource="\x00", expires_in="9")

    assert response.status_code == 200
    assert response.json()["expires_in"] == 900
