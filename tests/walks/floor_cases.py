"""The operations behind the screens, ready to be called: holding, closing, arranging, stacks and imports."""

from functools import partial
from typing import Any

from batches.operations import arranging, assigning, claiming, cycling, holding, leading, stacking
from batches.operations.changing import Changes
from batches.operations.importing import import_batches as import_table_of_batches
from niagara.directory.operations.importing import import_units as import_table_of_units
from niagara.records.operations import drafting
from niagara.tables.table import Table
from tests.factories import AT, STEPS, Floor, make_user, make_workflow
from tests.walks.batch_cases import started
from tests.walks.cases import call, case, tom_of
from workorders.operations import closing
from workorders.operations.importing import import_work_orders as import_table_of_work_orders


def by_manager(floor: Floor, operation: Any, *args: Any, **kwargs: Any) -> partial[Any]:
    """For what is done in the organization of whoever asks: System belongs to none."""
    return partial(operation, *args, by=floor.by, at=AT, **kwargs)


@case
def claim_next(floor: Floor) -> partial[Any]:
    floor.make_batch(2)
    return call(claiming.claim_next, technician=floor.manager)


@case
def hand_over_cycle(floor: Floor) -> partial[Any]:
    colleague = make_user(floor.organization, "Production manager")
    return call(cycling.hand_over_cycle, cycle=started(floor), technician=colleague)


@case
def scan_into_step(floor: Floor) -> partial[Any]:
    fields = [{"label": "Serial number", "entity_field": "serial_number", "required": True}]
    scan = {**STEPS["unpack"], "component": "manual-data-entry", "fields": fields, "can_stack": True}
    workflow = make_workflow(floor.organization, "Stack", {**STEPS, "unpack": scan})
    batch = floor.make_batch(1, floor.make_work_order(1, workflow=workflow))
    return call(stacking.scan_into_step, batch=batch, step="unpack", serial_number="SN-5")


@case
def hold_batch(floor: Floor) -> partial[Any]:
    return call(holding.hold_batch, batch=floor.make_batch(2), reason="No glue")


@case
def release_batch(floor: Floor) -> partial[Any]:
    batch = holding.hold_batch(batch=floor.make_batch(2), reason="No glue", by=floor.by, at=AT)
    return call(holding.release_batch, batch=batch)


@case
def lead_batch(floor: Floor) -> partial[Any]:
    changes: Changes = {"label": "Cart 1"}
    return call(leading.lead_batch, batch=floor.make_batch(2), changes=changes, hold_reason="No glue")


@case
def lead_work_order(floor: Floor) -> partial[Any]:
    return call(leading.lead_work_order, work_order=floor.make_work_order(2), hold_reason="No glue")


@case
def hold_work_order(floor: Floor) -> partial[Any]:
    return call(holding.hold_work_order, work_order=floor.make_work_order(2), reason="No glue")


@case
def release_work_order(floor: Floor) -> partial[Any]:
    held = holding.hold_work_order(work_order=floor.make_work_order(2), reason="No glue", by=floor.by, at=AT)
    return call(holding.release_work_order, work_order=held)


@case
def close_work_order(floor: Floor) -> partial[Any]:
    return call(closing.close_work_order, work_order=floor.make_work_order(2))


@case
def reopen_work_order(floor: Floor) -> partial[Any]:
    work_order = floor.make_work_order(2)
    closing.close_work_order(work_order=work_order, by=floor.by, at=AT)
    return call(closing.reopen_work_order, work_order=work_order)


@case
def move_batches(floor: Floor) -> partial[Any]:
    batches = [floor.make_batch(2), floor.make_batch(2)]
    return call(arranging.move_batches, batches=batches, queue=floor.make_queue())


@case
def spread_technicians(floor: Floor) -> partial[Any]:
    batches = [floor.make_batch(2), floor.make_batch(2)]
    return call(assigning.spread_technicians, batches, [tom_of(floor), make_user(floor.organization, "Technician")])


def units_of(floor: Floor) -> Table:
    headers = ["serial_number", "label", "customer", "location"]
    return Table.of(headers, [["A1", "iPad", floor.customer.label, floor.location.label]])


@case
def import_units(floor: Floor) -> partial[Any]:
    return by_manager(floor, import_table_of_units, units_of(floor))


@case
def import_draft(floor: Floor) -> partial[Any]:
    table = units_of(floor)
    draft = drafting.keep_draft(table, "units", "units.csv", import_table_of_units, by=floor.by, at=AT)
    return by_manager(floor, drafting.import_draft, draft, import_table_of_units)


@case
def import_batches(floor: Floor) -> partial[Any]:
    floor.make_work_order(20, "iPads")
    table = Table.of(["work_order", "queue", "number_cycles"], [["iPads", "Fast lane", "8"]])
    return by_manager(floor, import_table_of_batches, table)


@case
def import_work_orders(floor: Floor) -> partial[Any]:
    headers = ["label", "project", "location", "workflow", "needed", "begin_date", "due_date"]
    row = ["iPads", floor.project.label, floor.location.label, floor.workflow.label, "5", "2026-03-02", "2026-04-02"]
    return by_manager(floor, import_table_of_work_orders, Table.of(headers, [row]))
