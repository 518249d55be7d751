"""Units from files: all or none, what is faulty at its cell, and an export that changes nothing."""

from typing import Any

import pytest
from django.db import IntegrityError

from niagara.accounts.models import HistoryEntry, User
from niagara.accounts.operations import history
from niagara.accounts.operations.importing import Report
from niagara.directory.models import Category, Customer, Unit
from niagara.directory.operations.importing import export_units, import_units
from niagara.tables.reading import read_table
from niagara.tables.table import Table
from niagara.tables.writing import write_table
from tests.factories import AT, Floor, grant_only, make_user, relate, via_api

HEADERS = ["serial_number", "label", "customer", "location"]


def units_of(floor: Floor, *serials: str, **cells: str) -> Table:
    place = {"customer": floor.customer.label, "location": floor.location.label, **cells}
    return Table.of([*HEADERS[:2], *place], [[serial, "iPad", *place.values()] for serial in serials])


def run(table: Table, floor: Floor, user: User | None = None, **how: bool) -> Report:
    return import_units(table, by=via_api(user or floor.manager), at=AT, **how)


def told(report: Report) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.sentence) for fault in report.faults]


def test_units_are_made_with_history(floor: Floor) -> None:
    report = run(units_of(floor, "A1", "A2"), floor)

    assert (report.made, report.changed, report.faults) == (2, 0, [])
    assert set(Unit.objects.values_list("serial_number", flat=True)) == {"A1", "A2"}
    assert HistoryEntry.objects.filter(entity_type="UNIT", verb="created").count() == 2


def test_looking_writes_nothing(floor: Floor) -> None:
    report = run(units_of(floor, "A1", "A2"), floor, dry_run=True)

    assert report.made == 2
    assert not Unit.objects.exists()


def test_one_faulty_row_keeps_all_from_being_written(floor: Floor) -> None:
    report = run(units_of(floor, "A1", ""), floor)

    assert told(report) == [(3, "serial_number", "This can't be empty.")]
    assert not Unit.objects.exists()


def test_every_faulty_row_is_told_of_with_its_column(floor: Floor) -> None:
    floor.make_unit("TAKEN")
    headers = [*HEADERS, "status", "attributes"]
    good = [floor.customer.label, floor.location.label, "", ""]
    rows = [
        ["TAKEN", "iPad", *good],
        ["TWICE", "iPad", *good],
        ["TWICE", "iPad", *good],
        ["A1", "x" * 201, *good],
        ["A2", "iPad", "Nobody", "Nowhere", "Dancing", "[1]"],
    ]

    faults = told(run(Table.of(headers, rows), floor))

    assert [(row, column) for row, column, _ in faults] == [
        (2, "serial_number"),
        (3, "serial_number"),
        (4, "serial_number"),
        (5, "label"),
        (6, "customer"),
        (6, "location"),
        (6, "status"),
        (6, "attributes"),
    ]
    assert faults[0][2] == "The unit “iPad” has this serial number already."
    assert faults[4][2] == "There is no customer “Nobody”. Write its label as it is."


def test_two_of_one_name_are_told_apart_by_their_id(floor: Floor) -> None:
    other = Customer.objects.create(organization=floor.organization, label=floor.customer.label)

    unclear = run(units_of(floor, "A1"), floor)
    clear = run(units_of(floor, "A1", customer=str(other.pk)), floor)

    assert told(unclear) == [
        (2, "customer", "2 customers are called “Lexington Public Schools”. Put the id in place of the label.")
    ]
    assert clear.faults == []
    assert Unit.objects.get().customer == other


def test_headers_nobody_knows_are_told_of(floor: Floor) -> None:
    some = run(units_of(floor, "A1", colour="red"), floor)
    none = run(Table.of(["colour"], [["red"]]), floor)
    too_few = run(Table.of(["serial_number"], [["A2"]]), floor)

    assert (some.made, some.passed_over) == (1, ["colour"])
    assert none.faults[0].row == 1
    assert told(too_few) == [(2, "", "A new row needs the columns label, customer, location.")]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_is_imported_again_and_changes_nothing(floor: Floor, kind: str) -> None:
    Customer.objects.create(organization=floor.organization, label=floor.customer.label)
    floor.make_unit("=1+1", part_number="@part", attributes={"colour": "red", "size": [1, None]})
    floor.make_unit("-5", current_status=floor.status(Category.COMPLETE), part_number="two\r\nlines ")
    before = list(Unit.objects.order_by("pk").values())
    entries = HistoryEntry.objects.count()
    table = export_units(Unit.objects.all(), by=floor.by, at=AT)

    report = run(read_table(write_table(table, kind)), floor)

    assert told(report) == []
    assert (report.made, report.changed, report.unchanged) == (0, 0, 2)
    assert list(Unit.objects.order_by("pk").values()) == before
    assert HistoryEntry.objects.count() == entries


