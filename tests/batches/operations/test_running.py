"""What closing the steps of a cycle comes to: for the cycle, its unit, and those who count."""

from datetime import timedelta
from typing import Any

import pytest

from batches.models import Cycle
from batches.operations.changing import change_batch
from batches.operations.cycling import block_cycle, cancel_cycle, fail_cycle, release_cycle, start_cycle, unblock_cycle
from batches.operations.moving import WrongState
from batches.operations.running import close_step, start_context
from niagara.accounts.access import PermissionMissing
from niagara.accounts.models import HistoryEntry, User
from niagara.accounts.operations.saving import ChangedMeanwhile
from niagara.directory.models import Category
from niagara.directory.operations.reasons import UnknownReason
from tests.cycles import close, complete_cycle
from tests.factories import AT, STEPS, STEPS_WITH_CHECK, Floor, make_user, make_workflow, via_api
from tests.races.together import assert_everything_adds_up
from workorders.models import Context
from workorders.operations.workflows import change_workflow
from workorders.workflow import ContextEnded, SamePerson, StepNotCurrent

LATER = AT + timedelta(minutes=20)


@pytest.fixture
def tina(floor: Floor) -> User:
    """Another pair of eyes."""
    return make_user(floor.organization, "Production manager", "Tina Brown")


def start(floor: Floor, steps: dict[str, Any] = STEPS, **fields: Any) -> Cycle:
    workflow = make_workflow(floor.organization, "Set up", steps)
    cycle = floor.make_batch(1, floor.make_work_order(1, workflow=workflow)).cycles.get()
    return start_cycle(cycle=cycle, technician=floor.manager, by=floor.by, at=AT, **fields)


def test_starting_a_cycle_starts_its_context(floor: Floor) -> None:
    cycle = start(floor)

    assert cycle.context is not None
    assert cycle.context.run.current_steps == ("unpack",)
    assert (cycle.context.started_at, cycle.context.ended_at, cycle.context.location) == (AT, None, floor.location)


def test_the_last_step_completes_the_cycle(floor: Floor) -> None:
    cycle = close(start(floor), by=floor.by, at=LATER)

    assert (cycle.category, cycle.ended_at) == (Category.COMPLETE, LATER)
    assert cycle.context is not None
    assert cycle.context.ended_at == LATER
    assert_everything_adds_up()


def test_a_step_that_fails_to_the_end_fails_the_cycle_and_makes_a_retry(floor: Floor) -> None:
    cycle = close(start(floor), by=floor.by, at=LATER, kind="fail")

    assert (cycle.category, cycle.status, cycle.reason) == (Category.CANCELLED, "Failed", "Broken")
    retry = Cycle.objects.get(is_retry=True)
    assert (retry.category, retry.context) == (Category.PENDING, None)
    assert_everything_adds_up()


def test_a_check_is_for_somebody_who_did_no_step(floor: Floor, tina: User) -> None:
    cycle = close(start(floor, STEPS_WITH_CHECK), by=floor.by, at=AT)
    assert cycle.category == Category.VERIFYING

    with pytest.raises(SamePerson):
        close(cycle, by=floor.by, at=LATER)

    assert Cycle.objects.get(pk=cycle.pk).category == Category.VERIFYING
    assert close(cycle, by=via_api(tina), at=LATER).category == Category.IN_PROGRESS


def test_a_failed_check_sends_the_cycle_back_to_work_and_is_counted(floor: Floor, tina: User) -> None:
    cycle = close(start(floor, STEPS_WITH_CHECK), by=floor.by, at=AT)

    cycle = close(cycle, by=via_api(tina), at=LATER, kind="fail")

    assert cycle.category == Category.IN_PROGRESS
    assert cycle.context is not None
    assert cycle.context.run.current_steps == ("unpack",)
    assert cycle.context.run.failed_steps == {"check": 1}
    assert HistoryEntry.objects.of(cycle).first().verb == "sent back"  # type: ignore[union-attr]


