"""Leading a batch or a work order to where a client says it should stand; what stands so already stays.

`hold_reason` holds it, or releases it if empty; None leaves it as it is.
"""

from datetime import datetime

from django.db import transaction

from batches.models import Batch
from batches.operations.changing import Changes, change_batch
from batches.operations.holding import hold_batch, hold_work_order, release_batch, release_work_order
from niagara.accounts import access
from niagara.accounts.actor import Actor
from niagara.accounts.operations.saving import check_version
from niagara.refusals import Fault, Invalid
from workorders.models import WorkOrder
from workorders.operations.closing import close_work_order, reopen_work_order


@transaction.atomic
def lead_batch(
    *,
    batch: Batch,
    changes: Changes,
    hold_reason: str | None = None,
    by: Actor,
    at: datetime,
    reason: str = "",
    if_version: int | None = None,
) -> Batch:
    """Change a batch, and hold or release it. Raises what `change_batch` raises, and OnHold."""
    batch = change_batch(batch=batch, changes=changes, by=by, at=at, if_version=if_version, reason=reason)
    if hold_reason is None or hold_reason == batch.hold_reason:
        return batch
    if hold_reason:
        return hold_batch(batch=batch, reason=hold_reason, by=by, at=at)
    return release_batch(batch=batch, reason=reason, by=by, at=at)


@transaction.atomic
def lead_work_order(
    *,
    work_order: WorkOrder,
    hold_reason: str | None = None,
    closed: bool | None = None,
    by: Actor,
    at: datetime,
    reason: str = "",
    if_version: int | None = None,
) -> WorkOrder:
    """Hold, release, close or reopen a work order: one of these.

    Raises RemovedMeanwhile, PermissionMissing, ChangedMeanwhile, WorkOrderClosed, NotClosed, StillActive, OnHold,
    NotOnHold, Invalid.
    """
    closes = closed is not None and closed != work_order.is_closed
    holds = hold_reason is not None and hold_reason != work_order.hold_reason
    # To hold takes its batches before the work order, to close and to reopen the other way round.
    if closes and holds and hold_reason:
        message = "Close or reopen a work order in a request of its own, not together with holding it."
        raise Invalid([Fault("not", ("closed",), message)])
    if closes:
        change = close_work_order if closed else reopen_work_order
        return change(work_order=work_order, reason=reason, by=by, at=at, if_version=if_version)
    if holds and hold_reason:
        return hold_work_order(work_order=work_order, reason=hold_reason, by=by, at=at, if_version=if_version)
    if holds:
        return release_work_order(work_order=work_order, reason=reason, by=by, at=at, if_version=if_version)
    access.require(by, "work-order:update", work_order)
    check_version(work_order, if_version)
    return work_order
