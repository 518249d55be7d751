from io import StringIO

import pytest
from django.core.management import call_command

from batches.models import Batch, BatchTotal, Cycle, number_of_batches
from batches.operations.cycling import fail_cycle, start_cycle
from batches.operations.deleting import delete_batch
from batches.operations.placing import ranks_at_end
from batches.operations.recounting import differences, fold_totals, write_right
from niagara.accounts.actor import Actor
from niagara.accounts.models import HistoryEntry
from niagara.directory.models import Category
from tests.cycles import complete_cycle
from tests.factories import AT, Floor, make_floor
from workorders.models import WorkOrder


@pytest.fixture
def work_order(floor: Floor) -> WorkOrder:
    """One with loose cycles (a complete one, two pending), and two batches, one of them begun."""
    work_order = floor.make_work_order(20)
    gone, begun, _ = [floor.make_batch(size, work_order) for size in (3, 5, 2)]
    first, second = begun.cycles.order_by("number")[:2]
    for cycle in (gone.cycles.get(number=1), first, second):
        start_cycle(cycle=cycle, technician=floor.manager, by=floor.by, at=AT)
    complete_cycle(cycle=gone.cycles.get(number=1), by=floor.by, at=AT)
    fail_cycle(cycle=second, reason="Damaged", by=floor.by, at=AT)
    delete_batch(batch=gone, by=floor.by, at=AT)
    work_order.refresh_from_db()
    return work_order


def found() -> set[tuple[str, int, int]]:
    return {(difference.name, difference.stored, difference.counted) for difference in differences()}


def recount(*arguments: str) -> str:
    output = StringIO()
    call_command("recount", *arguments, stdout=output)
    return output.getvalue()


def test_after_ordinary_work_all_counts_agree(work_order: WorkOrder) -> None:
    assert found() == set()
    assert recount() == "All counts agree.\n"


def test_a_wrong_count_of_a_batch_is_found(work_order: WorkOrder) -> None:
    Batch.objects.filter(number_cycles=5).update(pending=1, blocked=2)

    assert found() == {("pending", 1, 4), ("blocked", 2, 0)}


def test_a_wrong_count_of_a_work_order_is_found(work_order: WorkOrder) -> None:
    WorkOrder.objects.update(assigned=9, loose_pending=0, loose_verifying=1)

    assert found() == {("assigned", 9, 7), ("loose_pending", 0, 2), ("loose_verifying", 1, 0)}


def test_a_cycle_changed_behind_the_operations_is_found(work_order: WorkOrder) -> None:
    Cycle.objects.filter(batch__number_cycles=2).update(category=Category.CANCELLED, ended_at=AT)

    assert found() == {("pending", 2, 0), ("cancelled", 0, 2)}


def test_running_numbers_may_be_ahead_but_not_behind(work_order: WorkOrder) -> None:
    WorkOrder.objects.update(batches_made=7, cycles_made=50)
    assert found() == set()

    WorkOrder.objects.update(batches_made=1, cycles_made=10)
    assert found() == {("batches_made", 1, 2), ("cycles_made", 10, 11)}


def test_the_command_prints_each_difference_and_exits_with_1(
    work_order: WorkOrder, capsys: pytest.CaptureFixture[str]
) -> None:
    Batch.objects.filter(number_cycles=2).update(pending=1)
    batch = Batch.objects.get(number_cycles=2)

    with pytest.raises(SystemExit) as stopped:
        call_command("recount")

    assert stopped.value.code == 1
    assert capsys.readouterr().out == f"Batch {batch} ({batch.pk}): pending is 1, but should be 2.\n"


def test_fixing_writes_every_count_right(work_order: WorkOrder) -> None:
    counts = Batch.objects.order_by("pk").values_list("pending", "in_progress", "cancelled")
    before = list(counts)
    Batch.objects.update(pending=0, in_progress=2, cancelled=0)
    WorkOrder.objects.update(loose_complete=0, cycles_made=1)

    assert "These counts are right now." in recount("--fix")

    assert list(counts) == before
    work_order.refresh_from_db()
    assert (work_order.loose_complete, work_order.cycles_made) == (1, 11)
    assert recount() == "All counts agree.\n"


def test_fixing_is_in_the_history(work_order: WorkOrder, floor: Floor) -> None:
    Batch.objects.filter(number_cycles=2).update(pending=1)

    write_right(list(differences()), by=Actor.system(), at=AT)

    entry = HistoryEntry.objects.get(verb="recounted")
    assert entry.entity_id == str(Batch.objects.get(number_cycles=2).pk)
    assert entry.changes == {"pending": [1, 2]}


def test_statuses_follow_the_counts_that_were_written(work_order: WorkOrder) -> None:
    Cycle.objects.filter(batch__number_cycles=2).update(category=Category.COMPLETE, ended_at=AT)

    write_right(list(differences()), by=Actor.system(), at=AT)

    assert Batch.objects.get(number_cycles=2).current_status.category == Category.COMPLETE


def test_a_batch_removed_meanwhile_is_passed_over(work_order: WorkOrder, floor: Floor) -> None:
    batches = Batch.objects.filter(number_cycles=2)
    batches.update(cancelled=1)
    wrong = list(differences())
    batches.update(cancelled=0)
    delete_batch(batch=batches.get(), by=floor.by, at=AT)

    write_right(wrong, by=Actor.system(), at=AT)

    assert found() == set()


def test_the_database_counts_the_batches_of_each_organization(work_order: WorkOrder, floor: Floor) -> None:
    stranger = make_floor("Elsewhere")
    stranger.make_batch(1)
    Batch.objects.bulk_create(
        Batch(
            organization=floor.organization, label=f"Box {number}", work_order=work_order, queue=floor.queue,
            order=rank, number_cycles=1, current_status=status, batch_group=group,
        )
        for status, group in [(Batch.objects.earliest("pk").current_status, Batch.objects.earliest("pk").batch_group)]
        for number, rank in enumerate(ranks_at_end(floor.queue, 3))
    )  # fmt: skip
    assert number_of_batches(floor.organization.pk) == 5
    assert number_of_batches(stranger.organization.pk) == 1

    Batch.objects.filter(label__startswith="Box").delete()

    assert number_of_batches(floor.organization.pk) == 2
    assert found() == set()


def test_folding_leaves_one_row_and_the_same_number(work_order: WorkOrder, floor: Floor) -> None:
    fold_totals()

    assert list(BatchTotal.objects.values_list("organization", "number")) == [(floor.organization.pk, 2)]


def test_a_wrong_number_of_batches_is_found_and_written_right(work_order: WorkOrder, floor: Floor) -> None:
    BatchTotal.objects.create(organization=floor.organization, number=40)
    assert found() == {("batches", 42, 2)}

    assert "These counts are right now." in recount("--fix")
    floor.make_batch(1)

    assert number_of_batches(floor.organization.pk) == 3
    assert recount() == "All counts agree.\n"
