"""Changing a batch after it was made."""

from copy import copy
from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID

from django.db import transaction

from batches.models import Batch, BatchGroup, Cycle, category_of
from batches.operations import journal
from batches.operations.creating import NotOfTheWorkOrder, fill, require_same_organization
from batches.operations.following import (
    check_status,
    first_allowed_status,
    follow_batches,
    follow_cycles,
    lock_work_order,
)
from batches.operations.placing import (
    lock_queue,
    rank_after,
    rank_at,
    rank_before,
    ranks_at_end,
    require_access,
)
from batches.operations.planning import MoreThanIsLeft
from batches.operations.stopping import stop_runs
from niagara.accounts import access
from niagara.accounts.actor import Actor
from niagara.accounts.operations import history
from niagara.accounts.operations.locking import hold
from niagara.accounts.operations.saving import check_version, differences
from niagara.directory.models import Category, Resource, Status
from niagara.refusals import Conflict, Fault
from niagara.wording import counted
from queues.models import Queue
from workorders.operations.closing import require_open

# What is read along with a batch that is held: what its status and its work order's depend on.
ALONG_A_BATCH = ("queue__location", "current_status", "work_order__project", "work_order__current_status")


class BelowWhatIsDone(Conflict):
    """A batch can't have fewer cycles than are complete or in flight."""


class CyclesTaken(Conflict):
    """The pending cycles that would be cancelled or moved are being started."""


class Changes(TypedDict, total=False):
    """What may be changed; what is absent stays.

    `before` and `after` say the place in the queue better than `order`. A status of None takes a
    person's choice back: the first allowed one stands again.
    """

    label: str
    queue: Queue
    order: str
    before: Batch
    after: Batch
    number_cycles: int
    current_status: Status | None
    mixing_station: Resource | None
    batch_group: BatchGroup


@transaction.atomic
def change_batch(
    *, batch: Batch, changes: Changes, by: Actor, at: datetime, if_version: int | None = None, reason: str = ""
) -> Batch:
    """Change a batch; cycles in flight go on as they started.

    Raises RemovedMeanwhile, PermissionMissing, ChangedMeanwhile, QueueClosed, MoreThanIsLeft,
    BelowWhatIsDone, CyclesTaken, WorkOrderClosed, Invalid.
    """
    batch = lock_batch(batch)
    check_version(batch, if_version)
    access.require(by, "batch:update", batch)
    before = copy(batch)
    if changes.get("number_cycles", batch.number_cycles) != batch.number_cycles:
        _resize(batch, changes["number_cycles"], at=at)
    _place(batch, changes, by=by, at=at)  # locks the queue, so after what locks the work order
    if "label" in changes:
        batch.label = changes["label"]
    if "mixing_station" in changes:
        require_same_organization(batch.work_order, mixing_station=changes["mixing_station"])
        batch.mixing_station = changes["mixing_station"]
    if "batch_group" in changes:
        _regroup(batch, changes["batch_group"])
    if "current_status" in changes:
        batch.current_status = _status(batch, changes["current_status"])
    changed: dict[str, tuple[Any, Any]] = differences(before, batch)
    if changed:
        batch.updated = at
        batch.version += 1
        batch.save(force_update=True)
        history.record(batch, "changed", by=by, at=at, changes=changed, reason=reason)
        if "number_cycles" in changed:
            follow_cycles(batch, by=by, at=at)
            follow_batches(lock_work_order(batch.work_order), by=by, at=at)
        _tell(before, batch, by=by, at=at, reason=reason)
    return batch


def lock_batch(batch: Batch) -> Batch:
    """The batch as it is now, held until the transaction ends. Raises RemovedMeanwhile."""
    return hold(Batch.objects.select_related(*ALONG_A_BATCH), batch.pk)


