"""How far the cycles of a batch have come: a few by the operations, the rest in bulk."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle as in_turn
from random import Random

from django.db import transaction

from batches.management.demo.floor import Floor, pick
from batches.management.demo.founding import COMMAND
from batches.management.demo.names import Device
from batches.management.demo.running import Run, finish, has_check, make_context, run_until
from batches.models import COLUMN, Batch, Cycle, StepRun
from batches.operations import cycling, journal
from batches.operations.changing import lock_batch
from batches.operations.following import follow_cycles
from batches.operations.tracing import step_runs
from niagara.accounts.actor import Actor
from niagara.accounts.models import User
from niagara.directory.models import Category, Reason, Unit
from niagara.directory.operations.reasons import FIRST_REASONS
from workorders.models import Context, WorkflowVersion

BLOCKED_BY = FIRST_REASONS[Reason.Kind.BLOCK]
FAILED_BY = FIRST_REASONS[Reason.Kind.FAIL]
_WRITTEN = ["category", "status", "technician", "station", "unit", "context", "started_at", "ended_at", "updated"]


@dataclass(frozen=True)
class Work:
    """Who works on which kind of device, and when."""

    device: Device
    technicians: list[User]
    begun: datetime
    last: datetime


def live_through(batch: Batch, floor: Floor, work: Work, *, with_trouble: bool, rng: Random) -> datetime:
    """Lead the first cycles of a batch through their lives. Returns when that is over."""
    technician = work.technicians[0]
    by = Actor.in_command(technician, COMMAND)
    cycles = list(batch.cycles.order_by("number")[: 3 if with_trouble else 1])
    units = _make_units(len(cycles), batch, floor, work, rng=rng)
    moments = _every_few_minutes(work.begun, rng)

    def start(cycle: Cycle, unit: Unit) -> Cycle:
        return cycling.start_cycle(cycle=cycle, unit=unit, technician=technician, by=by, at=next(moments))

    finish(start(cycles[0], units[0]), technician=by, checker=floor.by, moments=moments, rng=rng)
    if with_trouble:
        second, third = start(cycles[1], units[1]), start(cycles[2], units[2])
        cycling.release_cycle(cycle=second, by=by, at=next(moments))
        second = start(second, units[1])
        cycling.block_cycle(cycle=second, reason=rng.choice(BLOCKED_BY), by=by, at=next(moments))
        cycling.fail_cycle(cycle=third, reason=rng.choice(FAILED_BY), by=by, at=next(moments))
        cycling.unblock_cycle(cycle=second, by=by, at=next(moments))
        finish(second, technician=by, checker=floor.by, moments=moments, rng=rng)
    return next(moments)


@transaction.atomic
def advance(batch: Batch, outcome: Mapping[Category, int], floor: Floor, work: Work, *, rng: Random) -> None:
    """Bring pending cycles of a batch to their outcome, as many of each as there are."""
    batch = lock_batch(batch)
    version = WorkflowVersion.objects.get(workflow=batch.work_order.workflow_id)
    becomes = [category for category, number in outcome.items() for _ in range(number)]  # the rest stays pending
    cycles = list(batch.cycles.pending().order_by("number")[: len(becomes)])
    units = _make_units(len(cycles), batch, floor, work, rng=rng)
    step = (work.last - work.begun) / max(1, len(cycles))
    technicians = in_turn(work.technicians)
    at, blocked = work.begun, []
    for position, (cycle, category, unit) in enumerate(zip(cycles, becomes, units, strict=False)):
        begun = _whole(work.begun + position * step)
        if category is Category.BLOCKED:  # below, by the operation, so that the history has the reason
            blocked.append(cycle)
            category = Category.IN_PROGRESS
        if category is Category.VERIFYING and not has_check(version):
            category = Category.IN_PROGRESS
        technician = next(technicians)
        run = Run(version, unit, technician, floor.manager, begun, begun + step * 0.95)
        state = run_until(category, run, rng)
        at = max(at, state.ended_at or state.entered_at)
        cycle.context = make_context(cycle, run, state)
        cycle.category, cycle.status, cycle.technician, cycle.unit = category, category.label, technician, unit
        cycle.station = pick(rng, floor.stations[cycle.location_id, "work-station"])
        cycle.started_at, cycle.ended_at, cycle.updated = begun, state.ended_at, state.ended_at or state.entered_at
        batch.pending -= 1
        setattr(batch, COLUMN[category], getattr(batch, COLUMN[category]) + 1)
    Context.objects.bulk_create(cycle.context for cycle in cycles if cycle.context is not None)
    Cycle.objects.bulk_update(cycles, _WRITTEN)
    StepRun.objects.bulk_create(
        run
        for cycle in cycles
        if cycle.context
        for run in step_runs(cycle, version.workflow_id, cycle.context.run.last_steps)
    )
    batch.updated = at
    batch.save(update_fields=[*COLUMN.values(), "updated"])
    by = Actor.in_command(work.technicians[0], COMMAND)
    follow_cycles(batch, by=by, at=at)
    if outcome.get(Category.COMPLETE):
        journal.write(batch.batch_group_id, [journal.actual_changed(batch)], by=by, at=at)
    for cycle in blocked:
        cycling.block_cycle(cycle=cycle, reason=rng.choice(BLOCKED_BY), by=by, at=at)


def _make_units(number: int, batch: Batch, floor: Floor, work: Work, *, rng: Random) -> list[Unit]:
    customer, location = batch.work_order.project.customer, batch.queue.location
    units = floor.make_units(number, work.device, customer, location, rng=rng, at=work.begun)
    return Unit.objects.bulk_create(units)


def _every_few_minutes(begun: datetime, rng: Random) -> Iterator[datetime]:
    while True:
        yield begun
        begun += timedelta(seconds=rng.randint(240, 900))


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
