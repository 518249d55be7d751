"""The status of a work order follows its batches, and those of its cycles that are in none."""

from datetime import datetime

from niagara.accounts.actor import Actor
from niagara.accounts.operations import history
from niagara.accounts.operations.locking import hold
from niagara.directory.models import ACTIVE, Category, Status
from niagara.directory.operations.statuses import allowed_statuses
from niagara.refusals import Fault, Invalid
from workorders.models import WorkOrder, category_of


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


def follow_batches(work_order: WorkOrder, *, by: Actor, at: datetime) -> None:
    """Bring the status and the actual dates of a locked work order in line with its batches."""
    parts = set(map(Category, work_order.batches.values_list("current_status__category", flat=True).distinct()))
    parts |= work_order.loose_categories
    if work_order.is_closed and not parts:
        parts = {Category.CANCELLED}  # nothing was made of it, and nothing will be
    category = category_of(parts, all_given_out=work_order.is_closed or not work_order.unassigned)
    changes: dict[str, tuple[object, object]] = {}
    if work_order.current_status.category != category:
        changes["current_status"] = (work_order.current_status, first_allowed_status(work_order, category))
    start_date = work_order.start_date
    begun = category is not Category.PENDING and category is not Category.CANCELLED
    if begun and start_date is None:
        start_date = at
        changes["start_date"] = (None, at)
    if category in ACTIVE and work_order.end_date is not None:
        changes["end_date"] = (work_order.end_date, None)
    if category not in ACTIVE and work_order.end_date is None:
        # Who ended it may have looked at the clock before the one who began it.
        changes["end_date"] = (None, max(at, start_date or at))
    if not changes:
        return
    for name, (_, new) in changes.items():
        setattr(work_order, name, new)
    work_order.updated = at
    work_order.save(update_fields=[*changes, "updated"])
    history.record(work_order, "changed", by=by, at=at, changes=changes)


def lock_work_order(work_order: WorkOrder) -> WorkOrder:
    """The work order as it is now, held until the transaction ends. Raises RemovedMeanwhile."""
    return hold(WorkOrder.objects.select_related("current_status", "project", "location"), work_order.pk)
