"""The status of batches and work orders follows their cycles.

A whole is locked after its parts: cycle, batch, work order. Nobody who holds a batch waits for a
cycle, and nobody who holds a work order waits for either, so no two transactions block each other
for good.
"""

from datetime import datetime

from batches.models import Batch, category_of
from niagara.accounts.actor import Actor
from niagara.accounts.operations import history
from niagara.directory.models import ACTIVE, Category, Status
from niagara.directory.operations.statuses import allowed_statuses
from niagara.refusals import Fault, Invalid
from workorders.models import WorkOrder


def first_allowed_status(work_order: WorkOrder, category: Category) -> Status:
    """The status a batch or work order gets when it comes into `category`."""
    return allowed_statuses(work_order.project, category)[0]


def check_status(status: Status, work_order: WorkOrder, category: Category) -> None:
    """Raise Invalid unless a person may choose `status` while the cycles make it `category`."""
    allowed = allowed_statuses(work_order.project, category)
    if status not in allowed:
        labels = ", ".join(one.status for one in allowed)
        raise Invalid(
            [
                Fault(
                    "enum",
                    ("current_status", "status"),
                    f"The status follows the cycles; choose one of: {labels}.",
                    {"allowedValues": [one.status for one in allowed]},
                )
            ]
        )


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


def follow_batches(work_order: WorkOrder, *, by: Actor, at: datetime) -> None:
    """Bring the status and the actual dates of a locked work order in line with its batches."""
    parts = set(work_order.batches.values_list("current_status__category", flat=True).distinct())
    category = category_of(
        {*map(Category, parts), *work_order.loose_categories}, all_given_out=not work_order.unassigned
    )
    changes: dict[str, tuple[object, object]] = {}
    if work_order.current_status.category != category:
        changes["current_status"] = (work_order.current_status, first_allowed_status(work_order, category))
    begun = category is not Category.PENDING and category is not Category.CANCELLED
    if begun and work_order.start_date is None:
        changes["start_date"] = (None, at)
    if category in ACTIVE and work_order.end_date is not None:
        changes["end_date"] = (work_order.end_date, None)
    if category not in ACTIVE and work_order.end_date is None:
        changes["end_date"] = (None, at)
    if not changes:
        return
    for name, (_, new) in changes.items():
        setattr(work_order, name, new)
    work_order.updated = at
    work_order.save(update_fields=[*changes, "updated"])
    history.record(work_order, "changed", by=by, at=at, changes=changes)


def lock_work_order(work_order: WorkOrder) -> WorkOrder:
    """The work order as it is now, held until the transaction ends."""
    return (
        WorkOrder.objects.select_related("current_status", "project", "location")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=work_order.pk)
    )
