"""Holds and closing against those who start and make."""

from functools import partial

from batches.models import Cycle
from batches.operations.cancelling import cancel_cycles
from batches.operations.claiming import NothingToClaim, claim_cycle
from batches.operations.holding import OnHold, hold_batch, hold_work_order
from niagara import clock
from niagara.directory.models import Category
from niagara.refusals import Refusal
from tests.factories import AT, Floor, make_user
from tests.races.together import assert_everything_adds_up, refusals, successes, together
from workorders.models import WorkOrder
from workorders.operations.closing import StillActive, WorkOrderClosed, close_work_order


def test_once_a_hold_is_answered_nothing_more_is_started(floor: Floor) -> None:
    people = [make_user(floor.organization, "Production manager") for _ in range(8)]
    for turn in range(4):
        work_order = floor.make_work_order(32)
        batches = [floor.make_batch(8, work_order) for _ in range(4)]
        seen_at_hold = []

        def hold(work_order: WorkOrder, batches: list, turn: int, seen: list) -> None:
            if turn % 2:
                hold_work_order(work_order=work_order, reason="Wrong image", by=floor.by, at=AT)
            else:
                for batch in batches:
                    hold_batch(batch=batch, reason="Wrong image", by=floor.by, at=AT)
            seen.append(Cycle.objects.filter(work_order=work_order, category=Category.IN_PROGRESS).count())

        def claim(person: object, batches: list) -> int:
            number = 0
            for batch in batches * 2:
                try:
                    claim_cycle(batch=batch, technician=person, by=floor.by, at=clock.now())  # type: ignore[arg-type]
                except (OnHold, NothingToClaim):
                    break
                number += 1
            return number

        started = together(
            partial(hold, work_order, batches, turn, seen_at_hold), *(partial(claim, one, batches) for one in people)
        )

        assert [sum(started[1:])] == seen_at_hold
    assert_everything_adds_up()


def test_a_work_order_is_closed_or_gets_a_batch_never_both(floor: Floor) -> None:
    for _ in range(6):
        work_order = floor.make_work_order(10)
        close = partial(close_work_order, work_order=work_order, by=floor.by, at=AT)

        outcomes = together(close, partial(floor.make_batch, 5, work_order))

        assert len(successes(outcomes)) == 1
        [refused] = refusals(outcomes)
        assert isinstance(refused, Refusal)
        assert isinstance(refused, (StillActive, WorkOrderClosed))
        cancel_cycles(work_order=work_order, by=floor.by, at=AT)
    assert_everything_adds_up()
