"""The operations of batches and cycles, ready to be called."""

from datetime import timedelta
from functools import partial
from typing import Any

from batches.models import Batch, BatchGroup, Cycle
from batches.operations import (
    cancelling,
    changing,
    claiming,
    creating,
    cycling,
    deleting,
    grouping,
    recounting,
    regrouping,
    running,
    tagging,
    waiting,
)
from niagara.accounts.actor import Actor
from niagara.records.operations import noting
from tests.cycles import complete_cycle
from tests.factories import AT, STEPS, Floor, make_workflow
from tests.walks.cases import call, case, tom_of


@case
def create_batch(floor: Floor) -> partial[Any]:
    work_order = floor.make_work_order(6)
    deleting.delete_batch(batch=floor.make_batch(3, work_order), by=floor.by, at=AT)
    wishes = creating.Wishes(technicians=[tom_of(floor)])
    return call(creating.create_batch, work_order=work_order, queue=floor.queue, number_cycles=5, wishes=wishes)


@case
def break_down(floor: Floor) -> partial[Any]:
    wishes = creating.Wishes(technicians=[tom_of(floor)])
    work_order = floor.make_work_order(6)
    return call(creating.break_down, work_order=work_order, queue=floor.queue, number_cycles=4, wishes=wishes)


@case
def change_batch(floor: Floor) -> partial[Any]:
    batch = floor.make_batch(2, floor.make_work_order(4))
    complete_cycle(cycle=started(floor, batch), by=floor.by, at=AT)
    group = pallet_of(batch)
    changes: changing.Changes = {
        "label": "Rush",
        "queue": floor.make_queue(location=floor.make_location()),
        "number_cycles": 1,  # what remains is complete
        "mixing_station": floor.station,
        "batch_group": group,
    }
    return call(changing.change_batch, batch=batch, changes=changes)


@case
def delete_batch(floor: Floor) -> partial[Any]:
    batch = floor.make_batch(1, technicians=[tom_of(floor)])
    cycling.cancel_cycle(cycle=batch.cycles.get(), by=floor.by, at=AT)  # so is the work order, for now
    return call(deleting.delete_batch, batch=batch)


@case
def write_right(floor: Floor) -> partial[Any]:
    batch = floor.make_batch(2)
    Batch.objects.filter(pk=batch.pk).update(pending=0, complete=1)
    return partial(_recount, by=Actor.system(), at=AT)


def _recount(**who_and_when: Any) -> None:
    recounting.write_right(list(recounting.differences()), **who_and_when)


# Batch groups


def pallet_of(batch: Batch, **changes: Any) -> BatchGroup:
    """Another group of the batch's work order."""
    by = Actor.system()
    return grouping.create_group(work_order=batch.work_order, changes={"name": "Pallet 2", **changes}, by=by, at=AT)


@case
def create_group(floor: Floor) -> partial[Any]:
    changes: grouping.GroupChanges = {
        "name": "Pallet 2",
        "tags": ["fragile"],
        "settings": {"layers": 2},
        "equipment": [floor.station],
        "container": {"container_type": "pallet", "label": "P-2"},
        "delivery_status": "ready",
    }
    return call(grouping.create_group, work_order=floor.make_work_order(), changes=changes)


@case
def change_group(floor: Floor) -> partial[Any]:
    group = pallet_of(floor.make_batch(1), tags=["heavy"])
    changes: grouping.GroupChanges = {"name": "Pallet 3", "tags": ["fragile"], "equipment": [floor.station]}
    return call(grouping.change_group, group=group, changes=changes)


@case
def change_tags(floor: Floor) -> partial[Any]:
    group = pallet_of(floor.make_batch(1), tags=["heavy"])
    return call(tagging.change_tags, group=group, add=["fragile"], remove=["heavy"])


@case
def put_into(floor: Floor) -> partial[Any]:
    batch = floor.make_batch(1, floor.make_work_order(2))
    other = floor.make_batch(1, batch.work_order)
    return call(regrouping.put_into, group=pallet_of(batch), batches=[batch, other])


