"""Clients with a secret, introspection, and other organizations."""

import pytest
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application

from niagara.accounts.models import User
from tests.accounts.oauth.flow import ISSUER, ask, assert_refused, form_of, introspect, machine_token, tokens_of

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
