from datetime import timedelta

import pytest

from niagara.accounts.access import PermissionMissing
from niagara.accounts.models import HistoryEntry, User
from niagara.accounts.operations.saving import ChangedMeanwhile, StillInUse, remove_row
from niagara.directory.models import Category, Status
from niagara.refusals import Conflict, Invalid
from tests.factories import AT, STEPS, Floor, relate, via_api
from workorders.models import Workflow, WorkOrder
from workorders.operations.ordering import BelowWhatIsGivenOut, change_work_order
from workorders.operations.workflows import change_workflow


def stored(row: WorkOrder) -> WorkOrder:
    return WorkOrder.objects.get(pk=row.pk)


# Work orders


def test_a_new_work_order_is_pending_and_nothing_of_it_is_given_out(floor: Floor) -> None:
    work_order = stored(floor.make_work_order(10))

    assert work_order.current_status == floor.status(Category.PENDING)
    assert (work_order.assigned, work_order.unassigned) == (0, 10)
    assert (work_order.start_date, work_order.end_date) == (None, None)


def test_a_new_work_order_may_have_any_pending_status(floor: Floor) -> None:
    in_progress = floor.status(Category.IN_PROGRESS)
    soon = Status.objects.create(organization=floor.organization, status="Soon", category="PENDING", order=9)

    assert stored(floor.make_work_order(1, current_status=soon)).current_status == soon
    with pytest.raises(Invalid, match="starts with a pending status"):
        floor.make_work_order(1, current_status=in_progress)


def test_a_work_order_is_due_after_it_begins(floor: Floor) -> None:
    with pytest.raises(Invalid):
        floor.make_work_order(1, due_date=AT - timedelta(seconds=1))
    with pytest.raises(Invalid):
        floor.make_work_order(0)


def test_a_change_is_told_from_old_to_new(floor: Floor) -> None:
    work_order = floor.make_work_order(10)
    work_order.needed, work_order.label = 12, "Provision more iPads"

    change_work_order(work_order, by=floor.by, at=AT)

    entry = HistoryEntry.objects.of(work_order).first()
    assert entry.changes == {"needed": [10, 12], "label": ["Provision iPads", "Provision more iPads"]}
    assert stored(work_order).version == 2


def test_a_work_order_never_needs_less_than_is_given_out(floor: Floor) -> None:
    work_order = floor.make_work_order(10)
    floor.make_batch(6, work_order)
    work_order.needed = 5

    with pytest.raises(BelowWhatIsGivenOut, match="6 cycles are in batches or done already"):
        change_work_order(work_order, by=floor.by, at=AT)

    assert issubclass(BelowWhatIsGivenOut, Conflict)
    work_order.needed = 6
    change_work_order(work_order, by=floor.by, at=AT)
    assert stored(work_order).unassigned == 0


def test_what_moved_on_since_it_was_read_is_kept(floor: Floor) -> None:
    seen = floor.make_work_order(10)
    floor.make_batch(6, stored(seen))
    seen.label = "Provision iPads, please"

    change_work_order(seen, by=floor.by, at=AT)

    now = stored(seen)
    assert (now.label, now.assigned, now.cycles_made, now.batches_made) == (seen.label, 6, 6, 1)


def test_its_status_may_be_another_of_the_same_category(floor: Floor) -> None:
    work_order, complete = floor.make_work_order(1), floor.status(Category.COMPLETE)
    soon = Status.objects.create(organization=floor.organization, status="Soon", category="PENDING", order=9)

    work_order.current_status = soon
    change_work_order(work_order, by=floor.by, at=AT)
    assert stored(work_order).current_status == soon

    work_order.current_status = complete
    with pytest.raises(Invalid, match="choose one of: Pending, Soon"):
        change_work_order(work_order, by=floor.by, at=AT)


def test_only_who_may_changes_a_work_order(floor: Floor, tom: User, olga: User) -> None:
    work_order = floor.make_work_order(1)
    relate(tom, "owner", work_order)
    work_order.label = "Mine"

    for user in (tom, olga):
        with pytest.raises(PermissionMissing, match="work-order:update"):
            change_work_order(work_order, by=via_api(user), at=AT)

    with pytest.raises(ChangedMeanwhile):
        change_work_order(work_order, by=floor.by, at=AT, if_version=7)
    assert stored(work_order).label == "Provision iPads"


def test_a_work_order_with_batches_stays(floor: Floor) -> None:
    batch = floor.make_batch(1)

    with pytest.raises(StillInUse, match="still used by batch groups, batches, cycles"):
        remove_row(stored(batch.work_order), by=floor.by, at=AT)


# Workflows


def test_every_change_of_a_workflow_makes_its_next_version(floor: Floor) -> None:
    for version, label in enumerate(["Set up", "Set up an iPad", "Set up any iPad"], start=2):
        workflow = Workflow.objects.get()
        workflow.label = label
        change_workflow(workflow, by=floor.by, at=AT)

        workflow.refresh_from_db()
        assert (workflow.workflow_version, workflow.version) == (version, version)


def test_saving_a_workflow_unchanged_makes_no_version(floor: Floor) -> None:
    change_workflow(Workflow.objects.get(), by=floor.by, at=AT)

    assert Workflow.objects.get().workflow_version == 1
    assert [entry.verb for entry in HistoryEntry.objects.of(floor.workflow)] == ["created"]


def test_who_read_an_older_workflow_never_counts_back(floor: Floor) -> None:
    seen = Workflow.objects.get()
    newer = Workflow.objects.get()
    newer.label = "Set up"
    change_workflow(newer, by=floor.by, at=AT)

    seen.label = "Set up an iPad, slowly"
    change_workflow(seen, by=floor.by, at=AT)

    assert Workflow.objects.get().workflow_version == 3


def test_a_workflow_that_starts_nowhere_is_refused(floor: Floor) -> None:
    workflow = Workflow.objects.get()
    workflow.starts_at = "nowhere"
    with pytest.raises(Invalid, match="there is no such step"):
        change_workflow(workflow, by=floor.by, at=AT)

    workflow.starts_at, workflow.steps = "1st", {"1st": STEPS["done"]}
    with pytest.raises(Invalid):
        change_workflow(workflow, by=floor.by, at=AT)

    assert Workflow.objects.get().steps == STEPS
