"""Which device a cycle is about, and what its steps write on it."""

from typing import Any

import pytest

from batches.models import Cycle
from batches.operations.cycling import fail_cycle, release_cycle, start_cycle
from batches.operations.scanning import (
    BadUnit,
    NoUnitYet,
    SerialNumberTaken,
    UnitElsewhere,
    UnitOfSomebodyElse,
)
from niagara.accounts.models import User
from niagara.directory.models import Category, Customer, Unit
from niagara.refusals import Invalid
from tests.cycles import close, complete_cycle
from tests.factories import AT, STEPS, Floor, grant_only, make_workflow, via_api
from workorders.models import WorkOrder

SERIAL = {"label": "Serial number", "entity_field": "serial_number", "required": True}


def entry(*fields: dict[str, Any], goto: str = "unpack") -> dict[str, Any]:
    fields_key = {"component": "manual-data-entry", "fields": list(fields)}
    return {"step_type": "user", "label": "Scan", "goto": goto, "goto_fail": "broken", **fields_key}


@pytest.fixture
def work_order(floor: Floor) -> WorkOrder:
    """Of devices whose serial number is scanned first; then they are unpacked."""
    work_order = floor.make_work_order(
        8, workflow=make_workflow(floor.organization, "Scan", {"scan": entry(SERIAL), **STEPS})
    )
    floor.make_batch(8, work_order)
    return work_order


def start(work_order: WorkOrder, floor: Floor, **fields: Any) -> Cycle:
    cycle = work_order.cycles.pending()[0]
    return start_cycle(cycle=cycle, technician=floor.manager, by=floor.by, at=AT, **fields)


def scan(cycle: Cycle, serial_number: str, floor: Floor) -> Cycle:
    return close(cycle, by=floor.by, at=AT, fields=[{"label": "Serial number", "value": serial_number}])


def test_a_new_serial_number_makes_the_unit(floor: Floor, work_order: WorkOrder) -> None:
    cycle = scan(start(work_order, floor), " C02X7 ", floor)

    unit = Unit.objects.get()
    assert (unit.serial_number, unit.customer, unit.location) == ("C02X7", floor.customer, floor.location)
    assert (cycle.unit, cycle.context.unit) == (unit, unit)  # type: ignore[union-attr]


def test_a_known_serial_number_finds_the_unit(floor: Floor, work_order: WorkOrder) -> None:
    unit = floor.make_unit("C02X7")

    assert scan(start(work_order, floor), "C02X7", floor).unit == unit
    assert Unit.objects.count() == 1


def test_a_serial_number_that_is_in_work_is_refused_and_says_where(floor: Floor, work_order: WorkOrder) -> None:
    scan(start(work_order, floor), "C02X7", floor)
    second = start(work_order, floor)

    with pytest.raises(UnitElsewhere, match=r"C02X7 is in cycle 1 of Provision iPads #1 already \(In Progress\)"):
        scan(second, "C02X7", floor)

    second.refresh_from_db()
    assert (second.unit, second.context.run.current_steps) == (None, ("scan",))  # type: ignore[union-attr]


def test_who_may_not_see_the_other_cycle_is_not_told_of_it(floor: Floor, work_order: WorkOrder, tom: User) -> None:
    annex = floor.make_work_order(1, workflow=work_order.workflow)
    scan(start_cycle(cycle=floor.make_batch(1, annex, floor.make_queue(location=floor.make_location())).cycles.get(),
                     technician=floor.manager, by=floor.by, at=AT), "C02X7", floor)  # fmt: skip
    cycle = start(work_order, floor)
    grant_only(tom, "context:step")

    with pytest.raises(UnitElsewhere, match="C02X7 is being worked on elsewhere"):
        close(cycle, by=via_api(tom), at=AT, fields=[{"label": "Serial number", "value": "C02X7"}])


