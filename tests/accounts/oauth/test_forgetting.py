"""What has run out is forgotten; what still counts stays."""

from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import F, QuerySet
from django.test import Client
from oauth2_provider.models import AccessToken, Application, Grant, RefreshToken

from batches.models import Batch
from niagara import clock
from niagara.accounts.models import IdempotentAnswer, User
from niagara.accounts.operations.forgetting import forget_expired
from tests.accounts.oauth.flow import answer, assert_refused, machine_token, refresh, tokens_of
from tests.clients import ApiFactory

ACCESS = timedelta(seconds=settings.OAUTH2_PROVIDER["ACCESS_TOKEN_EXPIRE_SECONDS"])
REFRESH = timedelta(seconds=settings.OAUTH2_PROVIDER["REFRESH_TOKEN_EXPIRE_SECONDS"])
MINUTE = timedelta(minutes=1)


def forget() -> None:
    forget_expired(at=clock.now())


def age(rows: QuerySet, field: str, by: timedelta) -> None:
    """As if all of them were older."""
    assert rows.update(**{field: F(field) - by})


def test_tokens_of_machines_are_forgotten_when_they_expired(machine: Application) -> None:
    machine_token()
    age(AccessToken.objects.all(), "expires", ACCESS + MINUTE)
    machine_token()

    forget()

    assert not AccessToken.objects.get().is_expired()


def test_codes_nobody_came_for_are_forgotten(board: Application, browser: Client) -> None:
    answer(browser)

    forget()
    assert Grant.objects.exists()
    age(Grant.objects.all(), "expires", 5 * MINUTE)
    forget()

    assert not Grant.objects.exists()


def test_a_refresh_token_that_was_used_is_still_known_when_it_comes_again(board: Application, browser: Client) -> None:
    first = tokens_of(browser)["refresh_token"]
    second = refresh(first).json()
    age(AccessToken.objects.all(), "expires", ACCESS + MINUTE)

    forget()

    assert_refused(refresh(first), "invalid_grant")
    assert_refused(refresh(second["refresh_token"]), "invalid_grant")  # the replay ended all of the family


def test_refresh_tokens_are_forgotten_when_they_expired(board: Application, browser: Client) -> None:
    refresh(tokens_of(browser)["refresh_token"])
    age(AccessToken.objects.all(), "expires", ACCESS + REFRESH + MINUTE)
    age(RefreshToken.objects.exclude(revoked=None), "revoked", REFRESH + MINUTE)

    forget()

    assert not RefreshToken.objects.exists()
    assert not AccessToken.objects.exists()


def test_sessions_are_forgotten_when_they_expired(tom: User, maria: User) -> None:
    Client().force_login(tom)
    age(Session.objects.all(), "expire_date", timedelta(seconds=settings.SESSION_COOKIE_AGE) + MINUTE)
    client = Client()
    client.force_login(maria)

    forget()

    assert Session.objects.get().session_key == client.session.session_key


def test_kept_answers_are_forgotten_after_a_day(maria: User, batch_of_ten: Batch, api: ApiFactory) -> None:
    def note(key: str) -> None:
        path = f"work-orders/{batch_of_ten.work_order_id}/notes"
        assert api(maria).post(path, {"content": "Late"}, headers={"Idempotency-Key": key}).status_code < 300

    note("old")
    age(IdempotentAnswer.objects.all(), "created", timedelta(seconds=settings.IDEMPOTENCY_SECONDS) + MINUTE)
    note("new")

    forget()

    assert IdempotentAnswer.objects.get().key == "new"
