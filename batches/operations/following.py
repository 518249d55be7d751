"""The status of a batch follows its cycles.

A whole is locked after its parts, then a queue, and a batch group last of all: cycle, unit, batch,
work order, queue, batch group. Nobody who holds one of them waits for one that stands before it, so
no two transactions block each other for good.
"""

from datetime import datetime

from batches.models import Batch, category_of
from niagara.accounts.actor import Actor
from niagara.accounts.operations import history
from workorders.operations.following import check_status, first_allowed_status, follow_batches, lock_work_order

__all__ = ["check_status", "first_allowed_status", "follow_batches", "follow_cycles", "lock_work_order"]


def follow_cycles(batch: Batch, *, by: Actor, at: datetime) -> None:
    """Bring the status of a locked, saved batch, and of its work order, in line with its cycles."""
    category = category_of(batch.categories)
    if batch.current_status.category == category:
        return
    work_order = batch.work_order
    status = first_allowed_status(work_order, category)
    changes = {"current_status": (batch.current_status, status)}
    batch.current_status = status
    batch.updated = at
    batch.save(update_fields=["current_status", "updated"])
    history.record(batch, "changed", by=by, at=at, changes=changes)
    follow_batches(lock_work_order(work_order), by=by, at=at)
