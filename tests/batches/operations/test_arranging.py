import pytest

from batches.models import Batch
from batches.operations.arranging import Place, move_batches
from batches.operations.placing import QueueClosed
from niagara.accounts.models import HistoryEntry
from niagara.accounts.operations.locking import RemovedMeanwhile
from queues.models import Queue
from tests.factories import AT, Floor, grant_only, make_user, via_api


@pytest.fixture
def slow(floor: Floor) -> Queue:
    return floor.make_queue("Slow lane")


def make(floor: Floor, queue: Queue, *labels: str) -> list[Batch]:
    return [floor.make_batch(1, queue=queue, label=label) for label in labels]


def standing(queue: Queue) -> list[str]:
    return list(Batch.objects.in_queue(queue).in_processing_order().values_list("label", flat=True))


@pytest.mark.parametrize(("place", "order"), [(Place.FIRST, "ABxy"), (Place.LAST, "xyAB")])
def test_they_keep_their_order_in_another_queue(floor: Floor, slow: Queue, place: Place, order: str) -> None:
    make(floor, slow, "x", "y")
    a, b = make(floor, floor.queue, "A", "B")

    moved = move_batches(batches=[b, a], queue=slow, place=place, by=floor.by, at=AT)

    assert [batch.label for batch in moved] == ["A", "B"]
    assert standing(slow) == list(order)


@pytest.mark.parametrize(("place", "order"), [(Place.FIRST, "BCAD"), (Place.LAST, "ADBC")])
def test_they_keep_their_order_in_their_own_queue(floor: Floor, place: Place, order: str) -> None:
    _, b, c, _ = make(floor, floor.queue, *"ABCD")

    move_batches(batches=[b, c], queue=floor.queue, place=place, by=floor.by, at=AT)

    assert standing(floor.queue) == list(order)


@pytest.mark.parametrize("place", list(Place))
def test_all_that_there_is_stays_as_it_is(floor: Floor, place: Place) -> None:
    batches = make(floor, floor.queue, *"ABC")

    move_batches(batches=batches, queue=floor.queue, place=place, by=floor.by, at=AT)

    assert standing(floor.queue) == list("ABC")


def test_a_queue_that_is_closed_to_somebody_gets_none(floor: Floor, slow: Queue) -> None:
    batches = make(floor, floor.queue, *"AB")
    planner = make_user(floor.organization, None)
    grant_only(planner, "batch:update")

    with pytest.raises(QueueClosed):
        move_batches(batches=batches, queue=slow, by=via_api(planner), at=AT)

    assert standing(slow) == []
    assert not HistoryEntry.objects.filter(verb="changed").exists()


def test_what_was_removed_meanwhile_stops_all(floor: Floor, slow: Queue) -> None:
    a, b = make(floor, floor.queue, *"AB")
    Batch.objects.filter(pk=b.pk).delete()

    with pytest.raises(RemovedMeanwhile):
        move_batches(batches=[a, b], queue=slow, by=floor.by, at=AT)

    assert standing(slow) == []
