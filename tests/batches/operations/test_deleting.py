import pytest

from batches.models import Batch, Cycle
from batches.operations.cycling import block_cycle, cancel_cycle, fail_cycle, start_cycle
from batches.operations.deleting import CyclesInFlight, delete_batch
from batches.operations.moving import NothingLeftToStart
from niagara.accounts.access import PermissionMissing
from niagara.accounts.models import HistoryEntry, User
from niagara.accounts.operations.locking import RemovedMeanwhile
from niagara.accounts.operations.saving import ChangedMeanwhile
from niagara.directory.models import Category
from niagara.records.models import Relation
from tests.cycles import close, complete_cycle
from tests.factories import AT, STEPS_WITH_CHECK, Floor, make_workflow, relate, via_api
from tests.races.together import assert_everything_adds_up
from workorders.operations.ordering import change_work_order


def delete(floor: Floor, batch: Batch) -> None:
    delete_batch(batch=batch, by=floor.by, at=AT)
    assert_everything_adds_up()


def start(floor: Floor, batch: Batch, number: int = 1) -> list[Cycle]:
    cycles = list(batch.cycles.pending()[:number])
    return [start_cycle(cycle=cycle, technician=floor.manager, by=floor.by, at=AT) for cycle in cycles]


def test_deleting_a_batch_gives_its_pending_cycles_back_to_the_work_order(floor: Floor) -> None:
    batch = floor.make_batch(4, floor.make_work_order(10))

    delete(floor, batch)

    work_order = batch.work_order
    work_order.refresh_from_db()
    assert (work_order.assigned, work_order.unassigned, work_order.loose_pending) == (0, 10, 4)
    assert set(Cycle.objects.values_list("batch", "category")) == {(None, "PENDING")}


def test_what_goes_back_is_given_to_the_next_batch_before_anything_new(floor: Floor) -> None:
    annex = floor.make_queue(location=floor.make_location())
    work_order = floor.make_work_order(10)
    delete(floor, floor.make_batch(4, work_order))

    batch = floor.make_batch(6, work_order, annex)

    assert list(batch.cycles.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert set(batch.cycles.values_list("location", flat=True)) == {annex.location_id}
    assert_everything_adds_up()


@pytest.mark.parametrize("verb", ["start", "verify", "block"])
def test_a_batch_with_cycles_in_flight_can_not_be_deleted(floor: Floor, verb: str) -> None:
    workflow = make_workflow(floor.organization, "Set up", STEPS_WITH_CHECK)
    batch = floor.make_batch(3, floor.make_work_order(3, workflow=workflow))
    first, _ = start(floor, batch, 2)
    if verb == "verify":
        close(first, by=floor.by, at=AT)
    if verb == "block":
        block_cycle(cycle=first, reason="Damaged", by=floor.by, at=AT)

    with pytest.raises(CyclesInFlight, match="can't be deleted: 2 cycles are in flight"):
        delete(floor, batch)

    assert batch.cycles.count() == 3


def test_what_was_done_stays_with_the_work_order_and_is_not_done_again(floor: Floor) -> None:
    batch = floor.make_batch(4)
    done, failed, cancelled = start(floor, batch, 3)
    complete_cycle(cycle=done, by=floor.by, at=AT)
    fail_cycle(cycle=failed, reason="Damaged", by=floor.by, at=AT)
    cancel_cycle(cycle=cancelled, by=floor.by, at=AT)

    delete(floor, batch)

    work_order = batch.work_order
    work_order.refresh_from_db()
    assert sorted(work_order.cycles.values_list("number", "category", "status", "batch")) == [
        (1, "COMPLETE", "Complete", None),
        (2, "CANCELLED", "Failed", None),
        (3, "CANCELLED", "Cancelled", None),
        (4, "PENDING", "Pending", None),
        (5, "PENDING", "Pending", None),
    ]
    assert work_order.unassigned == 3


def test_a_cycle_outside_of_any_batch_can_be_worked_on(floor: Floor) -> None:
    batch = floor.make_batch(2)
    delete(floor, batch)
    work_order = batch.work_order

    first, second = (
        start_cycle(cycle=cycle, technician=floor.manager, by=floor.by, at=AT) for cycle in work_order.cycles.all()
    )
    assert_everything_adds_up()
    retry = fail_cycle(cycle=first, reason="Damaged", by=floor.by, at=AT)
    complete_cycle(cycle=second, by=floor.by, at=AT)

    assert_everything_adds_up()
    work_order.refresh_from_db()
    assert (work_order.unassigned, retry.batch) == (1, None)
    assert work_order.current_status.category == Category.IN_PROGRESS


def test_what_nobody_needs_any_more_can_not_be_started_and_holds_nothing_up(floor: Floor) -> None:
    work_order = floor.make_work_order(5)
    delete(floor, floor.make_batch(5, work_order))
    work_order.refresh_from_db()
    work_order.needed = 1
    change_work_order(work_order, by=floor.by, at=AT)
    batch = floor.make_batch(1, work_order)
    surplus = work_order.cycles.filter(batch=None).first()

    with pytest.raises(NothingLeftToStart, match="in batches or done"):
        start_cycle(cycle=surplus, technician=floor.manager, by=floor.by, at=AT)

    for cycle in start(floor, batch):
        complete_cycle(cycle=cycle, by=floor.by, at=AT)
    work_order.refresh_from_db()
    assert work_order.current_status.category == Category.COMPLETE
    assert_everything_adds_up()


def test_its_relations_go_and_its_history_stays(floor: Floor, tom: User) -> None:
    batch = floor.make_batch(2, technicians=[tom])
    relate(tom, "viewer", batch)
    pk = batch.pk

    delete(floor, batch)

    assert not Relation.objects.of(pk).exists()
    newest, *_ = HistoryEntry.objects.filter(entity_id=str(pk)).order_by("-id")
    assert (newest.verb, newest.changes, newest.label) == ("removed", {"number_cycles": [2, None]}, batch.label)


def test_only_who_holds_the_permission_deletes(floor: Floor, tom: User, olga: User) -> None:
    batch = floor.make_batch(2)
    relate(tom, "tech", batch)

    for user in (tom, olga):
        with pytest.raises(PermissionMissing, match="batch:delete"):
            delete_batch(batch=batch, by=via_api(user), at=AT)


def test_who_saw_an_older_version_or_comes_second_is_refused(floor: Floor) -> None:
    batch = floor.make_batch(2)

    with pytest.raises(ChangedMeanwhile):
        delete_batch(batch=batch, by=floor.by, at=AT, if_version=2)

    delete(floor, batch)
    with pytest.raises(RemovedMeanwhile):
        delete(floor, batch)
