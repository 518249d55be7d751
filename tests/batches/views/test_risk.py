from datetime import timedelta

import pytest

from batches.views.risk import is_at_risk
from tests.factories import AT

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("begun", "due", "done", "takes", "expected"),
    [
        (-DAY, 3 * DAY, 0, 4 * DAY, True),  # at its pace it ends after it is due
        (-9 * DAY, 3 * DAY, 0, 2 * DAY, False),
        (-9 * DAY, -DAY, 0, 4 * DAY, False),  # that is late
        (-9 * DAY, 3 * DAY, 4, None, True),  # no pace is known, and more than half of the time is over
        (-9 * DAY, 3 * DAY, 5, None, False),
        (-DAY, 3 * DAY, 0, None, False),
        (DAY, 3 * DAY, 0, None, False),
    ],
)
def test_at_risk_is_what_will_be_late(
    begun: timedelta, due: timedelta, done: int, takes: timedelta | None, expected: bool
) -> None:
    found = is_at_risk(begin=AT + begun, due=AT + due, done=done, whole=10, takes=takes, at=AT)

    assert found is expected
