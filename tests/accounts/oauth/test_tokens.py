"""What is given out, how long it works, and what ends it."""

import hashlib

import pytest
from django.contrib.auth.hashers import check_password
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application, Grant, RefreshToken

from niagara.accounts.models import User
from tests.accounts.oauth.flow import (
    SECRET,
    answer,
    ask,
    assert_refused,
    exchange,
    introspect,
    machine_token,
    question,
    refresh,
    sent_back,
    token,
    tokens_of,
)

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
