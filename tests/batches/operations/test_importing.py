"""Batches and work orders from files, through the operations there are."""

from batches.models import Batch, Cycle
from batches.operations.importing import export_batches, import_batches
from niagara.accounts.models import User
from niagara.accounts.operations.importing import Report
from niagara.records.models import Relation
from niagara.tables.table import Table
from tests.factories import AT, Floor
from workorders.models import WorkOrder
from workorders.operations.importing import export_work_orders, import_work_orders

HEADERS = ["work_order", "queue", "number_cycles", "technicians"]


def told(report: Report) -> list[tuple[int, str]]:
    return [(fault.row, fault.column) for fault in report.faults]


def changed(table: Table, **cells: str) -> Table:
    for name, text in cells.items():
        table.lines[0].cells[table.headers.index(name)] = text
    return table


def test_batches_are_made_in_the_order_of_the_file(floor: Floor, tom: User) -> None:
    floor.make_work_order(20, "iPads")
    table = Table.of(HEADERS, [["iPads", "Fast lane", "8", tom.email], ["iPads", "Fast lane", "12", ""]])

    report = import_batches(table, by=floor.by, at=AT)

    assert (report.made, told(report)) == (2, [])
    assert list(Batch.objects.in_processing_order().values_list("number_cycles", flat=True)) == [8, 12]
    assert Relation.objects.technicians().get(target_type="BAT").source_user == tom


def test_more_cycles_than_are_left_are_a_fault_and_leave_nothing_behind(floor: Floor) -> None:
    floor.make_work_order(10, "iPads")
    table = Table.of(HEADERS, [["iPads", "Fast lane", "8", ""], ["iPads", "Fast lane", "3", "nobody@example.com"]])
    too_many = Table.of(HEADERS[:3], [["iPads", "Fast lane", "8"], ["iPads", "Fast lane", "3"]])

    assert told(import_batches(table, by=floor.by, at=AT)) == [(3, "technicians")]
    assert told(import_batches(too_many, by=floor.by, at=AT)) == [(3, "number_cycles")]
    assert not Batch.objects.exists()
    assert not Cycle.objects.exists()


def test_queues_of_one_name_are_told_apart_by_their_location(floor: Floor) -> None:
    floor.make_work_order(10, "iPads")
    there = floor.make_queue("Fast lane", floor.make_location())
    unclear = Table.of(HEADERS[:3], [["iPads", "Fast lane", "5"]])
    clear = Table.of([*HEADERS[:3], "location"], [["iPads", "Fast lane", "5", "Annex"]])

    [fault] = import_batches(unclear, by=floor.by, at=AT).faults
    assert fault.sentence.startswith("2 queues are called “Fast lane”. Name the location, or put the id")
    assert import_batches(clear, by=floor.by, at=AT).faults == []
    assert Batch.objects.get().queue == there


def test_a_batch_is_moved_resized_and_given_other_technicians(floor: Floor, batch_of_ten: Batch, tom: User) -> None:
    floor.make_queue("Slow lane")
    table = export_batches(Batch.objects.all(), by=floor.by, at=AT)

    report = import_batches(
        changed(table, queue="Slow lane", number_cycles="7", technicians=tom.email), by=floor.by, at=AT
    )

    batch_of_ten.refresh_from_db()
    assert (report.changed, told(report)) == (1, [])
    assert (batch_of_ten.queue.label, batch_of_ten.number_cycles) == ("Slow lane", 7)
    assert Relation.objects.technicians().get(target_id=batch_of_ten.pk).source_user == tom


def test_a_due_date_is_changed_and_nothing_else(floor: Floor) -> None:
    work_order = floor.make_work_order()
    User.objects.filter(pk=floor.manager.pk).update(time_zone="Europe/Berlin")
    floor.manager.refresh_from_db()
    table = export_work_orders(WorkOrder.objects.all(), by=floor.by, at=AT)

    report = import_work_orders(changed(table, due_date="24.12.2026 12:00"), by=floor.by, at=AT)

    work_order.refresh_from_db()
    assert report.outcomes[0].told == "due_date: 2026-04-01 10:30+02:00 → 24.12.2026 12:00"
    assert work_order.due_date.isoformat() == "2026-12-24T11:00:00+00:00"


def test_fewer_cycles_than_are_given_out_are_a_fault_of_that_cell(floor: Floor, batch_of_ten: Batch) -> None:
    table = export_work_orders(WorkOrder.objects.all(), by=floor.by, at=AT)

    assert told(import_work_orders(changed(table, needed="3"), by=floor.by, at=AT)) == [(2, "needed")]
