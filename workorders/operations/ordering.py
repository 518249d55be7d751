"""Making and changing work orders."""

from datetime import datetime

from django.db import transaction

from niagara.accounts import access
from niagara.accounts.actor import Actor
from niagara.accounts.operations import saving
from niagara.accounts.operations.locking import hold
from niagara.directory.models import Category
from niagara.directory.operations.statuses import allowed_statuses
from niagara.refusals import Conflict, Fault, Invalid
from niagara.wording import counted
from workorders.models import WorkOrder
from workorders.operations.following import check_status, follow_batches


class BelowWhatIsGivenOut(Conflict):
    """A work order can't need fewer cycles than are in batches or done."""


@transaction.atomic
def create_work_order(work_order: WorkOrder, *, by: Actor, at: datetime) -> None:
    """Write a new work order, pending unless a status is chosen. Raises PermissionMissing, Invalid."""
    allowed = allowed_statuses(work_order.project, Category.PENDING)
    if not hasattr(work_order, "current_status"):
        work_order.current_status = allowed[0]
    elif work_order.current_status not in allowed:
        message, labels = "A new work order starts with a pending status.", [status.status for status in allowed]
        raise Invalid([Fault("enum", ("current_status", "status"), message, {"allowedValues": labels})])
    saving.create_row(work_order, by=by, at=at)


@transaction.atomic
def change_work_order(work_order: WorkOrder, *, by: Actor, at: datetime, if_version: int | None = None) -> None:
    """Write what was changed on a work order; its status follows if it needs more or fewer cycles.

    Raises RemovedMeanwhile, PermissionMissing, ChangedMeanwhile, BelowWhatIsGivenOut, Invalid.
    """
    stored = hold(WorkOrder.objects.all(), work_order.pk)
    access.require(by, "work-order:update", stored)
    # What operations keep is not a person's to change, and may have moved on since it was read.
    for field in WorkOrder._meta.concrete_fields:
        if not field.editable:
            setattr(work_order, field.attname, getattr(stored, field.attname))
    if work_order.unassigned < 0:
        given_out = work_order.needed - work_order.unassigned
        number = counted(given_out, "cycle is", "cycles are")
        raise BelowWhatIsGivenOut(f"{number} in batches or done already; ask for that many at least.")
    if work_order.current_status_id != stored.current_status_id:
        check_status(work_order.current_status, work_order, Category(stored.current_status.category))
    saving.change_row(work_order, by=by, at=at, if_version=if_version)
    follow_batches(work_order, by=by, at=at)
