"""Removing a batch."""

from datetime import datetime

from django.db import transaction

from batches.models import COLUMN, Batch
from batches.operations import journal
from batches.operations.changing import lock_batch
from batches.operations.following import follow_batches, lock_work_order
from niagara.accounts import access
from niagara.accounts.actor import Actor
from niagara.accounts.operations import history
from niagara.accounts.operations.saving import check_version
from niagara.records.operations.relating import remove_relations
from niagara.refusals import Conflict
from niagara.wording import counted


class CyclesInFlight(Conflict):
    """Someone is working on the batch, so it has to stay."""


@transaction.atomic
def delete_batch(*, batch: Batch, by: Actor, at: datetime, if_version: int | None = None) -> None:
    """Remove a batch. Its cycles stay with the work order: the pending ones for the next batch,
    the others as what was done.

    Raises RemovedMeanwhile, PermissionMissing, ChangedMeanwhile, CyclesInFlight.
    """
    batch = lock_batch(batch)
    check_version(batch, if_version)
    access.require(by, "batch:delete", batch)
    if batch.in_flight:
        number = counted(batch.in_flight, "cycle is", "cycles are")
        raise CyclesInFlight(f"{batch.label} can't be deleted: {number} in flight. Release or finish first.")
    # A cycle that can't be locked is being started this very moment. To wait for it here would be
    # to wait for somebody who waits for the batch.
    cycles = batch.cycles.all()
    locked = len(cycles.select_for_update(skip_locked=True).values_list("pk", flat=True))
    if locked < sum(getattr(batch, name) for name in COLUMN.values()):
        raise CyclesInFlight(f"{batch.label} can't be deleted: a cycle is being started just now.")
    work_order = lock_work_order(batch.work_order)
    history.record(batch, "removed", by=by, at=at, changes={"number_cycles": (batch.number_cycles, None)})
    cycles.update(batch=None, updated=at)
    for name in COLUMN.values():
        setattr(work_order, f"loose_{name}", getattr(work_order, f"loose_{name}") + getattr(batch, name))
    work_order.assigned -= batch.number_cycles
    work_order.updated = at
    work_order.save(update_fields=["assigned", "updated", *(f"loose_{name}" for name in COLUMN.values())])
    remove_relations(batch)
    left = journal.batch_removed(batch)
    batch.delete()
    follow_batches(work_order, by=by, at=at)
    journal.write(batch.batch_group_id, [left], by=by, at=at)