@case
def move_all_stations(floor: Floor) -> partial[Any]:
    batch = floor.make_batch(1, floor.make_work_order(2))
    floor.make_batch(1, batch.work_order)
    return call(grouping.move_all_stations, group=batch.batch_group, station=floor.station)


@case
def delete_group(floor: Floor) -> partial[Any]:
    group = pallet_of(floor.make_batch(1), equipment=[floor.station])
    noting.write_note(group, "Fragile", by=floor.by, at=AT)
    return call(grouping.delete_group, group=group)


# Cycles: the only one of its work order, which follows wherever it goes


def started(floor: Floor, batch: Batch | None = None) -> Cycle:
    cycle = (batch or floor.make_batch(1)).cycles.pending()[0]
    return cycling.start_cycle(cycle=cycle, technician=floor.manager, by=floor.by, at=AT)


@case
def start_cycle(floor: Floor) -> partial[Any]:
    return call(cycling.start_cycle, cycle=floor.make_batch(1).cycles.get(), technician=floor.manager)


@case
def claim_cycle(floor: Floor) -> partial[Any]:
    return call(claiming.claim_cycle, batch=floor.make_batch(1), technician=floor.manager)


@case
def start_on_unit(floor: Floor) -> partial[Any]:
    work_order = floor.make_batch(1).work_order
    unit = floor.make_unit()
    return call(claiming.start_on_unit, work_order=work_order, unit=unit, technician=floor.manager)


@case
def start_context(floor: Floor) -> partial[Any]:
    return call(running.start_context, workflow=floor.workflow, unit=floor.make_unit())


@case
def close_step(floor: Floor) -> partial[Any]:
    """Of a new device, which is set aside at once: the unit, the cycle and its retry."""
    fields = [{"label": "Serial number", "entity_field": "serial_number", "required": True}]
    scan = {"component": "manual-data-entry", "fields": fields, "goto": "broken"}
    workflow = make_workflow(floor.organization, "Scan", {**STEPS, "unpack": {**STEPS["unpack"], **scan}})
    cycle = started(floor, floor.make_batch(1, floor.make_work_order(1, workflow=workflow)))
    sent = [{"label": "Serial number", "value": "SN-1"}]
    return call(running.close_step, context=cycle.context, step="unpack", fields=sent)


def waiting_cycle(floor: Floor) -> Cycle:
    wait = {"step_type": "wait", "label": "Wait", "time": 1, "stop_at": 1, "goto": "done", "goto_fail": "broken"}
    workflow = make_workflow(
        floor.organization, "Wait", {"wait": wait, "done": STEPS["done"], "broken": STEPS["broken"]}
    )
    return started(floor, floor.make_batch(1, floor.make_work_order(1, workflow=workflow)))


@case
def look_at_wait(floor: Floor) -> partial[Any]:
    context = waiting_cycle(floor).context
    return partial(waiting.look_at_wait, context=context, by=Actor.system(), at=AT + timedelta(seconds=1))


@case
def cancel_cycles(floor: Floor) -> partial[Any]:
    batch = floor.make_batch(2)
    started(floor, batch)
    return call(cancelling.cancel_cycles, work_order=batch.work_order)


@case
def block_cycle(floor: Floor) -> partial[Any]:
    return call(cycling.block_cycle, cycle=started(floor), reason="Waiting for parts")


@case
def unblock_cycle(floor: Floor) -> partial[Any]:
    cycle = cycling.block_cycle(cycle=started(floor), reason="Waiting for parts", by=floor.by, at=AT)
    return call(cycling.unblock_cycle, cycle=cycle)


@case
def release_cycle(floor: Floor) -> partial[Any]:
    return call(cycling.release_cycle, cycle=started(floor))


@case
def fail_cycle(floor: Floor) -> partial[Any]:
    return call(cycling.fail_cycle, cycle=started(floor), reason="Damaged")


@case
def cancel_cycle(floor: Floor) -> partial[Any]:
    return call(cycling.cancel_cycle, cycle=started(floor))
