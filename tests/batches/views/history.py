"""Days of work to be counted: some hundred cycles with all that can happen to one."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from batches.models import FAILED, Block, Cycle, StepRun
from niagara.accounts.models import User
from niagara.directory.models import Category
from tests.factories import Floor

REASONS = ("Damaged", "Waiting for parts", "=1+1")


def fill(floor: Floor, technician: User, *, until: datetime, days: int = 12, seed: int = 1) -> None:
    """Batches of several queues, one of which was deleted, at two locations."""
    rng = Random(seed)
    annex = floor.make_location()
    queues = [floor.queue, *(floor.make_queue(f"Lane {number}") for number in range(7))]
    queues.append(floor.make_queue("Annex lane", annex))
    for queue in queues:
        batch = floor.make_batch(20, floor.make_work_order(30, location=queue.location), queue)
        for cycle in batch.cycles.order_by("number"):
            _live(cycle, floor, technician, until - timedelta(seconds=rng.randrange(days * 86400)), rng)
    Cycle.objects.filter(batch__queue=queues[1]).update(batch=None)


def _live(cycle: Cycle, floor: Floor, technician: User, at: datetime, rng: Random) -> None:
    category = rng.choices(list(Category), [1, 1, 1, 1, 8, 4])[0]
    if category is Category.PENDING:
        return
    cycle.technician, cycle.started_at = technician, at - timedelta(seconds=rng.randrange(5, 90_000))
    cycle.category, cycle.status, cycle.is_retry = category, category.label, rng.random() < 0.2
    if category in (Category.COMPLETE, Category.CANCELLED):
        cycle.ended_at = at
    if category is Category.BLOCKED:
        cycle.reason = rng.choice(REASONS)
    if category is Category.CANCELLED and rng.random() < 0.8:
        cycle.status, cycle.reason = FAILED, rng.choice(REASONS)
    cycle.save()
    trace: dict[str, Any] = {"organization": floor.organization, "cycle": cycle, "location_id": cycle.location_id}
    for step in ("unpack", "polish", "unpack")[: rng.randrange(4)]:
        seconds, failed = rng.choice((5, 60, 61, 600, rng.randrange(4000))), rng.random() < 0.2
        StepRun.objects.create(**trace, at=at, workflow=floor.workflow, step=step, seconds=seconds, failed=failed)
    for _ in range(rng.choice((0, 0, 1, 2))):
        Block.objects.create(**trace, at=at - timedelta(hours=rng.randrange(40)), reason=rng.choice(REASONS))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
