import pytest

from batches.models import Batch, BatchGroup
from batches.operations.changing import BelowWhatIsDone, Changes, change_batch
from batches.operations.creating import NotOfTheWorkOrder
from batches.operations.cycling import fail_cycle, release_cycle, start_cycle
from batches.operations.deleting import delete_batch
from batches.operations.planning import MoreThanIsLeft
from niagara.accounts.models import HistoryEntry, User
from niagara.accounts.operations.locking import RemovedMeanwhile
from niagara.accounts.operations.saving import ChangedMeanwhile
from niagara.directory.models import Category, Status
from niagara.refusals import Conflict, Invalid
from tests.cycles import complete_cycle
from tests.factories import AT, Floor
from tests.races.together import assert_everything_adds_up


def change(floor: Floor, batch: Batch, **changes: object) -> Batch:
    wanted: Changes = changes  # type: ignore[assignment]
    changed = change_batch(batch=batch, changes=wanted, by=floor.by, at=AT)
    assert_everything_adds_up()
    return changed


def start(floor: Floor, batch: Batch, number: int) -> list:
    cycles = list(batch.cycles.pending()[:number])
    return [start_cycle(cycle=cycle, technician=floor.manager, by=floor.by, at=AT) for cycle in cycles]


# How many cycles


def test_raising_a_batch_adds_pending_cycles(floor: Floor) -> None:
    batch = change(floor, floor.make_batch(4, floor.make_work_order(10)), number_cycles=7)

    assert batch.number_cycles == batch.pending == batch.cycles.pending().count() == 7
    assert list(batch.cycles.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6, 7]
    assert batch.work_order.cycles.get(number=7).location == floor.location


def test_raising_a_batch_beyond_what_is_left_is_refused(floor: Floor) -> None:
    batch = floor.make_batch(4, floor.make_work_order(10))
    floor.make_batch(3, batch.work_order)

    with pytest.raises(MoreThanIsLeft, match="Only 7"):
        change(floor, batch, number_cycles=8)

    assert change(floor, batch, number_cycles=7).pending == 7


