"""Nothing a client sends gives a 500, or HTML."""

import pytest
from django.test import Client
from oauth2_provider.models import Application

from tests.accounts.oauth.flow import VERIFIER, answer, exchange, sent_back


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
