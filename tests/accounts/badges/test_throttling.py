"""Who guesses has to wait, longer and longer; who knows it does not."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from niagara import clock
from niagara.accounts.models import SignInTries, User
from niagara.accounts.operations.badges import issue_badge
from niagara.accounts.operations.throttling import TooManyTries, badge_limits, begin_try, end_try, password_limits
from tests.accounts.badges.conftest import PIN, WRONG
from tests.accounts.badges.test_signing_in import said, sign_in
from tests.factories import AT, Floor, make_user

Turn = Callable[[timedelta], None]
SECOND = timedelta(seconds=1)
PASSWORD = "The e-mail address or the password is not right. Please try again."


def fail(limits: object, times: int) -> None:
    for _ in range(times):
        begin_try(limits, at=AT)  # type: ignore[arg-type]


@pytest.mark.parametrize("known", [True, False])
def test_a_badge_is_locked_for_a_time_that_grows_whether_there_is_such_a_badge_or_not(
    tablet: Client, code: str, known: bool, pass_time: Turn
) -> None:
    typed = code if known else "NIAGARA:BADGE:0000000000000000"
    pauses = []
    for _ in range(5):
        assert said(sign_in(tablet, typed, "0815")) == WRONG
    for _ in range(3):
        pauses.append(said(sign_in(tablet, typed, PIN)))  # the right one does not help either
        pass_time(timedelta(minutes=2) + SECOND)
        assert said(sign_in(tablet, typed, "0815")) == WRONG

    assert pauses == [
        f"There were too many failed tries. Wait {pause}, then try again."
        for pause in ("30 seconds", "60 seconds", "2 minutes")
    ]


def test_waiting_helps_and_one_success_forgets_the_failures(tablet: Client, code: str, pass_time: Turn) -> None:
    for _ in range(6):
        sign_in(tablet, code, "0815")
    pass_time(30 * SECOND)

    assert sign_in(tablet, code).status_code == 302
    tablet.post("/sign-out")
    for _ in range(4):
        assert said(sign_in(tablet, code, "0815")) == WRONG
    assert sign_in(tablet, code).status_code == 302


def test_one_persons_failures_keep_nobody_else_waiting(tablet: Client, code: str, floor: Floor) -> None:
    tina = make_user(floor.organization, "Technician", "Tina Young")
    tinas = issue_badge(tina, pin="90210", by=floor.by, at=AT)
    for _ in range(6):
        sign_in(tablet, code, "0815")

    assert sign_in(tablet, tinas, "90210").status_code == 302


def test_a_device_at_which_many_badges_fail_is_slowed_down_as_a_whole(floor: Floor) -> None:
    for number in range(20):
        begin_try(badge_limits(str(number), "tablet"), at=AT)

    with pytest.raises(TooManyTries, match="Wait 30 seconds"):
        begin_try(badge_limits("another", "tablet"), at=AT)
    begin_try(badge_limits("another", "another tablet"), at=AT)


def test_who_comes_at_the_same_moment_from_the_same_address_does_not_wait(floor: Floor) -> None:
    begin_try(password_limits("tina@niagara.example", "10.0.0.1"), at=AT + SECOND)

    begin_try(password_limits("tom@niagara.example", "10.0.0.1"), at=AT)


def test_success_at_a_device_makes_up_for_itself_alone(floor: Floor) -> None:
    for number in range(19):
        begin_try(badge_limits(str(number), "tablet"), at=AT)
    for _ in range(3):
        begin_try(badge_limits("mine", "tablet"), at=AT)
        end_try(badge_limits("mine", "tablet"))
    begin_try(badge_limits("19", "tablet"), at=AT)

    with pytest.raises(TooManyTries):
        begin_try(badge_limits("mine", "tablet"), at=AT)


def test_no_pause_is_longer_than_an_hour_and_a_day_forgets(floor: Floor) -> None:
    limits, at = badge_limits("mine", "tablet")[:1], AT
    for _ in range(40):
        begin_try(limits, at=at)
        at += timedelta(hours=1)

    with pytest.raises(TooManyTries, match="Wait 60 minutes"):
        begin_try(limits, at=at - timedelta(hours=1))
    at += timedelta(days=1)
    fail_again = [begin_try(limits, at=at) for _ in range(5)]
    assert len(fail_again) == 5


def test_a_password_is_guessed_slowly_from_one_address_while_its_owner_comes_in_from_another(
    client: Client, tom: User, pass_time: Turn
) -> None:
    """No time passes meanwhile, however busy the machine."""
    wrong, right = ({"username": tom.email, "password": password} for password in ("guess", "secret"))
    for _ in range(5):
        assert client.post("/sign-in", wrong).context["form"].non_field_errors() == [PASSWORD]

    (sentence,) = client.post("/sign-in", right).context["form"].non_field_errors()
    assert sentence == "There were too many failed tries. Wait 30 seconds, then try again."
    owner = Client(headers={"X-Forwarded-For": "1.2.3.4, 10.0.0.7"})
    assert owner.post("/sign-in", right).status_code == 302
    # What a client says of itself in front of the proxy's word counts for nothing.
    forger = Client(headers={"X-Forwarded-For": "5.6.7.8, 127.0.0.1"})
    assert forger.post("/sign-in", right).status_code == 200


def test_an_account_and_an_address_each_bear_so_many_failures(floor: Floor) -> None:
    for number in range(100):
        begin_try(password_limits("tom@example.com", f"10.0.0.{number}"), at=AT)
    with pytest.raises(TooManyTries):
        begin_try(password_limits("Tom@example.com ", "10.0.1.1"), at=AT)

    for number in range(200):
        begin_try(password_limits(f"{number}@example.com", "10.0.2.1"), at=AT)
    with pytest.raises(TooManyTries):
        begin_try(password_limits("tina@example.com", "10.0.2.1"), at=AT)


def test_what_was_typed_is_not_kept_and_what_is_old_goes(client: Client, tom: User) -> None:
    begin_try(password_limits("old@example.com", "10.0.0.1"), at=clock.now() - timedelta(days=2))

    client.post("/sign-in", {"username": "hunter2@example.com", "password": "guess"})

    assert SignInTries.objects.count() == 3
    assert "hunter2" not in str(list(SignInTries.objects.values()))
