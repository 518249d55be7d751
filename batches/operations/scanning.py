"""Which device a cycle is about, and what its steps write on the device.

A cycle learns its unit when it is started on one, or when a step asks for the serial number: the
scanner says which device is in hand.
"""

from collections.abc import Iterable, Iterator
from copy import copy
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from batches.models import Cycle
from niagara.accounts.actor import Actor
from niagara.accounts.operations import history
from niagara.accounts.operations.locking import hold
from niagara.accounts.operations.saving import differences
from niagara.directory.models import IN_FLIGHT, Category, Location, Status, Unit
from niagara.refusals import Conflict, Fault, Invalid
from workorders.models import Context
from workorders.workflow import Effect, SetEntityLocation, SetEntityProperty, SetEntityStatus

SERIAL_NUMBER = "serial_number"
OF_UNITS = (SetEntityProperty, SetEntityStatus, SetEntityLocation)
_NEW = "Device"  # what a unit is called until somebody names it
_ATTRIBUTES = "attributes."


class UnitElsewhere(Conflict):
    """Another cycle works on the unit, or has done so already."""


class UnitOfSomebodyElse(Conflict):
    """The unit is not the customer's for whom the work is done."""


class SerialNumberTaken(Conflict):
    """Another unit has the serial number."""


class NoUnitYet(Conflict):
    """There is no device to write on."""


class BadUnit(Invalid):
    """What was entered can't be written on the unit."""


def take_unit(unit: Unit, cycle: Cycle, *, by: Actor) -> None:
    """Let a held cycle that is about to start, or to start again, be about this unit; it is not saved.

    Raises RemovedMeanwhile, Invalid, UnitOfSomebodyElse, UnitElsewhere.
    """
    context = cycle.context
    if context is not None and context.unit_id not in (None, unit.pk):
        raise UnitElsewhere(f"Cycle {cycle.number} is about {context.unit} already; start another one.")
    _check_unit(unit, cycle, by=by)
    cycle.unit = unit
    if context is not None:
        context.unit = unit
        context.save(update_fields=["unit"])


def is_elsewhere(unit: Unit, cycle: Cycle) -> bool:
    """Whether another cycle than this one works on the unit, or has done so for the same work order."""
    return _other_cycles(unit, cycle).exists()


def write_on_unit(effects: Iterable[Effect], context: Context, cycle: Cycle | None, *, by: Actor, at: datetime) -> None:
    """Write on the unit of a context what its steps set. A serial number says first which unit that is.

    Raises UnitElsewhere, UnitOfSomebodyElse, SerialNumberTaken, NoUnitYet, BadUnit.
    """
    wanted = [effect for effect in effects if isinstance(effect, OF_UNITS)]
    if not wanted:
        return
    changes = _changes(wanted, context.organization_id)
    if SERIAL_NUMBER in changes:
        _identify(changes[SERIAL_NUMBER], context, cycle, by=by, at=at)
    if context.unit is None:
        raise NoUnitYet("It is not known yet which device this is; a step that asks for its serial number comes first.")
    unit = hold(Unit.objects.all(), context.unit.pk)
    before = copy(unit)
    for name, value in changes.items():
        if name.startswith(_ATTRIBUTES):
            unit.attributes = {**unit.attributes, name.removeprefix(_ATTRIBUTES): value}
        else:
            setattr(unit, name, value)
    changed = differences(before, unit)
    if changed:
        unit.updated = at
        unit.version += 1
        unit.save(force_update=True)
        history.record(unit, "changed", by=by, at=at, changes=changed)
    context.unit = unit


def find_status(label: str, organization_id: int) -> Status | None:
    return Status.objects.filter(organization_id=organization_id, status=label).first()


def find_location(text: str, organization_id: int) -> Location | None:
    """The location with this id, or else the only one with this label."""
    here = Location.objects.filter(organization_id=organization_id)
    try:
        return here.filter(pk=UUID(text)).first()
    except ValueError:
        found = list(here.filter(label=text)[:2])
        return found[0] if len(found) == 1 else None