def _place(batch: Batch, changes: Changes, *, by: Actor, at: datetime) -> None:
    queue = changes.get("queue", batch.queue)
    moves = queue.pk != batch.queue_id
    if moves:
        require_access(queue, by=by)
        access.require(by, "batch:update", queue)
        require_same_organization(batch.work_order, queue=queue)
    if not (moves or {"order", "before", "after"} & changes.keys()):
        return
    lock_queue(queue)
    if "before" in changes:
        batch.order = rank_before(queue, changes["before"], moving=batch)
    elif "after" in changes:
        batch.order = rank_after(queue, changes["after"], moving=batch)
    elif "order" in changes:
        batch.order = rank_at(queue, changes["order"], moving=batch)
    else:
        [batch.order] = ranks_at_end(queue, 1)
    if queue.location_id != batch.queue.location_id:
        pending = _lock_pending(batch, batch.pending)
        Cycle.objects.filter(pk__in=pending).update(location=queue.location, updated=at)
    batch.queue = queue


def _status(batch: Batch, chosen: Status | None) -> Status:
    category = category_of(batch.categories)
    if chosen is None:
        return first_allowed_status(batch.work_order, category)
    if chosen != batch.current_status or chosen.category != category:
        check_status(chosen, batch.work_order, category)
    return chosen


def _regroup(batch: Batch, group: BatchGroup) -> None:
    if group.work_order_id != batch.work_order_id:
        fault = Fault("enum", ("batch_group", "batch_group_id"), "Choose a batch group of the same work order.")
        raise NotOfTheWorkOrder([fault])
    batch.batch_group = group


def _tell(before: Batch, batch: Batch, *, by: Actor, at: datetime, reason: str) -> None:
    """Write what the groups of a changed batch have to tell."""
    happened: dict[UUID, list[journal.Happening]] = {}
    if batch.batch_group_id != before.batch_group_id:
        happened[before.batch_group_id] = [journal.batch_removed(batch)]
        happened[batch.batch_group_id] = journal.batch_entered(batch)
    elif batch.mixing_station_id != before.mixing_station_id:
        happened[batch.batch_group_id] = [journal.station_changed(batch)]
    for group_id in sorted(happened):
        journal.write(group_id, happened[group_id], by=by, at=at, reason=reason)


def _resize(batch: Batch, number_cycles: int, *, at: datetime) -> None:
    """Add pending cycles, or cancel pending ones, so that the batch has `number_cycles`."""
    kept = batch.complete + batch.in_flight
    if number_cycles < kept:
        number = counted(kept, f"cycle of {batch.label} is", f"cycles of {batch.label} are")
        raise BelowWhatIsDone(f"{number} complete or in flight; keep at least that many.")
    work_order = lock_work_order(batch.work_order)
    added = number_cycles - batch.number_cycles
    if added > 0:
        require_open(work_order)
    if added > work_order.unassigned:
        raise MoreThanIsLeft(batch.number_cycles + work_order.unassigned)
    if added > 0:
        batch.pending += added
        fill(work_order, [batch] * added, at=at)
    surplus = max(0, kept + batch.pending - number_cycles)
    if surplus:
        _cancel_newest(batch, surplus, at=at)
    batch.number_cycles = number_cycles
    work_order.assigned += added
    work_order.updated = at
    work_order.save(update_fields=["assigned", "cycles_made", "loose_pending", "updated"])


def _cancel_newest(batch: Batch, number: int, *, at: datetime) -> None:
    newest = _lock_pending(batch, number)
    stop_runs(Cycle.objects.filter(pk__in=newest), at=at)  # of those that somebody began and gave back
    Cycle.objects.filter(pk__in=newest).update(
        category=Category.CANCELLED, status=Category.CANCELLED.label, ended_at=at, updated=at
    )
    batch.pending -= number
    batch.cancelled += number


def _lock_pending(batch: Batch, number: int) -> list[UUID]:
    """So many pending cycles of the locked batch. Raises CyclesTaken."""
    # Newest first: the cycles added last are the ones nobody has planned for. To wait for a locked
    # one would be to wait for somebody who waits for the batch.
    newest = batch.cycles.pending().order_by("-number").select_for_update(skip_locked=True)
    ids = list(newest.values_list("pk", flat=True)[:number])
    if len(ids) < number:
        raise CyclesTaken(f"Some pending cycles of {batch.label} are being started just now. Try again.")
    return ids