def _changed(table: Table, column: str, text: str) -> Table:
    table.lines[0].cells[table.headers.index(column)] = text
    return table


def test_a_row_with_an_id_changes_what_has_that_id(floor: Floor) -> None:
    unit, annex = floor.make_unit("A1"), floor.make_location()
    table = _changed(export_units(Unit.objects.all(), by=floor.by, at=AT), "location", "Annex")

    report = run(table, floor)

    unit.refresh_from_db()
    assert (report.changed, unit.location, unit.version) == (1, annex, 2)
    assert report.outcomes[0].told == "location: Menands → Annex"
    assert HistoryEntry.objects.of(unit).get().changes == {"location": ["Menands", "Annex"]}


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(floor: Floor) -> None:
    unit = floor.make_unit("A1")
    table = _changed(export_units(Unit.objects.all(), by=floor.by, at=AT), "label", "Mine")
    Unit.objects.filter(pk=unit.pk).update(label="Theirs", version=2)

    assert [fault[:2] for fault in told(run(table, floor))] == [(2, "version")]
    unit.refresh_from_db()
    assert unit.label == "Theirs"


def test_rows_of_another_organization_can_not_be_named(floor: Floor, other_floor: Floor) -> None:
    theirs = other_floor.make_unit("THEIRS")
    table = Table.of(["id", *HEADERS], [[str(theirs.pk), "A1", "iPad", floor.customer.label, floor.location.label]])
    by_id = units_of(floor, "A2", customer=str(other_floor.customer.pk))

    assert [fault[:2] for fault in told(run(table, floor))] == [(2, "id")]
    assert [fault[:2] for fault in told(run(by_id, floor))] == [(2, "customer")]
    assert run(units_of(floor, "THEIRS"), floor).made == 1  # serial numbers are each organization's own


def test_the_same_id_twice_is_a_fault(floor: Floor) -> None:
    floor.make_unit("A1")
    table = export_units(Unit.objects.all(), by=floor.by, at=AT)
    twice = Table.of(table.headers, [table.lines[0].cells, table.lines[0].cells])

    assert told(run(twice, floor)) == [(3, "id", "Row 2 has this id already.")]


def test_importing_needs_the_permission_where_the_unit_is(floor: Floor) -> None:
    somebody = make_user(floor.organization, None)
    grant_only(somebody, "unit:create", "customer:read", "location:read", match_location=True)
    relate(somebody, "contact", floor.location)
    relate(somebody, "contact", floor.customer)
    somebody.__dict__.pop("location_ids", None)

    assert run(units_of(floor, "A1"), floor, somebody).faults == []
    viewer = make_user(floor.organization, "Viewer")
    assert "unit:create" in run(units_of(floor, "A2"), floor, viewer).faults[0].sentence


def test_a_superuser_belongs_to_no_organization(floor: Floor) -> None:
    root = User.objects.create_superuser("root@example.com", "secret")

    assert "no organization" in run(units_of(floor, "A1"), floor, root).faults[0].sentence


def test_a_failing_history_leaves_no_unit(monkeypatch: pytest.MonkeyPatch, floor: Floor) -> None:
    def fail(entries: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr(history, "record_all", fail)
    with pytest.raises(IntegrityError):
        run(units_of(floor, "A1", "A2"), floor)

    assert not Unit.objects.exists()


def test_the_cost_is_the_same_for_two_and_for_two_hundred(floor: Floor, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(14):
        run(units_of(floor, "A1", "A2"), floor)
    with django_assert_max_num_queries(14):
        run(units_of(floor, *(f"B{number}" for number in range(200))), floor)
