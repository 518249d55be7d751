import pytest

from batches.models import Batch, BatchGroup, Cycle
from batches.operations.creating import NotOfTheWorkOrder, Wishes, break_down, create_batch
from batches.operations.cycling import start_cycle
from batches.operations.deleting import CyclesInFlight, delete_batch
from batches.operations.planning import MoreThanIsLeft, TooManyBatches, plan
from niagara.accounts.models import HistoryEntry, User
from niagara.accounts.operations.locking import RemovedMeanwhile
from niagara.accounts.operations.saving import remove_row
from niagara.directory.models import Status
from niagara.records.models import Relation
from niagara.records.operations.relating import OfAnotherOrganization
from niagara.refusals import Invalid
from queues.models import Queue
from tests.cycles import complete_cycle
from tests.factories import AT, Floor
from workorders.models import WorkOrder


def test_creating_a_batch_creates_its_pending_cycles(floor: Floor) -> None:
    batch = floor.make_batch(4, floor.make_work_order(10))

    assert batch.cycles.pending().count() == batch.pending == 4
    assert list(batch.cycles.values_list("number", flat=True)) == [1, 2, 3, 4]


def test_a_batch_beyond_what_is_left_is_refused(floor: Floor) -> None:
    work_order = floor.make_work_order(10)
    floor.make_batch(7, work_order)

    with pytest.raises(MoreThanIsLeft, match="Only 3"):
        floor.make_batch(4, work_order)

    assert Batch.objects.count() == 1
    assert Cycle.objects.count() == 7


def test_500_cycles_in_boxes_of_ten_are_50_batches(floor: Floor) -> None:
    work_order = floor.make_work_order(500)

    batches = break_down(work_order=work_order, queue=floor.queue, number_cycles=10, by=floor.by, at=AT)

    assert [batch.number_cycles for batch in batches] == [10] * 50
    assert Cycle.objects.filter(work_order=work_order, batch__isnull=False).count() == 500
    assert sorted(batch.order for batch in batches) == [batch.order for batch in batches]


def test_the_last_batch_takes_the_remainder(floor: Floor) -> None:
    batches = break_down(work_order=floor.make_work_order(25), queue=floor.queue, number_cycles=10, by=floor.by, at=AT)

    assert [batch.number_cycles for batch in batches] == [10, 10, 5]


def test_a_deleted_batch_gives_its_pending_cycles_back(floor: Floor) -> None:
    batch = floor.make_batch(3)
    work_order = batch.work_order
    first = batch.cycles.first()
    start_cycle(cycle=first, technician=floor.manager, by=floor.by, at=AT)

    with pytest.raises(CyclesInFlight, match="1 cycle is in flight"):
        delete_batch(batch=batch, by=floor.by, at=AT)

    complete_cycle(cycle=first, by=floor.by, at=AT)
    delete_batch(batch=batch, by=floor.by, at=AT)

    work_order.refresh_from_db()
    assert work_order.unassigned == 2
    assert sorted(work_order.cycles.values_list("category", "batch")) == [
        ("COMPLETE", None),
        ("PENDING", None),
        ("PENDING", None),
    ]

    again = create_batch(work_order=work_order, queue=floor.queue, number_cycles=2, by=floor.by, at=AT)
    assert list(again.cycles.values_list("number", flat=True)) == [2, 3]
    assert work_order.cycles.count() == 3


def test_what_is_wished_for_is_what_is_made(floor: Floor, tom: User) -> None:
    work_order = floor.make_work_order(10)
    group = BatchGroup.objects.create(organization=floor.organization, work_order=work_order, name="Pallet 2")
    soon = Status.objects.create(organization=floor.organization, status="Soon", category="PENDING", order=9)

    batch = floor.make_batch(
        4,
        work_order,
        label="Rush",
        order="k",
        current_status=soon,
        mixing_station=floor.station,
        batch_group=group,
        technicians=[tom],
    )

    batch.refresh_from_db()
    assert (batch.label, batch.order, batch.current_status) == ("Rush", "k", soon)
    assert (batch.mixing_station, batch.batch_group) == (floor.station, group)
    assert Batch.objects.assigned_to(tom).get() == batch