def test_what_waits_for_a_check_is_unblocked_to_its_check(floor: Floor) -> None:
    cycle = close(start(floor, STEPS_WITH_CHECK), by=floor.by, at=AT)
    cycle = block_cycle(cycle=cycle, reason="Damaged", by=floor.by, at=AT)

    assert unblock_cycle(cycle=cycle, by=floor.by, at=LATER).category == Category.VERIFYING
    assert_everything_adds_up()


def test_a_step_that_is_not_in_hand_is_refused(floor: Floor) -> None:
    cycle = start(floor, STEPS_WITH_CHECK)
    assert cycle.context is not None

    with pytest.raises(StepNotCurrent):
        close_step(context=cycle.context, step="polish", by=floor.by, at=LATER)
    close_step(context=cycle.context, step="unpack", by=floor.by, at=LATER)
    with pytest.raises(StepNotCurrent):
        close_step(context=cycle.context, step="unpack", by=floor.by, at=LATER)


@pytest.mark.parametrize("verb", ["block", "release"])
def test_nobody_works_on_what_is_blocked_or_given_back(floor: Floor, verb: str) -> None:
    cycle = start(floor)
    if verb == "block":
        block_cycle(cycle=cycle, reason="Damaged", by=floor.by, at=AT)
    else:
        release_cycle(cycle=cycle, by=floor.by, at=AT)

    with pytest.raises(WrongState, match="you can't work on it now"):
        close(cycle, by=floor.by, at=LATER)


@pytest.mark.parametrize("end", ["fail", "cancel", "complete"])
def test_the_run_of_a_cycle_that_ended_is_over(floor: Floor, end: str) -> None:
    cycle = start(floor)
    if end == "fail":
        fail_cycle(cycle=cycle, reason="Damaged", by=floor.by, at=LATER)
    elif end == "cancel":
        cancel_cycle(cycle=cycle, by=floor.by, at=LATER)
    else:
        complete_cycle(cycle=cycle, by=floor.by, at=LATER)

    context = Context.objects.get()
    assert context.ended_at == LATER
    with pytest.raises(ContextEnded):
        close_step(context=context, step="unpack", by=floor.by, at=LATER)


def test_who_takes_over_a_released_cycle_goes_on_where_it_was_left(floor: Floor, tina: User) -> None:
    cycle = close(
        start(floor, {**STEPS, "unpack": {**STEPS["unpack"], "goto": "wipe"}, "wipe": STEPS["unpack"]}),
        by=floor.by,
        at=AT,
    )
    release_cycle(cycle=cycle, by=floor.by, at=AT)

    again = start_cycle(cycle=cycle, technician=tina, by=via_api(tina), at=LATER)

    assert again.context_id == cycle.context_id
    assert again.context is not None
    assert again.context.run.current_steps == ("wipe",)
    assert complete_cycle(cycle=again, by=via_api(tina), at=LATER).technician == tina
    assert [run.by for run in Context.objects.get().run.last_steps] == [floor.manager.pk, tina.pk, None]


def test_what_was_given_back_and_is_no_longer_needed_is_over(floor: Floor) -> None:
    batch = floor.make_batch(2)
    begun = start_cycle(cycle=batch.cycles.get(number=2), technician=floor.manager, by=floor.by, at=AT)
    release_cycle(cycle=begun, by=floor.by, at=AT)

    change_batch(batch=batch, changes={"number_cycles": 1}, by=floor.by, at=LATER)

    assert Cycle.objects.get(pk=begun.pk).category == Category.CANCELLED
    assert Context.objects.get().ended_at == LATER


def test_what_was_given_back_goes_on_where_its_batch_has_moved_to(floor: Floor) -> None:
    cycle = start(floor)
    release_cycle(cycle=cycle, by=floor.by, at=AT)
    assert cycle.batch is not None
    annex = floor.make_queue(location=floor.make_location())
    change_batch(batch=cycle.batch, changes={"queue": annex}, by=floor.by, at=AT)

    start_cycle(cycle=cycle, technician=floor.manager, by=floor.by, at=LATER)

    assert Context.objects.get().location == annex.location


