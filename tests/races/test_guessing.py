"""Many tries at the same moment: each is counted before any is compared."""

from functools import partial

from niagara.accounts.operations.throttling import TooManyTries, badge_limits, begin_try, password_limits
from tests.factories import AT
from tests.races.together import refusals, successes, together


def test_of_many_pins_tried_at_once_only_so_many_are_compared() -> None:
    outcomes = together(*[partial(begin_try, badge_limits("badge", "tablet"), at=AT) for _ in range(12)])

    assert len(successes(outcomes)) == 5
    assert {type(refusal) for refusal in refusals(outcomes)} == {TooManyTries}


def test_accounts_are_tried_from_many_addresses_at_once_without_a_deadlock() -> None:
    pairs = [(f"{number % 3}@example.com", f"10.0.0.{number % 4}") for number in range(12)]

    outcomes = together(*[partial(begin_try, password_limits(*pair), at=AT) for pair in pairs])

    assert successes(outcomes) == [None] * 12