def test_batches_are_numbered_within_their_work_order_and_share_its_group(floor: Floor) -> None:
    work_order = floor.make_work_order(10)
    first, second = floor.make_batch(1, work_order), floor.make_batch(1, work_order)
    delete_batch(batch=second, by=floor.by, at=AT)

    third = floor.make_batch(1, work_order)

    assert [first.label, third.label] == ["Provision iPads #1", "Provision iPads #3"]
    assert first.batch_group == third.batch_group == BatchGroup.objects.get(work_order=work_order, is_default=True)


def test_who_makes_a_batch_is_related_to_it(floor: Floor) -> None:
    batch = floor.make_batch(1)

    made = Relation.objects.of(batch.pk).get()

    assert (made.relation, made.source_user, made.target_type) == ("created", floor.manager, "BAT")
    assert HistoryEntry.objects.of(batch).get().changes == {
        "number_cycles": [None, 1],
        "queue": [None, "Fast lane"],
        "work_order": [None, "Provision iPads"],
    }


def test_a_batch_group_of_another_work_order_is_refused(floor: Floor) -> None:
    other = floor.make_batch(1)

    with pytest.raises(NotOfTheWorkOrder):
        floor.make_batch(1, batch_group=other.batch_group)


@pytest.mark.parametrize(
    ("left", "number_cycles", "total", "sizes"),
    [
        (500, 10, None, [10] * 50),
        (25, 10, None, [10, 10, 5]),
        (7, 10, None, [7]),
        (25, 10, 2, [10, 10]),
        (20, 10, 2, [10, 10]),
        (100, 1, None, [1] * 100),
        (995, 10, None, [10] * 99 + [5]),
    ],
)
def test_a_work_order_is_broken_down_into_equal_batches(
    left: int, number_cycles: int, total: int | None, sizes: list[int]
) -> None:
    assert plan(left, number_cycles, total) == sizes


@pytest.mark.parametrize(
    ("left", "number_cycles", "total", "refusal"),
    [
        (0, 10, None, MoreThanIsLeft),
        (19, 10, 2, MoreThanIsLeft),
        (101, 1, None, TooManyBatches),
        (1001, 10, None, TooManyBatches),
        (500, 1, 101, TooManyBatches),
    ],
)
def test_more_than_is_left_or_than_100_batches_is_refused(
    left: int, number_cycles: int, total: int | None, refusal: type[Invalid]
) -> None:
    with pytest.raises(refusal):
        plan(left, number_cycles, total)


def test_technicians_are_assigned_to_every_batch(floor: Floor, tom: User) -> None:
    batches = break_down(
        work_order=floor.make_work_order(6),
        queue=floor.queue,
        number_cycles=2,
        by=floor.by,
        at=AT,
        wishes=Wishes(technicians=[tom, floor.manager]),
    )

    for technician in (tom, floor.manager):
        assert set(Batch.objects.assigned_to(technician)) == set(batches)


def test_a_technician_of_another_organization_is_refused(floor: Floor, olga: User) -> None:
    with pytest.raises(OfAnotherOrganization):
        floor.make_batch(1, technicians=[olga])

    assert not Batch.objects.exists()


def test_a_work_order_or_queue_that_was_removed_meanwhile_is_gone(floor: Floor) -> None:
    queue, work_order = floor.make_queue(), floor.make_work_order(3)
    remove_row(Queue.objects.get(pk=queue.pk), by=floor.by, at=AT)
    with pytest.raises(RemovedMeanwhile, match="This queue was removed meanwhile"):
        floor.make_batch(1, work_order, queue)

    remove_row(WorkOrder.objects.get(pk=work_order.pk), by=floor.by, at=AT)
    with pytest.raises(RemovedMeanwhile, match="This work order was removed meanwhile"):
        floor.make_batch(1, work_order)
