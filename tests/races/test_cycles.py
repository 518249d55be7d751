"""Rule 4 and rule 6: one technician holds a cycle, and every count follows, whoever works beside whom."""

from functools import partial
from random import Random

import pytest

from batches.models import Batch, Cycle
from batches.operations.changing import change_batch
from batches.operations.cycling import block_cycle, cancel_cycle, fail_cycle, release_cycle, start_cycle, unblock_cycle
from niagara.accounts.models import User
from niagara.directory.models import Category
from niagara.refusals import Conflict
from tests.cycles import complete_cycle
from tests.factories import AT, Floor, make_user
from tests.races.together import assert_everything_adds_up, refusals, successes, together

ROUNDS = 6


def start(floor: Floor, cycle: Cycle, technician: User) -> Cycle:
    return start_cycle(cycle=cycle, technician=technician, by=floor.by, at=AT)


def run_through(floor: Floor, cycle: Cycle, technician: User, seed: int) -> None:
    """Take one cycle from its start to an end, and the retries of it, in a way that `seed` decides."""
    dice = Random(seed)
    by = {"by": floor.by, "at": AT}
    while True:
        start_cycle(cycle=cycle, technician=technician, **by)
        for _ in range(dice.randrange(3)):
            block_cycle(cycle=cycle, reason="Waiting for parts", **by)
            unblock_cycle(cycle=cycle, **by)
        end = dice.choice(["complete", "complete", "fail", "release", "cancel"])
        if end == "complete":
            complete_cycle(cycle=cycle, **by)
            return
        if end == "cancel":
            cancel_cycle(cycle=cycle, **by)
            return
        if end == "release":
            release_cycle(cycle=cycle, **by)
        if end == "fail":
            cycle = fail_cycle(cycle=cycle, reason="Damaged", **by)


def test_of_eight_technicians_who_start_one_cycle_exactly_one_holds_it(floor: Floor) -> None:
    technicians = [make_user(floor.organization, "Technician") for _ in range(8)]
    batch = floor.make_batch(ROUNDS)

    for cycle in batch.cycles.all():
        outcomes = together(*(partial(start, floor, cycle, technician) for technician in technicians))

        [held] = successes(outcomes)
        assert len(refusals(outcomes)) == 7
        cycle.refresh_from_db()
        assert (cycle.category, cycle.technician_id) == (Category.IN_PROGRESS, held.technician_id)
    assert_everything_adds_up()


@pytest.mark.parametrize("batches", [1, 8])
def test_counts_and_statuses_follow_what_eight_technicians_do_at_once(floor: Floor, tom: User, batches: int) -> None:
    work_order = floor.make_work_order(24)
    for _ in range(batches):
        floor.make_batch(24 // batches, work_order)
    cycles = list(work_order.cycles.order_by("number"))

    for lot in range(0, 24, 8):
        jobs = (
            partial(run_through, floor, cycle, tom, seed) for seed, cycle in enumerate(cycles[lot : lot + 8], start=lot)
        )
        assert together(*jobs) == [None] * 8
        assert_everything_adds_up()

    work_order.refresh_from_db()
    assert work_order.current_status.category == Category.COMPLETE
    assert work_order.end_date == AT
    assert {batch.active for batch in Batch.objects.all()} == {0}


def test_batches_that_begin_and_end_at_once_leave_their_work_order_right(floor: Floor, tom: User) -> None:
    for _ in range(ROUNDS):
        work_order = floor.make_work_order(8)
        cycles = [floor.make_batch(1, work_order).cycles.get() for _ in range(8)]

        assert not refusals(together(*(partial(start, floor, cycle, tom) for cycle in cycles)))
        work_order.refresh_from_db()
        assert work_order.current_status.category == Category.IN_PROGRESS

        finish = [partial(complete_cycle, cycle=cycle, by=floor.by, at=AT) for cycle in cycles]
        assert not refusals(together(*finish))
        work_order.refresh_from_db()
        assert work_order.current_status.category == Category.COMPLETE
    assert_everything_adds_up()


def test_a_batch_grows_and_shrinks_while_its_cycles_are_worked_on(floor: Floor, tom: User) -> None:
    work_order = floor.make_work_order(60)
    batch = floor.make_batch(20, work_order)

    def resize(seed: int) -> int:
        dice, refused = Random(seed), 0
        for _ in range(ROUNDS):
            try:
                change_batch(batch=batch, changes={"number_cycles": dice.randint(10, 40)}, by=floor.by, at=AT)
            except Conflict:  # below what is done, or a cycle that is being started: rightly refused
                refused += 1
        return refused

    def work(seed: int, cycles: list[Cycle]) -> int:
        refused = 0
        for cycle in cycles:
            try:
                run_through(floor, cycle, tom, seed)
            except Conflict:  # it was cancelled first
                refused += 1
        return refused

    cycles = list(batch.cycles.order_by("number"))
    jobs = [partial(work, seed, cycles[seed::6]) for seed in range(6)]
    outcomes = together(*jobs, partial(resize, 1), partial(resize, 2))

    assert not refusals(outcomes)
    batch.refresh_from_db()
    assert batch.complete > 0
    assert_everything_adds_up()
