"""The dashboard over 90 days in which 100,000 cycles ended in ten queues, after four steps each."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from batches.models import Block, Cycle, StepRun
from niagara.clock import now
from niagara.directory.models import Category
from tests.factories import Floor

CYCLES, QUEUES, STEPS, DAYS = 100_000, 10, 4, 90
AT_ONCE = 5_000


def make_rows(floor: Floor) -> str:
    queues = [floor.queue, *(floor.make_queue(f"Lane {number}") for number in range(2, QUEUES + 1))]
    work_order = floor.make_work_order(CYCLES)
    batches = [floor.make_batch(1, work_order, queue) for queue in queues]
    of_all = {"organization": floor.organization, "location": floor.location}
    numbers, until = iter(range(1, CYCLES + 1)), now()
    while some := list(islice(numbers, AT_ONCE)):
        cycles = [
            Cycle(
                **of_all,
                **_ended(number, until - timedelta(days=DAYS) * (1 - number / CYCLES)),
                work_order=work_order,
                batch=batches[number % QUEUES],
                number=number + QUEUES,
                technician=floor.manager,
            )
            for number in some
        ]
        Cycle.objects.bulk_create(cycles)
        StepRun.objects.bulk_create(StepRun(**of_all, workflow=floor.workflow, **run) for run in _runs(cycles))
        Block.objects.bulk_create(
            Block(**of_all, cycle=cycle, at=cycle.started_at, reason=f"Reason {cycle.number % 5}")
            for cycle in cycles
            if cycle.number % 50 == 0
        )
    return "/dashboard?days=90"


def _ended(number: int, at: datetime) -> dict[str, Any]:
    """What is of a cycle that ended; one of 25 failed."""
    times = {"created": at - timedelta(hours=1), "started_at": at - timedelta(minutes=30), "ended_at": at}
    if number % 25:
        return {**times, "category": Category.COMPLETE, "status": "Complete"}
    return {**times, "category": Category.CANCELLED, "status": "Failed", "reason": f"Reason {number % 7}"}


def _runs(cycles: list[Cycle]) -> Iterator[dict[str, Any]]:
    for cycle in cycles:
        for step in range(1, STEPS + 1):
            yield {
                "cycle": cycle,
                "at": cycle.ended_at - timedelta(minutes=step * 5),
                "step": f"step {step}",
                "seconds": 30 + cycle.number % 400,
                "failed": step == 1 and cycle.number % 33 == 0,
            }