def test_a_device_is_done_once_for_a_work_order_and_again_for_another(floor: Floor, work_order: WorkOrder) -> None:
    complete_cycle(cycle=scan(start(work_order, floor), "C02X7", floor), by=floor.by, at=AT)
    with pytest.raises(UnitElsewhere, match="Complete"):
        scan(start(work_order, floor), "C02X7", floor)

    another = floor.make_work_order(1, workflow=work_order.workflow)
    floor.make_batch(1, another)
    cycle = complete_cycle(cycle=scan(start(another, floor), "C02X7", floor), by=floor.by, at=AT)

    assert cycle.category == Category.COMPLETE


def test_a_device_whose_cycle_was_given_back_goes_on_in_that_cycle(floor: Floor, work_order: WorkOrder) -> None:
    released = scan(start(work_order, floor), "C02X7", floor)
    release_cycle(cycle=released, by=floor.by, at=AT)
    second = start_cycle(cycle=work_order.cycles.get(number=2), technician=floor.manager, by=floor.by, at=AT)

    with pytest.raises(UnitElsewhere, match=r"cycle 1 .* \(Pending\)"):
        scan(second, "C02X7", floor)


def test_a_device_of_another_customer_is_refused(floor: Floor, work_order: WorkOrder) -> None:
    floor.make_unit("C02X7", customer=Customer.objects.create(organization=floor.organization, label="Somebody"))

    with pytest.raises(UnitOfSomebodyElse, match="belongs to another customer"):
        scan(start(work_order, floor), "C02X7", floor)


def test_a_mistyped_serial_number_is_put_right_on_the_same_unit(floor: Floor) -> None:
    steps = {"scan": entry(SERIAL, goto="again"), "again": entry(SERIAL), **STEPS}
    work_order = floor.make_work_order(1, workflow=make_workflow(floor.organization, "Scan twice", steps))
    floor.make_batch(1, work_order)
    cycle = scan(start(work_order, floor), "C02X", floor)
    floor.make_unit("TAKEN")

    with pytest.raises(SerialNumberTaken, match="TAKEN has this serial number already"):
        scan(cycle, "TAKEN", floor)
    cycle = scan(cycle, "C02X7", floor)

    assert cycle.unit.serial_number == "C02X7"  # type: ignore[union-attr]
    assert set(Unit.objects.values_list("serial_number", flat=True)) == {"C02X7", "TAKEN"}


def test_the_retry_of_a_broken_device_may_be_about_another_one(floor: Floor, work_order: WorkOrder) -> None:
    broken = scan(start(work_order, floor), "BROKEN", floor)
    retry = fail_cycle(cycle=broken, reason="Damaged", by=floor.by, at=AT)

    retry = start_cycle(cycle=retry, technician=floor.manager, by=floor.by, at=AT)
    retry = scan(retry, "NEW", floor)

    assert retry.unit.serial_number == "NEW"  # type: ignore[union-attr]
    assert Cycle.objects.get(pk=broken.pk).unit.serial_number == "BROKEN"  # type: ignore[union-attr]


def test_a_repaired_device_is_scanned_again_in_its_retry(floor: Floor, work_order: WorkOrder) -> None:
    retry = fail_cycle(cycle=scan(start(work_order, floor), "C02X7", floor), reason="Damaged", by=floor.by, at=AT)
    retry = start_cycle(cycle=retry, technician=floor.manager, by=floor.by, at=AT)

    assert complete_cycle(cycle=scan(retry, "C02X7", floor), by=floor.by, at=AT).category == Category.COMPLETE


def test_a_retry_whose_device_is_in_work_elsewhere_starts_without_one(floor: Floor, work_order: WorkOrder) -> None:
    retry = fail_cycle(cycle=scan(start(work_order, floor), "C02X7", floor), reason="Damaged", by=floor.by, at=AT)
    scan(
        start_cycle(cycle=work_order.cycles.get(number=2), technician=floor.manager, by=floor.by, at=AT), "C02X7", floor
    )

    assert start_cycle(cycle=retry, technician=floor.manager, by=floor.by, at=AT).unit is None