def test_raising_a_batch_takes_back_what_came_from_deleted_batches_first(floor: Floor) -> None:
    batch = floor.make_batch(2, floor.make_work_order(10))
    delete_batch(batch=floor.make_batch(3, batch.work_order), by=floor.by, at=AT)

    batch = change(floor, batch, number_cycles=6)

    assert list(batch.cycles.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_lowering_a_batch_cancels_its_newest_pending_cycles(floor: Floor) -> None:
    batch = floor.make_batch(10)
    start(floor, batch, 2)

    batch = change(floor, batch, number_cycles=5)

    assert list(batch.cycles.pending().values_list("number", flat=True)) == [3, 4, 5]
    assert (batch.pending, batch.in_progress, batch.cancelled) == (3, 2, 5)
    assert floor.make_batch(5, batch.work_order).number_cycles == 5  # what was cancelled can be planned again


def test_lowering_a_batch_below_what_is_complete_or_in_flight_is_refused(floor: Floor) -> None:
    batch = floor.make_batch(10)
    first, *_ = start(floor, batch, 4)
    complete_cycle(cycle=first, by=floor.by, at=AT)

    with pytest.raises(BelowWhatIsDone, match=r"4 cycles of .* are complete or in flight"):
        change(floor, batch, number_cycles=3)

    assert issubclass(BelowWhatIsDone, Conflict)
    assert change(floor, batch, number_cycles=4).pending == 0


def test_a_batch_of_which_only_what_is_complete_is_kept_is_complete(floor: Floor) -> None:
    batch = floor.make_batch(3)
    for cycle in start(floor, batch, 1):
        complete_cycle(cycle=cycle, by=floor.by, at=AT)

    batch = change(floor, batch, number_cycles=1)

    assert batch.current_status == floor.status(Category.COMPLETE)
    assert change(floor, batch, number_cycles=2).current_status == floor.status(Category.IN_PROGRESS)


# What cycles in flight keep, and pending ones get


def test_only_pending_cycles_move_with_their_batch_to_another_site(floor: Floor) -> None:
    annex = floor.make_location()
    batch = floor.make_batch(4)
    kept, released, failed = start(floor, batch, 3)

    change(floor, batch, queue=floor.make_queue(location=annex))

    assert batch.cycles.filter(location=annex).get().category == Category.PENDING
    retry = fail_cycle(cycle=failed, reason="Damaged", by=floor.by, at=AT)
    release_cycle(cycle=released, by=floor.by, at=AT)
    assert set(batch.cycles.filter(location=annex).values_list("number", flat=True)) == {
        released.number,
        4,
        retry.number,
    }
    kept.refresh_from_db()
    assert kept.location == floor.location


def test_a_batch_can_be_moved_and_raised_at_once(floor: Floor) -> None:
    annex = floor.make_location()
    batch = floor.make_batch(2, floor.make_work_order(10))

    batch = change(floor, batch, number_cycles=5, queue=floor.make_queue(location=annex))

    assert batch.cycles.filter(location=annex).count() == 5


# Its status


def test_a_person_may_choose_another_status_of_the_same_category(floor: Floor) -> None:
    pending = floor.status(Category.PENDING)
    soon = Status.objects.create(organization=floor.organization, status="Soon", category="PENDING", order=9)

    batch = change(floor, floor.make_batch(3), current_status=soon)

    assert batch.current_status == change(floor, batch, label="Rush").current_status == soon
    assert change(floor, batch, current_status=None).current_status == pending


def test_a_status_of_another_category_than_the_cycles_is_refused(floor: Floor, other_floor: Floor) -> None:
    batch = floor.make_batch(3)

    for status in (floor.status(Category.BLOCKED), other_floor.status(Category.PENDING)):
        with pytest.raises(Invalid, match="choose one of: Pending"):
            change(floor, batch, current_status=status)


def test_the_status_a_person_chose_goes_when_the_category_does(floor: Floor) -> None:
    soon = Status.objects.create(organization=floor.organization, status="Soon", category="PENDING", order=9)
    batch = change(floor, floor.make_batch(3), current_status=soon)

    start(floor, batch, 1)

    batch.refresh_from_db()
    assert batch.current_status == floor.status(Category.IN_PROGRESS)


# The rest


def test_a_batch_group_of_another_work_order_is_refused(floor: Floor) -> None:
    batch, other = floor.make_batch(1), floor.make_batch(1)

    with pytest.raises(NotOfTheWorkOrder):
        change(floor, batch, batch_group=other.batch_group)

    group = BatchGroup.objects.create(organization=floor.organization, work_order=batch.work_order, name="Pallet 2")
    assert change(floor, batch, batch_group=group).batch_group == group


def test_a_station_or_queue_of_another_organization_is_refused_even_to_a_superuser(
    floor: Floor, other_floor: Floor
) -> None:
    batch = floor.make_batch(1)
    User.objects.filter(pk=floor.manager.pk).update(is_superuser=True)
    floor.manager = User.objects.get(pk=floor.manager.pk)

    for changes in ({"mixing_station": other_floor.station}, {"queue": other_floor.queue}):
        with pytest.raises(Invalid, match="organization"):
            change(floor, batch, **changes)

    with pytest.raises(Invalid, match="organization"):
        floor.make_batch(1, mixing_station=other_floor.station)
    with pytest.raises(Invalid, match="organization"):
        floor.make_batch(1, queue=other_floor.queue)


def test_a_change_is_told_from_old_to_new_and_counts_the_version_up(floor: Floor) -> None:
    batch = floor.make_batch(4, floor.make_work_order(10))

    changed = change(floor, batch, label="Rush", number_cycles=6, mixing_station=floor.station)

    entry = HistoryEntry.objects.of(batch).first()
    assert entry.changes == {
        "label": ["Provision iPads #1", "Rush"],
        "number_cycles": [4, 6],
        "mixing_station": [None, "Bench 1"],
    }
    assert (entry.user, entry.via, entry.client, entry.at) == (floor.manager, "api", "tests", AT)
    assert changed.version == batch.version + 1


def test_changing_nothing_leaves_no_trace(floor: Floor) -> None:
    batch = floor.make_batch(4)
    before = HistoryEntry.objects.count()

    assert change(floor, batch, label=batch.label, number_cycles=4, queue=batch.queue).version == 1
    assert HistoryEntry.objects.count() == before


def test_who_saw_an_older_version_is_refused(floor: Floor) -> None:
    batch = floor.make_batch(4)
    change(floor, batch, label="Rush")

    with pytest.raises(ChangedMeanwhile):
        change_batch(batch=batch, changes={"label": "Slow"}, by=floor.by, at=AT, if_version=1)


def test_a_batch_that_was_deleted_meanwhile_is_gone(floor: Floor) -> None:
    batch = floor.make_batch(4)
    delete_batch(batch=batch, by=floor.by, at=AT)

    with pytest.raises(RemovedMeanwhile, match="This batch was removed meanwhile"):
        change(floor, batch, label="Rush")
