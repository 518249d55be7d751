"""The cycles of one batch of the bulk."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle as in_turn
from random import Random

from batches.management.demo.planning import Plan
from batches.management.demo.progress import BLOCKED_BY, FAILED_BY
from batches.models import FAILED, Batch, Cycle
from niagara.accounts.models import User
from niagara.directory.models import IN_FLIGHT, Category

_FAILS = 0.08  # of the batches have a cycle that failed and was done again


@dataclass(frozen=True)
class Window:
    begun: datetime
    last: datetime


def outcome(plan: Plan, position: int, rng: Random) -> list[Category]:
    """What became of each cycle of the batch at this position of its work order."""
    size = plan.sizes[position]
    if position >= plan.begun:
        return [Category.PENDING] * size
    if plan.becomes in (Category.COMPLETE, Category.CANCELLED):
        return [plan.becomes] * size
    under_way = 2 if plan.becomes is Category.IN_PROGRESS else 1
    if position < plan.begun - under_way:
        return [Category.COMPLETE] * size
    done = [Category.COMPLETE] * rng.randint(1, size - 1)
    if plan.becomes is not Category.IN_PROGRESS:
        return done + [plan.becomes] * (size - len(done))
    other = rng.choice((Category.IN_PROGRESS, Category.VERIFYING, Category.BLOCKED))
    return [*done, Category.IN_PROGRESS, other, *[Category.PENDING] * size][:size]


def make_cycles(
    batch: Batch, categories: list[Category], first_number: int, window: Window, technicians: list[User], rng: Random
) -> list[Cycle]:
    """The cycles of a batch. Only those in flight have a context: they are to be worked on."""
    step = (window.last - window.begun).total_seconds() / len(categories)
    turns = in_turn(technician.pk for technician in technicians)
    cycles = []
    for position, category in enumerate(categories):
        cycle = Cycle(
            organization_id=batch.organization_id,
            work_order_id=batch.work_order_id,
            batch_id=batch.pk,
            number=first_number + position,
            category=category.value,
            status=category.label,
            location_id=batch.queue.location_id,
            created=batch.created,
            updated=batch.created,
        )
        cycles.append(cycle)
        if category is Category.CANCELLED:
            cycle.ended_at = cycle.updated = window.last
        elif category is not Category.PENDING:
            begun = window.begun + timedelta(seconds=int(position * step))
            ended = begun + timedelta(seconds=int(step * rng.uniform(0.3, 0.95)))
            cycle.technician_id, cycle.started_at, cycle.updated = next(turns), begun, ended
            cycle.ended_at = None if category in IN_FLIGHT else ended
        if category is Category.BLOCKED:
            cycle.reason = rng.choice(BLOCKED_BY)
    return cycles


def fail_sometimes(cycles: list[Cycle], retry_number: int, rng: Random) -> list[Cycle]:
    """Let the first cycle of a batch have failed, now and then. Returns the retry, if there is one."""
    failed = cycles[0]
    if failed.category != Category.COMPLETE or rng.random() > _FAILS:
        return []
    assert failed.started_at is not None
    assert failed.ended_at is not None
    middle = failed.started_at + timedelta(seconds=(failed.ended_at - failed.started_at).seconds // 2)
    retry = Cycle(
        organization_id=failed.organization_id,
        work_order_id=failed.work_order_id,
        batch_id=failed.batch_id,
        number=retry_number,
        category=failed.category,
        status=failed.status,
        location_id=failed.location_id,
        technician_id=failed.technician_id,
        is_retry=True,
        created=middle,
        updated=failed.ended_at,
        started_at=middle,
        ended_at=failed.ended_at,
    )
    failed.category, failed.status, failed.reason = Category.CANCELLED.value, FAILED, rng.choice(FAILED_BY)
    failed.ended_at = failed.updated = middle
    return [retry]
