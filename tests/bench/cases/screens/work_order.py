"""The page of a work order with 2,000 cycles in 40 batches; half of them are done."""

from datetime import timedelta

from batches.models import Batch, Cycle
from niagara.clock import now
from niagara.directory.models import Category
from tests.factories import Floor

CYCLES, BATCHES = 2_000, 40


def make_rows(floor: Floor) -> str:
    begin = now() - timedelta(days=20)
    work_order = floor.make_work_order(CYCLES, begin_date=begin, due_date=now() + timedelta(days=20))
    for _ in range(BATCHES):
        floor.make_batch(CYCLES // BATCHES, work_order)
    done = list(work_order.cycles.order_by("number")[: CYCLES // 2])
    for position, cycle in enumerate(done):
        cycle.category, cycle.status, cycle.technician = Category.COMPLETE, "Complete", floor.manager
        cycle.started_at = begin + timedelta(minutes=position * 28)
        cycle.ended_at = cycle.started_at + timedelta(minutes=20)
    Cycle.objects.bulk_update(done, ["category", "status", "technician", "started_at", "ended_at"])
    each = CYCLES // BATCHES
    finished = {cycle.batch_id for cycle in done}
    Batch.objects.filter(pk__in=finished).update(complete=each, pending=0)
    return f"/work-orders/{work_order.pk}"