def _check_unit(unit: Unit, cycle: Cycle, *, by: Actor) -> None:
    """Hold a unit, if the cycle can be about it."""
    if unit.organization_id != cycle.organization_id:
        raise Invalid([Fault("enum", ("entity", "entity_id"), "Choose a unit of the same organization.")])
    unit = hold(Unit.objects.all(), unit.pk)
    if unit.customer_id != cycle.work_order.project.customer_id:
        raise UnitOfSomebodyElse(f"{unit} belongs to another customer than this work is for.")
    other = _other_cycles(unit, cycle).select_related("batch", "work_order").first()
    if other is not None:
        raise UnitElsewhere(_told(unit, other, by))


def _other_cycles(unit: Unit, cycle: Cycle) -> Any:
    under_way = Q(category__in=IN_FLIGHT) | Q(category=Category.PENDING, context__isnull=False)
    done_for_it = Q(category=Category.COMPLETE, work_order=cycle.work_order_id)
    return Cycle.objects.filter(under_way | done_for_it, unit=unit).exclude(pk=cycle.pk)


def _told(unit: Unit, other: Cycle, by: Actor) -> str:
    if not Cycle.objects.visible_to(by.user).filter(pk=other.pk).exists():
        return f"{unit} is being worked on elsewhere."
    return f"{unit} is in cycle {other.number} of {other.batch or other.work_order} already ({other.status})."


def _identify(serial_number: str, context: Context, cycle: Cycle | None, *, by: Actor, at: datetime) -> None:
    """Let the context and its cycle be about the unit with this serial number, which is made if it is new.

    A unit that is in hand already gets the serial number, if that was not given yet. A retry may be
    about another device than the cycle that failed.
    """
    in_hand = context.unit
    if in_hand is not None and in_hand.serial_number == serial_number:
        return
    found = Unit.objects.filter(organization_id=context.organization_id, serial_number=serial_number).first()
    if cycle is None or (in_hand is not None and not cycle.is_retry):
        if found is not None:
            where = _other_cycles(found, cycle).first() if cycle is not None else None
            raise SerialNumberTaken(
                _told(found, where, by) if where else f"{found} has this serial number already; look again."
            )
        return  # `write_on_unit` writes it
    unit = found or _new_unit(serial_number, cycle, by=by, at=at)
    _check_unit(unit, cycle, by=by)
    context.unit = cycle.unit = unit
    cycle.save(update_fields=["unit"])


def _new_unit(serial_number: str, cycle: Cycle, *, by: Actor, at: datetime) -> Unit:
    unit = Unit(
        organization_id=cycle.organization_id,
        label=_NEW,
        serial_number=serial_number,
        customer_id=cycle.work_order.project.customer_id,
        location_id=cycle.location_id,
        created=at,
        updated=at,
    )
    try:
        with transaction.atomic():
            unit.save(force_insert=True)
    except IntegrityError:  # somebody scanned the same a moment ago
        return Unit.objects.get(organization_id=cycle.organization_id, serial_number=serial_number)
    history.record(unit, "created", by=by, at=at)
    return unit


def _changes(effects: Iterable[Effect], organization_id: int) -> dict[str, Any]:
    """Property → value. Raises BadUnit, which names every value that can't be written."""
    changes: dict[str, Any] = {}
    faults: list[Fault] = []
    for effect in effects:
        match effect:
            case SetEntityStatus(label):
                changes["current_status"] = find_status(label, organization_id)
                if changes["current_status"] is None:
                    faults.append(Fault("enum", ("fields",), f"There is no status “{label}”."))
            case SetEntityLocation(text):
                changes["location"] = find_location(text, organization_id)
                if changes["location"] is None:
                    faults.append(Fault("enum", ("fields",), f"There is no location “{text}”; give its id or label."))
            case SetEntityProperty(name, value):
                changes[name] = value if name.startswith(_ATTRIBUTES) else str(value)
                faults += _faults_of_length(name, changes[name])
    if faults:
        raise BadUnit(faults)
    return changes


def _faults_of_length(name: str, value: Any) -> Iterator[Fault]:
    if name.startswith(_ATTRIBUTES):
        return
    field: Any = Unit._meta.get_field(name)
    if len(value) > field.max_length:
        message = f"The {field.verbose_name} can't have more than {field.max_length} characters."
        yield Fault("maxLength", ("fields",), message, {"limit": field.max_length})
