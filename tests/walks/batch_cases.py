"""The operations of batches and cycles, ready to be called."""

from functools import partial
from typing import Any

from batches.models import Batch, BatchGroup, Cycle
from batches.operations import changing, creating, cycling, deleting, recounting
from niagara.accounts.actor import Actor
from tests.factories import AT, Floor
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
    cycling.complete_cycle(cycle=started(floor, batch), by=floor.by, at=AT)
    group = BatchGroup.objects.create(organization=floor.organization, work_order=batch.work_order, name="Pallet 2")
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
    Batch.objects.filter(pk=batch.pk).update(pending=0, in_progress=1)
    return partial(_recount, by=Actor.system(), at=AT)


def _recount(**who_and_when: Any) -> None:
    recounting.write_right(list(recounting.differences()), **who_and_when)


# Cycles: the only one of its work order, which follows wherever it goes


def started(floor: Floor, batch: Batch | None = None) -> Cycle:
    cycle = (batch or floor.make_batch(1)).cycles.pending()[0]
    return cycling.start_cycle(cycle=cycle, technician=floor.manager, by=floor.by, at=AT)


@case
def start_cycle(floor: Floor) -> partial[Any]:
    return call(cycling.start_cycle, cycle=floor.make_batch(1).cycles.get(), technician=floor.manager)


@case
def send_to_verification(floor: Floor) -> partial[Any]:
    return call(cycling.send_to_verification, cycle=started(floor))


@case
def pass_verification(floor: Floor) -> partial[Any]:
    cycle = cycling.send_to_verification(cycle=started(floor), by=floor.by, at=AT)
    return call(cycling.pass_verification, cycle=cycle)


@case
def complete_cycle(floor: Floor) -> partial[Any]:
    return call(cycling.complete_cycle, cycle=started(floor))


@case
def block_cycle(floor: Floor) -> partial[Any]:
    return call(cycling.block_cycle, cycle=started(floor), reason="waiting for parts")


@case
def unblock_cycle(floor: Floor) -> partial[Any]:
    cycle = cycling.block_cycle(cycle=started(floor), reason="waiting for parts", by=floor.by, at=AT)
    return call(cycling.unblock_cycle, cycle=cycle)


@case
def release_cycle(floor: Floor) -> partial[Any]:
    return call(cycling.release_cycle, cycle=started(floor))


@case
def fail_cycle(floor: Floor) -> partial[Any]:
    return call(cycling.fail_cycle, cycle=started(floor), reason="damaged")


@case
def cancel_cycle(floor: Floor) -> partial[Any]:
    return call(cycling.cancel_cycle, cycle=started(floor))
