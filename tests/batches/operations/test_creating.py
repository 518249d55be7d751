import pytest

from batches.models import Batch, Cycle
from batches.operations.creating import MoreThanIsLeft, break_down, create_batch
from batches.operations.cycling import complete_cycle, start_cycle
from batches.operations.deleting import CyclesInFlight, delete_batch
from tests.factories import AT, Floor


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
