"""What the many work orders of a bigger floor are like."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from batches.management.demo.growing import Size
from niagara.directory.models import Category

_BATCHES = (4, 6, 8, 10, 12, 16, 20, 25, 30, 40, 50)  # 20 on average
_CYCLES = (5, 8, 10, 10, 10, 12, 15)  # 10 on average
_WORK_IS_RECENT = 0.15  # the share of the work, the newest, that may still be under way
_RECENT = {
    Category.COMPLETE: 10,
    Category.IN_PROGRESS: 42,
    Category.PENDING: 38,
    Category.BLOCKED: 5,
    Category.VERIFYING: 5,
}


@dataclass(frozen=True)
class Plan:
    """One work order to be: how big, how far, and when."""

    becomes: Category
    sizes: tuple[int, ...]  # of its batches
    begun: int  # of its batches
    unassigned: int  # cycles that are in no batch
    ordered: datetime
    started: datetime
    last: datetime
    due: datetime


def plans(batches: int, size: Size, *, now: datetime, rng: Random) -> Iterator[Plan]:
    """Work orders with so many batches in all, the oldest first."""
    done = 0
    while done < batches:
        share = done / batches
        number = min(rng.choice(_BATCHES), batches - done)
        ordered = now - timedelta(days=size.days * (1 - share), seconds=rng.randint(0, 3600))
        plan = _plan(number, ordered, recent=share > 1 - _WORK_IS_RECENT, now=now, rng=rng)
        yield plan
        done += len(plan.sizes)


def _plan(batches: int, ordered: datetime, *, recent: bool, now: datetime, rng: Random) -> Plan:
    [becomes] = rng.choices(list(_RECENT), list(_RECENT.values())) if recent else [Category.COMPLETE]
    if not recent and rng.random() < 0.015:
        becomes = Category.CANCELLED
    if now - ordered < timedelta(days=4):
        becomes = Category.PENDING  # nobody had the time yet
    started = ordered + _hours(rng, 12, 72)
    last = now - timedelta(minutes=rng.randint(1, 90))
    if becomes in (Category.COMPLETE, Category.CANCELLED):
        last = min(last, started + _hours(rng, 30, 400))
    begun = {
        Category.PENDING: 0,
        Category.IN_PROGRESS: max(1, int(batches * rng.uniform(0.1, 0.9))),
    }.get(becomes, batches)
    due = last + _hours(rng, -48, 120) if becomes is Category.COMPLETE else now + _hours(rng, -100, 700)
    if becomes is Category.CANCELLED:
        due = last + _hours(rng, 100, 300)
    cycles, unassigned = rng.choice(_CYCLES), 0
    sizes = (*[cycles] * (batches - 1), cycles - rng.randint(0, cycles // 2))
    if becomes is Category.PENDING and rng.random() < 0.3:  # nobody broke it down
        sizes, unassigned = (), batches * cycles
    return Plan(
        becomes=becomes,
        sizes=sizes,
        begun=begun,
        unassigned=unassigned,
        ordered=ordered,
        started=started,
        last=last,
        due=max(due, started + timedelta(hours=8)),
    )


def _hours(rng: Random, least: int, most: int) -> timedelta:
    return timedelta(seconds=rng.randint(least * 3600, most * 3600))
