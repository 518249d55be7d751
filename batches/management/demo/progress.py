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
from batches.models import COLUMN, Batch, Cycle
from batches.operations import cycling
from batches.operations.changing import lock_batch
from batches.operations.following import follow_cycles
from niagara.accounts.actor import Actor
from niagara.accounts.models import User
from niagara.directory.models import IN_FLIGHT, Category

_BLOCKED_BY = ("Waiting for parts", "Missing information", "Waiting for the customer")
_FAILED_BY = ("Damaged", "Does not charge", "Wrong model")
_WRITTEN = ["category", "status", "technician", "station", "unit", "started_at", "ended_at", "updated"]


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
    _give_units(cycles, batch, floor, work, rng=rng)
    Cycle.objects.bulk_update(cycles, ["unit"])
    moments = _every_few_minutes(work.begun, rng)

    first = cycling.start_cycle(cycle=cycles[0], technician=technician, by=by, at=next(moments))
    cycling.send_to_verification(cycle=first, by=by, at=next(moments))
    cycling.pass_verification(cycle=first, by=floor.by, at=next(moments))
    cycling.complete_cycle(cycle=first, by=by, at=next(moments))
    if with_trouble:
        _, second, third = cycles
        cycling.start_cycle(cycle=second, technician=technician, by=by, at=next(moments))
        cycling.release_cycle(cycle=second, by=by, at=next(moments))
        cycling.start_cycle(cycle=second, technician=technician, by=by, at=next(moments))
        cycling.block_cycle(cycle=second, reason=rng.choice(_BLOCKED_BY), by=by, at=next(moments))
        cycling.start_cycle(cycle=third, technician=technician, by=by, at=next(moments))
        cycling.fail_cycle(cycle=third, reason=rng.choice(_FAILED_BY), by=by, at=next(moments))
        cycling.unblock_cycle(cycle=second, by=by, at=next(moments))
        cycling.complete_cycle(cycle=second, by=by, at=next(moments))
    return next(moments)


@transaction.atomic
def advance(batch: Batch, outcome: Mapping[Category, int], floor: Floor, work: Work, *, rng: Random) -> None:
    """Bring pending cycles of a batch to their outcome, as many of each as there are."""
    batch = lock_batch(batch)
    becomes = [category for category, number in outcome.items() for _ in range(number)]  # the rest stays pending
    cycles = list(batch.cycles.pending().select_related("unit").order_by("number")[: len(becomes)])
    step = (work.last - work.begun) / max(1, len(cycles))
    _give_units([cycle for cycle in cycles if cycle.unit is None], batch, floor, work, rng=rng)
    technicians = in_turn(work.technicians)
    at, blocked = work.begun, []
    for position, (cycle, category) in enumerate(zip(cycles, becomes, strict=False)):
        begun = work.begun + position * step
        at = begun + step * rng.uniform(0.4, 0.95)
        if category is Category.BLOCKED:  # below, by the operation, so that the history has the reason
            blocked.append(cycle)
            category = Category.IN_PROGRESS
        cycle.category, cycle.status = category, category.label
        cycle.technician = next(technicians)
        cycle.station = pick(rng, floor.stations[cycle.location_id, "work-station"])
        cycle.started_at = _whole(begun)
        cycle.updated = at = _whole(at)
        cycle.ended_at = None if category in IN_FLIGHT else at
        batch.pending -= 1
        setattr(batch, COLUMN[category], getattr(batch, COLUMN[category]) + 1)
    Cycle.objects.bulk_update(cycles, _WRITTEN)
    batch.updated = at
    batch.save(update_fields=[*COLUMN.values(), "updated"])
    by = Actor.in_command(work.technicians[0], COMMAND)
    follow_cycles(batch, by=by, at=at)
    for cycle in blocked:
        cycling.block_cycle(cycle=cycle, reason=rng.choice(_BLOCKED_BY), by=by, at=at)


def _give_units(cycles: list[Cycle], batch: Batch, floor: Floor, work: Work, *, rng: Random) -> None:
    """Give each of the cycles a device; they are not saved."""
    customer, location = batch.work_order.project.customer, batch.queue.location
    units = floor.add_units(len(cycles), work.device, customer, location, rng=rng, at=work.begun)
    for cycle, unit in zip(cycles, units, strict=True):
        cycle.unit = unit


def _every_few_minutes(begun: datetime, rng: Random) -> Iterator[datetime]:
    while True:
        yield begun
        begun += timedelta(seconds=rng.randint(240, 900))


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
