import pytest

from batches.models import Batch, category_of
from batches.operations.changing import change_batch
from batches.operations.creating import Wishes, create_batch
from batches.operations.cycling import cancel_cycle, fail_cycle, start_cycle
from batches.operations.deleting import delete_batch
from niagara.accounts.actor import Actor
from niagara.accounts.models import HistoryEntry
from niagara.directory.models import Category, Status
from niagara.directory.operations.statuses import allow_statuses
from niagara.refusals import Invalid
from tests.cycles import complete_cycle
from tests.factories import AT, Floor
from workorders.models import WorkOrder
from workorders.operations.ordering import change_work_order

PENDING, IN_PROGRESS, VERIFYING, BLOCKED, COMPLETE, CANCELLED = (
    Category.PENDING,
    Category.IN_PROGRESS,
    Category.VERIFYING,
    Category.BLOCKED,
    Category.COMPLETE,
    Category.CANCELLED,
)


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        (set(), PENDING),
        ({PENDING}, PENDING),
        ({PENDING, CANCELLED}, PENDING),
        ({PENDING, COMPLETE}, IN_PROGRESS),
        ({PENDING, BLOCKED}, IN_PROGRESS),
        ({PENDING, VERIFYING}, VERIFYING),
        ({PENDING, IN_PROGRESS, VERIFYING, BLOCKED, COMPLETE, CANCELLED}, IN_PROGRESS),
        ({VERIFYING, BLOCKED, COMPLETE}, VERIFYING),
        ({BLOCKED}, BLOCKED),
        ({BLOCKED, COMPLETE}, BLOCKED),
        ({BLOCKED, CANCELLED}, BLOCKED),
        ({COMPLETE}, COMPLETE),
        ({COMPLETE, CANCELLED}, COMPLETE),
        ({CANCELLED}, CANCELLED),
    ],
)
def test_the_category_of_a_whole_follows_its_parts(parts: set[Category], whole: Category) -> None:
    assert category_of(parts) == whole


@pytest.mark.parametrize(
    ("parts", "whole"),
    [({COMPLETE}, IN_PROGRESS), ({COMPLETE, CANCELLED}, IN_PROGRESS), ({CANCELLED}, PENDING), ({BLOCKED}, BLOCKED)],
)
def test_a_whole_of_which_some_was_not_given_out_has_not_ended(parts: set[Category], whole: Category) -> None:
    assert category_of(parts, all_given_out=False) == whole


# A work order


def work_through(floor: Floor, batch: Batch) -> None:
    for cycle in batch.cycles.pending():
        start_cycle(cycle=cycle, technician=floor.manager, by=floor.by, at=AT)
        complete_cycle(cycle=cycle, by=floor.by, at=AT)


def state(work_order: WorkOrder) -> tuple:
    work_order = WorkOrder.objects.get(pk=work_order.pk)
    return Category(work_order.current_status.category), work_order.start_date, work_order.end_date


def test_a_work_order_begins_with_its_first_cycle_and_ends_with_its_last(floor: Floor) -> None:
    work_order = floor.make_work_order(3)
    first, second = floor.make_batch(1, work_order), floor.make_batch(2, work_order)
    assert state(work_order) == (PENDING, None, None)

    work_through(floor, first)
    assert state(work_order) == (IN_PROGRESS, AT, None)

    work_through(floor, second)
    assert state(work_order) == (COMPLETE, AT, AT)
    newest = HistoryEntry.objects.of(work_order).first()
    assert newest.changes == {"current_status": ["In Progress", "Complete"], "end_date": [None, AT.isoformat()]}


def test_a_work_order_with_cycles_in_no_batch_has_not_ended(floor: Floor) -> None:
    work_order = floor.make_work_order(3)

    work_through(floor, floor.make_batch(2, work_order))

    assert state(work_order) == (IN_PROGRESS, AT, None)


def test_a_work_order_of_which_everything_is_cancelled_is_cancelled(floor: Floor) -> None:
    batch = floor.make_batch(2)

    for cycle in batch.cycles.all():
        cancel_cycle(cycle=cycle, by=floor.by, at=AT)

    batch.refresh_from_db()
    assert batch.current_status == floor.status(CANCELLED)
    assert state(batch.work_order) == (CANCELLED, None, AT)


