"""Holding back a batch or a whole work order: nothing of it is started; what is in flight goes on."""

from datetime import datetime
from typing import TypeVar

from django.db import transaction

from batches.models import Batch
from niagara.accounts import access
from niagara.accounts.actor import Actor
from niagara.accounts.operations import history
from niagara.accounts.operations.locking import hold
from niagara.accounts.operations.saving import check_version
from niagara.refusals import Conflict, Fault, Invalid
from workorders.models import WorkOrder
from workorders.operations.closing import require_open

_Held = TypeVar("_Held", Batch, WorkOrder)
MAX_REASON = 200


class OnHold(Conflict):
    """Nothing of it may be started, or it is held back already."""


class NotOnHold(Conflict):
    """Only what is on hold can be released."""


def require_not_on_hold(row: Batch | WorkOrder) -> None:
    """Raise OnHold if nothing of the locked row may be started."""
    if why := row.why_on_hold:
        held = row if row.is_on_hold or isinstance(row, WorkOrder) else row.work_order
        raise OnHold(f"{held} is on hold: {why.rstrip('.')}. Start something else until it is released.")


@transaction.atomic
def hold_batch(*, batch: Batch, reason: str, by: Actor, at: datetime, if_version: int | None = None) -> Batch:
    """Let nothing of a batch be started, for a reason.

    Raises RemovedMeanwhile, PermissionMissing, ChangedMeanwhile, OnHold, Invalid.
    """
    return _hold_back(_take(batch, by=by, if_version=if_version), reason, by=by, at=at)


@transaction.atomic
def release_batch(*, batch: Batch, by: Actor, at: datetime, reason: str = "", if_version: int | None = None) -> Batch:
    """Let a batch go on. Raises RemovedMeanwhile, PermissionMissing, ChangedMeanwhile, NotOnHold."""
    return _release(_take(batch, by=by, if_version=if_version), reason, by=by, at=at)


@transaction.atomic
def hold_work_order(
    *, work_order: WorkOrder, reason: str, by: Actor, at: datetime, if_version: int | None = None
) -> WorkOrder:
    """Let nothing of a work order be started, for a reason.

    Raises RemovedMeanwhile, PermissionMissing, ChangedMeanwhile, WorkOrderClosed, OnHold, Invalid.
    """
    # Whoever starts a cycle holds its batch but not the work order. Who holds all batches has waited for
    # every start under way, and whoever comes after sees the hold.
    list(work_order.batches.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    work_order = _take(work_order, by=by, if_version=if_version)
    require_open(work_order)
    return _hold_back(work_order, reason, by=by, at=at)


@transaction.atomic
def release_work_order(
    *, work_order: WorkOrder, by: Actor, at: datetime, reason: str = "", if_version: int | None = None
) -> WorkOrder:
    """Let a work order go on; batches held by themselves stay so.

    Raises RemovedMeanwhile, PermissionMissing, ChangedMeanwhile, NotOnHold.
    """
    return _release(_take(work_order, by=by, if_version=if_version), reason, by=by, at=at)


def _take(row: _Held, *, by: Actor, if_version: int | None) -> _Held:
    row = hold(type(row)._default_manager.all(), row.pk)
    access.require(by, f"{row.resource}:update", row)
    check_version(row, if_version)
    return row


def _hold_back(row: _Held, reason: str, *, by: Actor, at: datetime) -> _Held:
    reason = reason.strip()
    if not reason:
        raise Invalid([Fault("minLength", ("reason",), "Say why it is on hold.", {"limit": 1})])
    if len(reason) > MAX_REASON:
        message = f"Say it in {MAX_REASON} characters at most."
        raise Invalid([Fault("maxLength", ("reason",), message, {"limit": MAX_REASON})])
    if row.is_on_hold:
        raise OnHold(f"{row} is on hold already: {row.hold_reason.rstrip('.')}. Release it first.")
    return _write(row, "held", reason, reason, by=by, at=at)


def _release(row: _Held, reason: str, *, by: Actor, at: datetime) -> _Held:
    if not row.is_on_hold:
        if isinstance(row, Batch) and row.why_on_hold:
            raise NotOnHold(f"{row} is on hold with its work order, {row.work_order}. Release that.")
        raise NotOnHold(f"{row} is not on hold.")
    return _write(row, "released", "", reason, by=by, at=at)


def _write(row: _Held, verb: str, hold_reason: str, reason: str, *, by: Actor, at: datetime) -> _Held:
    changes = {"hold_reason": (row.hold_reason, hold_reason)}
    row.hold_reason = hold_reason
    row.updated = at
    row.version += 1
    row.save(update_fields=["hold_reason", "updated", "version"])
    history.record(row, verb, by=by, at=at, changes=changes, reason=reason)
    return row
