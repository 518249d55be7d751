"""Closing a work order: nothing more is made of it. Reopening undoes that."""

from datetime import datetime
from typing import Any

from django.db import transaction

from niagara.accounts import access
from niagara.accounts.actor import Actor
from niagara.accounts.operations import history
from niagara.accounts.operations.saving import check_version
from niagara.refusals import Conflict
from niagara.wording import counted
from workorders.models import WorkOrder
from workorders.operations.following import follow_batches, lock_work_order


class WorkOrderClosed(Conflict):
    """Nothing more is made of a closed work order."""


class NotClosed(Conflict):
    """Only what is closed can be reopened."""


class StillActive(Conflict):
    """Cycles are left to do or being done."""


def require_open(work_order: WorkOrder) -> None:
    """Raise WorkOrderClosed if the locked work order is."""
    if work_order.is_closed:
        raise WorkOrderClosed(f"{work_order} is closed. Reopen it first.")


@transaction.atomic
def close_work_order(
    *, work_order: WorkOrder, by: Actor, at: datetime, reason: str = "", if_version: int | None = None
) -> WorkOrder:
    """End a work order of which nothing is active; what it needs beyond that is given up.

    Raises RemovedMeanwhile, PermissionMissing, ChangedMeanwhile, WorkOrderClosed, StillActive.
    """
    work_order = _take(work_order, by=by, if_version=if_version)
    require_open(work_order)
    # What is started meanwhile was active before; what is made meanwhile waits for the work order.
    found: Any = WorkOrder.objects.with_cycle_counts().get(pk=work_order.pk)
    if active := found.all_active:
        number = counted(active, "cycle is", "cycles are")
        raise StillActive(f"{work_order} can't be closed: {number} active. Finish or cancel what is left first.")
    released = {"hold_reason": (work_order.hold_reason, "")} if work_order.is_on_hold else {}
    work_order.hold_reason = ""
    work_order.closed_at = at
    _write(work_order, "closed", {"closed_at": (None, at), **released}, reason, by=by, at=at)
    return work_order


@transaction.atomic
def reopen_work_order(
    *, work_order: WorkOrder, by: Actor, at: datetime, reason: str = "", if_version: int | None = None
) -> WorkOrder:
    """Let more be made of a closed work order again.

    Raises RemovedMeanwhile, PermissionMissing, ChangedMeanwhile, NotClosed.
    """
    work_order = _take(work_order, by=by, if_version=if_version)
    if not work_order.is_closed:
        raise NotClosed(f"{work_order} is not closed.")
    changes = {"closed_at": (work_order.closed_at, None)}
    work_order.closed_at = None
    _write(work_order, "reopened", changes, reason, by=by, at=at)
    return work_order


def _take(work_order: WorkOrder, *, by: Actor, if_version: int | None) -> WorkOrder:
    work_order = lock_work_order(work_order)
    access.require(by, "work-order:update", work_order)
    check_version(work_order, if_version)
    return work_order


def _write(work_order: WorkOrder, verb: str, changes: history.Changes, reason: str, *, by: Actor, at: datetime) -> None:
    work_order.updated = at
    work_order.version += 1
    work_order.save(update_fields=["closed_at", "hold_reason", "updated", "version"])
    history.record(work_order, verb, by=by, at=at, changes=changes, reason=reason)
    follow_batches(work_order, by=by, at=at)