def test_a_failed_cycle_leaves_the_work_order_going_on(floor: Floor) -> None:
    batch = floor.make_batch(1)
    cycle = start_cycle(cycle=batch.cycles.get(), technician=floor.manager, by=floor.by, at=AT)

    retry = fail_cycle(cycle=cycle, reason="Damaged", by=floor.by, at=AT)

    assert state(batch.work_order)[0] == PENDING
    work_through(floor, batch)
    assert state(batch.work_order) == (COMPLETE, AT, AT)
    assert retry.work_order_id == batch.work_order_id


def test_what_was_done_in_a_deleted_batch_counts_on(floor: Floor) -> None:
    batch = floor.make_batch(2)
    work_through(floor, batch)
    delete_batch(batch=batch, by=floor.by, at=AT)

    assert state(batch.work_order) == (COMPLETE, AT, AT)


def test_a_work_order_that_ended_goes_on_when_it_needs_more(floor: Floor) -> None:
    batch = floor.make_batch(2)
    work_through(floor, batch)
    work_order = WorkOrder.objects.get(pk=batch.work_order_id)

    work_order.needed = 3
    change_work_order(work_order, by=floor.by, at=AT)
    assert state(work_order) == (IN_PROGRESS, AT, None)

    work_order.needed = 2
    change_work_order(work_order, by=floor.by, at=AT)
    assert state(work_order) == (COMPLETE, AT, AT)


# Which statuses a project allows


def add_status(floor: Floor, name: str, order: int = 1) -> Status:
    return Status.objects.create(organization=floor.organization, status=name, category="IN_PROGRESS", order=order)


def start_one(floor: Floor) -> str:
    batch = floor.make_batch(1)
    start_cycle(cycle=batch.cycles.get(), technician=floor.manager, by=floor.by, at=AT)
    batch.refresh_from_db()
    assert WorkOrder.objects.get(pk=batch.work_order_id).current_status == batch.current_status
    return batch.current_status.status


def test_the_first_status_of_the_category_is_chosen(floor: Floor) -> None:
    assert start_one(floor) == "In Progress"

    add_status(floor, "Reticulating Splines", order=1)

    assert start_one(floor) == "Reticulating Splines"


def test_each_level_narrows_the_statuses_of_the_level_above(floor: Floor) -> None:
    statuses = [add_status(floor, name, order) for order, name in enumerate(["Boxing", "Flashing", "Labelling"])]
    administrator = Actor.system()

    def allow(row: object, *chosen: Status) -> None:
        allow_statuses(row, chosen, by=administrator, at=AT)

    allow(floor.customer, statuses[1], statuses[2])
    assert start_one(floor) == "Flashing"

    allow(floor.program, statuses[2])
    assert start_one(floor) == "Labelling"

    allow(floor.project, statuses[1])
    assert start_one(floor) == "Flashing"

    allow(floor.project)
    assert start_one(floor) == "Labelling"


def test_what_a_project_says_of_one_category_leaves_the_others_alone(floor: Floor) -> None:
    ready = Status.objects.create(organization=floor.organization, status="Ready", category="PENDING", order=8)
    allow_statuses(floor.project, [ready], by=Actor.system(), at=AT)

    assert floor.make_batch(1).current_status == ready
    assert start_one(floor) == "In Progress"


def test_a_status_the_project_does_not_allow_is_refused(floor: Floor) -> None:
    ready = Status.objects.create(organization=floor.organization, status="Ready", category="PENDING", order=8)
    pending = Status.objects.get(organization=floor.organization, status="Pending")
    allow_statuses(floor.project, [ready], by=Actor.system(), at=AT)
    batch = floor.make_batch(1)

    with pytest.raises(Invalid, match="choose one of: Ready"):
        change_batch(batch=batch, changes={"current_status": pending}, by=floor.by, at=AT)
    with pytest.raises(Invalid, match="choose one of: Ready"):
        create_batch(
            work_order=floor.make_work_order(1),
            queue=floor.queue,
            number_cycles=1,
            by=floor.by,
            at=AT,
            wishes=Wishes(current_status=pending),
        )
