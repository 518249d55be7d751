"""One step for a stack of devices: what they share is set once, then one after the other is scanned."""

from datetime import datetime
from typing import Any

from django.db import transaction

from batches.models import Batch, Cycle
from batches.operations.claiming import claim_cycle
from batches.operations.running import close_step
from batches.operations.scanning import SERIAL_NUMBER
from niagara.accounts.actor import Actor
from niagara.directory.models import IN_FLIGHT
from niagara.refusals import Conflict
from workorders.models import WorkflowVersion
from workorders.workflow import Definition


class NotInTheBatch(Conflict):
    """No cycle of the batch that is in hand is about this device."""


class OneByOne(Conflict):
    """The step is not one that can be done for a stack."""


@transaction.atomic
def scan_into_step(
    *,
    batch: Batch,
    step: str,
    serial_number: str,
    by: Actor,
    at: datetime,
    items: object = None,
    fields: list[dict[str, Any]] | None = None,
) -> Cycle:
    """Close the step for the device that was scanned, with the answers its stack shares.

    A step that asks for the serial number starts the batch's next cycle on the device.

    Raises NotInTheBatch, OneByOne, NothingToClaim, and what `claim_cycle` and `close_step` raise.
    """
    cycle = _in_hand(batch, serial_number)
    if cycle is None:
        cycle = _without_device(batch, step, by) or _claimed(batch, step, serial_number, by=by, at=at)
    assert cycle.context is not None  # it is in flight
    if not can_stack(cycle.context.definition, step):
        raise OneByOne("This step is done for one device at a time.")
    scanned = [{"entity_field": SERIAL_NUMBER, "value": serial_number}] if _asks_for_it(cycle, step) else []
    close_step(context=cycle.context, step=step, items=items, fields=[*(fields or []), *scanned], by=by, at=at)
    return cycle


def can_stack(definition: Definition, name: str) -> bool:
    """Whether the workflow allows this step to be done for a stack."""
    return bool(getattr(definition.steps.get(name), "can_stack", False))


def _in_hand(batch: Batch, serial_number: str) -> Cycle | None:
    in_flight = batch.cycles.filter(category__in=IN_FLIGHT)
    found: Cycle | None = in_flight.filter(unit__serial_number=serial_number).select_related(*_ALONG).first()
    return found


def _without_device(batch: Batch, step: str, by: Actor) -> Cycle | None:
    """A cycle that the same person has started, and that waits in this step for its device."""
    started = batch.cycles.filter(category__in=IN_FLIGHT, unit=None, technician=by.user).select_related(*_ALONG)
    return next((one for one in started if one.context is not None and step in one.context.run.current_steps), None)


def _claimed(batch: Batch, step: str, serial_number: str, *, by: Actor, at: datetime) -> Cycle:
    definition = WorkflowVersion.objects.newest_of(batch.work_order.workflow_id).definition
    if not any(field.entity_field == SERIAL_NUMBER for field in getattr(definition.steps.get(step), "fields", ())):
        raise NotInTheBatch(f"{serial_number} is in no cycle of {batch.label} that is in hand.")
    return claim_cycle(batch=batch, technician=by.user, by=by, at=at)


def _asks_for_it(cycle: Cycle, step: str) -> bool:
    assert cycle.context is not None
    asked = getattr(cycle.context.definition.steps[step], "fields", ())
    return any(field.entity_field == SERIAL_NUMBER for field in asked)


_ALONG = ("context__workflow_version", "unit")