def test_a_cycle_is_started_on_a_unit_only_where_no_other_has_it(
    floor: Floor, work_order: WorkOrder, olga: User
) -> None:
    unit = floor.make_unit("C02X7")
    assert start(work_order, floor, unit=unit).unit == unit

    with pytest.raises(UnitElsewhere):
        start(work_order, floor, unit=unit)
    stranger = Unit.objects.create(
        organization=olga.organization, label="iPad", serial_number="C02X7",
        customer=Customer.objects.get(organization=olga.organization), location=floor.location,
    )  # fmt: skip
    with pytest.raises(Invalid, match="same organization"):
        start(work_order, floor, unit=stranger)


FIELDS = {
    "Label": "label",
    "Part": "part_number",
    "Status": "status",
    "Place": "location",
    "Tag": "attributes.tag",
    "Colour": "$colour",
}


@pytest.fixture
def described(floor: Floor) -> Cycle:
    """Its second step asks for all that can be written."""
    fields = [{"label": label, "entity_field": where, "required": False} for label, where in FIELDS.items()]
    steps = {"scan": entry(SERIAL, goto="describe"), "describe": entry(*fields), **STEPS}
    work_order = floor.make_work_order(1, workflow=make_workflow(floor.organization, "Describe", steps))
    floor.make_batch(1, work_order)
    return scan(start(work_order, floor), "C02X7", floor)


def describe(cycle: Cycle, floor: Floor, **values: Any) -> Cycle:
    fields = [{"label": label, "value": value} for label, value in values.items()]
    return close(cycle, by=floor.by, at=AT, fields=fields)


def test_values_go_to_the_unit_and_to_the_context(floor: Floor, described: Cycle) -> None:
    annex = floor.make_location()

    cycle = describe(
        described, floor, Label="iPad", Part="MPQ03", Status="Complete", Place="Annex", Tag=4711, Colour="blue"
    )

    unit = Unit.objects.get()
    assert (unit.label, unit.part_number, unit.attributes) == ("iPad", "MPQ03", {"tag": 4711})
    assert (unit.current_status, unit.location) == (floor.status(Category.COMPLETE), annex)
    assert cycle.context.run.data == {"colour": "blue"}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("label", "value"), [("Label", "x" * 201), ("Part", "x" * 101), ("Status", "Nowhere"), ("Place", "Atlantis")]
)
def test_a_value_that_can_not_be_written_is_refused_and_nothing_is_lost(
    floor: Floor, described: Cycle, label: str, value: str
) -> None:
    with pytest.raises(BadUnit) as refused:
        describe(described, floor, Tag=1, **{label: value})

    assert [fault.path for fault in refused.value.faults] == [("fields",)]
    assert Unit.objects.get().attributes == {}


def test_what_is_written_on_a_unit_waits_until_it_is_known_which_that_is(floor: Floor) -> None:
    steps = {"name": entry({"label": "Label", "entity_field": "label"}), **STEPS}
    work_order = floor.make_work_order(1, workflow=make_workflow(floor.organization, "Name", steps))
    floor.make_batch(1, work_order)

    with pytest.raises(NoUnitYet, match="serial number comes first"):
        close(start(work_order, floor), by=floor.by, at=AT, fields=[{"label": "Label", "value": "iPad"}])


@pytest.mark.parametrize(("status", "ends"), [("Complete", Category.COMPLETE), ("Nowhere", Category.CANCELLED)])
def test_a_function_sets_the_status_of_the_scanned_unit_or_fails(floor: Floor, status: str, ends: Category) -> None:
    mark = {"step_type": "function", "label": "Mark", "function": "set-entity-status", "status": status}
    steps = {"scan": entry(SERIAL, goto="mark"), "mark": {**mark, "goto": "done", "goto_fail": "broken"}, **STEPS}
    del steps["unpack"]
    work_order = floor.make_work_order(1, workflow=make_workflow(floor.organization, "Mark", steps))
    floor.make_batch(1, work_order)

    cycle = scan(start(work_order, floor), "C02X7", floor)

    assert cycle.category == ends
    expected = floor.status(Category.COMPLETE) if ends is Category.COMPLETE else None
    assert Unit.objects.get().current_status == expected
