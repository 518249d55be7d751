"""The board of a big location: 40 queues with 1,000 open batches."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import islice
from typing import Any

from batches.models import Batch
from batches.operations.placing import ranks_at_end
from niagara.clock import now
from niagara.records.models import Relation
from niagara.records.operations.relating import make_relation
from tests.factories import Floor, make_user

QUEUES, BATCHES, TECHNICIANS, CYCLES = 40, 1_000, 30, 10


def make_rows(floor: Floor) -> str:
    floor.location.label = "Big"
    queues = [floor.queue, *(floor.make_queue(f"Lane {number}") for number in range(2, QUEUES + 1))]
    people = [make_user(floor.organization, "Technician") for _ in range(TECHNICIANS)]
    one = floor.make_batch(1)
    work_orders = [floor.make_work_order(10_000, f"Order {number}") for number in range(20)]
    for number, queue in enumerate(queues):
        rows = _batches(floor, queue, work_orders, one, BATCHES // QUEUES - (number == 0))
        Batch.objects.bulk_create(rows)
        Relation.objects.bulk_create(
            make_relation(batch, "tech", technician, at=now())
            for position, batch in enumerate(rows)
            for technician in islice(people, position % 10, position % 10 + 2)
        )
    return "/board"


def _batches(floor: Floor, queue: Any, work_orders: Sequence[Any], like: Batch, number: int) -> list[Batch]:
    return [
        Batch(
            organization=floor.organization,
            label=f"{queue.label} box {position}",
            work_order=work_orders[position % len(work_orders)],
            queue=queue,
            order=rank,
            number_cycles=CYCLES,
            pending=CYCLES - 3 - position % 6,
            in_progress=3,
            complete=position % 6,
            current_status=like.current_status,
            batch_group=like.batch_group,
            created=now() - timedelta(days=1),
        )
        for position, rank in enumerate(ranks_at_end(queue, number))
    ]