def test_what_runs_goes_on_with_the_version_it_started_with(floor: Floor) -> None:
    cycle = start(floor)
    workflow = cycle.work_order.workflow
    workflow.steps = STEPS_WITH_CHECK
    change_workflow(workflow, by=floor.by, at=AT)

    other = floor.make_batch(1, floor.make_work_order(1, workflow=workflow)).cycles.get()
    newer = start_cycle(cycle=other, technician=floor.manager, by=floor.by, at=AT)

    assert close(cycle, by=floor.by, at=LATER).category == Category.COMPLETE
    assert close(newer, by=floor.by, at=LATER).category == Category.VERIFYING
    versions = Context.objects.order_by("pk").values_list("workflow_version__workflow_version", flat=True)
    assert list(versions) == [1, 2]


def test_a_workflow_that_needs_nobody_ends_as_it_starts(floor: Floor) -> None:
    cycle = start(floor, {"done": STEPS["done"]})

    assert (cycle.category, cycle.started_at, cycle.ended_at) == (Category.COMPLETE, AT, AT)
    assert_everything_adds_up()


def test_a_workflow_that_starts_with_a_check_waits_for_somebody_else(floor: Floor, tina: User) -> None:
    cycle = start(
        floor,
        {"check": {**STEPS_WITH_CHECK["check"], "goto": "done", "goto_fail": "broken"}, **STEPS}
        | {"unpack": STEPS["done"]},
    )

    assert cycle.category == Category.VERIFYING
    assert close(cycle, by=via_api(tina), at=LATER).category == Category.COMPLETE


@pytest.mark.parametrize("verb", [block_cycle, fail_cycle])
def test_a_reason_is_one_of_the_organizations_list(floor: Floor, verb: Any) -> None:
    cycle = start(floor)

    with pytest.raises(UnknownReason, match=r"Choose one of the reasons: .*Damaged"):
        verb(cycle=cycle, reason="Bad luck", by=floor.by, at=LATER)

    verb(cycle=cycle, reason="Damaged", comment="It fell off the table", by=floor.by, at=LATER)
    cycle.refresh_from_db()
    assert (cycle.reason, cycle.comment) == ("Damaged", "It fell off the table")
    assert HistoryEntry.objects.of(cycle).first().reason == "Damaged: It fell off the table"  # type: ignore[union-attr]


def test_what_was_blocked_tells_no_reason_once_it_goes_on(floor: Floor) -> None:
    cycle = block_cycle(cycle=start(floor), reason="Damaged", comment="A little", by=floor.by, at=AT)

    cycle = unblock_cycle(cycle=cycle, by=floor.by, at=LATER)

    assert (cycle.reason, cycle.comment) == ("", "")


def test_who_saw_an_older_context_closes_no_step_of_it(floor: Floor) -> None:
    cycle = start(floor, STEPS_WITH_CHECK)
    assert cycle.context is not None
    close_step(context=cycle.context, step="unpack", by=floor.by, at=AT, if_version=1)

    with pytest.raises(ChangedMeanwhile):
        close_step(context=cycle.context, step="check", by=floor.by, at=AT, if_version=1)


def test_closing_steps_is_in_the_history(floor: Floor) -> None:
    cycle = close(start(floor, STEPS_WITH_CHECK), by=floor.by, at=LATER)

    moved, started = HistoryEntry.objects.of(cycle.context)  # type: ignore[arg-type]
    assert (started.verb, started.changes) == ("started", {"current_steps": [None, ["unpack"]]})
    assert (moved.verb, moved.changes, moved.user) == (
        "moved on", {"current_steps": [["unpack"], ["check"]]}, floor.manager,
    )  # fmt: skip


def test_a_unit_goes_through_a_workflow_without_a_work_order(floor: Floor, olga: User) -> None:
    unit = floor.make_unit()

    context = start_context(workflow=floor.workflow, unit=unit, station=floor.station, by=floor.by, at=AT)
    with pytest.raises(PermissionMissing):
        close_step(context=context, step="unpack", by=via_api(olga), at=LATER)
    context = close_step(context=context, step="unpack", by=floor.by, at=LATER)

    assert (context.unit, context.station, context.ended_at) == (unit, floor.station, LATER)
    assert not Cycle.objects.exists()
