"""Waits: looked at by a worker, ended by an event or by time, kept over any restart."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from batches.models import Cycle
from batches.operations.cycling import block_cycle, release_cycle, start_cycle, unblock_cycle
from batches.operations.running import start_context
from batches.operations.waiting import due_waits, look_at_wait
from niagara.accounts.actor import Actor
from niagara.accounts.operations.saving import change_row
from niagara.directory.models import Category, Unit
from tests.factories import AT, STEPS, Floor, make_workflow
from workorders.models import Context

WAIT = {"step_type": "wait", "label": "Restart", "time": 30, "stop_at": 90, "events": ["UNIT.changed"]}
STEPS_WITH_WAIT = {"wait": {**WAIT, "goto": "unpack", "goto_fail": "broken"}, **STEPS}


def after(seconds: int) -> Any:
    return AT + timedelta(seconds=seconds)


def look(seconds: int) -> list[UUID]:
    """Look at all that is due, as a worker does. Returns what that was."""
    due = due_waits(after(seconds))
    for context_id in due:
        look_at_wait(context=Context(pk=context_id), by=Actor.system(), at=after(seconds))
    return due


@pytest.fixture
def cycle(floor: Floor) -> Cycle:
    """It waits first of all."""
    work_order = floor.make_work_order(1, workflow=make_workflow(floor.organization, "Wait", STEPS_WITH_WAIT))
    cycle = floor.make_batch(1, work_order).cycles.get()
    return start_cycle(cycle=cycle, technician=floor.manager, unit=floor.make_unit("C02X7"), by=floor.by, at=AT)


def steps() -> tuple[str, ...]:
    return Context.objects.get().run.current_steps


def test_a_wait_is_looked_at_every_so_often_until_its_time_is_up(cycle: Cycle) -> None:
    assert look(29) == []
    for seconds in (30, 60):
        assert look(seconds) == [cycle.context_id]
        assert look(seconds) == []
        assert steps() == ("wait",)

    assert look(90) == [cycle.context_id]
    assert steps() == ("unpack",)
    assert Context.objects.get().run.last_steps[0].did_timeout
    assert look(1000) == []


def test_a_listed_event_ends_the_wait_at_the_next_look(floor: Floor, cycle: Cycle) -> None:
    unit = Unit.objects.get()
    unit.attributes = {"enrolled": True}
    change_row(unit, by=floor.by, at=after(10))

    look(30)

    assert steps() == ("unpack",)
    assert not Context.objects.get().run.last_steps[0].did_timeout


def test_what_happened_before_the_wait_or_to_something_else_does_not_end_it(floor: Floor, cycle: Cycle) -> None:
    unit, other = Unit.objects.get(), floor.make_unit()
    unit.label = other.label = "Another"
    change_row(unit, by=floor.by, at=after(0))
    change_row(other, by=floor.by, at=after(10))

    look(30)

    assert steps() == ("wait",)


def test_looks_that_nobody_made_are_not_made_up_for(cycle: Cycle) -> None:
    look(70)

    assert Context.objects.get().wake_at == after(90)


@pytest.mark.parametrize("verb", ["block", "release"])
def test_while_nobody_works_on_the_cycle_its_context_waits_on(floor: Floor, cycle: Cycle, verb: str) -> None:
    if verb == "block":
        block_cycle(cycle=cycle, reason="Damaged", by=floor.by, at=after(1))
    else:
        release_cycle(cycle=cycle, by=floor.by, at=after(1))
    assert look(500) == []

    if verb == "block":
        unblock_cycle(cycle=cycle, by=floor.by, at=after(600))
    else:
        start_cycle(cycle=cycle, technician=floor.manager, by=floor.by, at=after(600))
    look(601)

    assert steps() == ("unpack",)


def test_a_wait_may_end_the_cycle(floor: Floor) -> None:
    steps = {"wait": {**WAIT, "goto": "done", "goto_fail": "broken"}, "done": STEPS["done"], "broken": STEPS["broken"]}
    work_order = floor.make_work_order(1, workflow=make_workflow(floor.organization, "Wait", steps))
    cycle = floor.make_batch(1, work_order).cycles.get()
    start_cycle(cycle=cycle, technician=floor.manager, by=floor.by, at=AT)

    look(90)

    cycle.refresh_from_db()
    assert (cycle.category, cycle.ended_at) == (Category.COMPLETE, after(90))


def test_a_context_without_a_cycle_waits_as_well(floor: Floor) -> None:
    workflow = make_workflow(floor.organization, "Wait", STEPS_WITH_WAIT)
    context = start_context(workflow=workflow, unit=floor.make_unit(), by=floor.by, at=AT)

    assert look(90) == [context.pk]
    assert steps() == ("unpack",)


def test_a_look_that_comes_late_finds_nothing_to_do(cycle: Cycle) -> None:
    look(90)
    before = Context.objects.values().get()

    look_at_wait(context=cycle.context, by=Actor.system(), at=after(120))  # type: ignore[arg-type]

    assert Context.objects.values().get() == before
