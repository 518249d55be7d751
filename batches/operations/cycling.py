"""What people do to a cycle between its start and its end, beside closing its steps (`running`)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from batches.models import Cycle
from batches.operations.moving import move, move_to_failed, place_of_pending, take
from batches.operations.running import begin, carry_out, go_on
from batches.operations.scanning import is_elsewhere, take_unit
from batches.operations.stopping import stop_runs
from batches.operations.tracing import end_of_pause, trace_block
from niagara.accounts import access
from niagara.accounts.actor import Actor
from niagara.accounts.models import User
from niagara.accounts.operations import history
from niagara.directory.models import Category, Reason, Resource, Unit
from niagara.directory.operations.reasons import check_reason
from niagara.records.operations.notifying import notify_handed_over
from niagara.refusals import Fault, Invalid


class NotOfTheOrganization(Invalid):
    """Nobody works on what belongs to another organization."""


class MayNotWorkHere(Invalid):
    """The other technician's roles do not allow working at the cycle's location."""


@transaction.atomic
def start_cycle(
    *,
    cycle: Cycle,
    technician: User,
    by: Actor,
    at: datetime,
    unit: Unit | None = None,
    station: Resource | None = None,
    if_version: int | None = None,
) -> Cycle:
    """Give a pending cycle to one technician and start its context, or go on with the one it has.

    Raises RemovedMeanwhile, PermissionMissing, ChangedMeanwhile, WrongState, NothingLeftToStart,
    OnHold, UnitElsewhere, Invalid.
    """
    cycle = take(cycle, "start", "context:create", by=by, if_version=if_version)
    return start_taken(cycle, technician=technician, by=by, at=at, unit=unit, station=station)


def start_taken(
    cycle: Cycle,
    *,
    technician: User,
    by: Actor,
    at: datetime,
    unit: Unit | None = None,
    station: Resource | None = None,
) -> Cycle:
    """The same of a cycle that was taken to be started. Raises NothingLeftToStart, OnHold, UnitElsewhere, Invalid."""
    _check_organization(cycle, technician, station)
    if unit is not None:
        take_unit(unit, cycle, by=by)
    elif cycle.context is None and cycle.unit is not None and is_elsewhere(cycle.unit, cycle):
        cycle.unit = None  # somebody took up the device of this retry in another cycle
    if station is not None:
        cycle.station = station
    effects = begin(cycle, by=by, at=at) if cycle.context is None else go_on(cycle)
    kept: dict[str, Any] = {"context": cycle.context, "unit": cycle.unit, "station": cycle.station}
    kept |= end_of_pause(cycle, at=at)
    move(cycle, Category.IN_PROGRESS, "started", by=by, at=at, technician=technician, started_at=at, **kept)
    carry_out(effects, cycle, by=by, at=at)
    return cycle


@transaction.atomic
def block_cycle(
    *, cycle: Cycle, reason: str, by: Actor, at: datetime, comment: str = "", if_version: int | None = None
) -> Cycle:
    """Say that it can't go on, and why: one of the organization's reasons, and perhaps a comment.

    Raises RemovedMeanwhile, PermissionMissing, ChangedMeanwhile, WrongState, UnknownReason.
    """
    cycle = take(cycle, "block", "context:step", by=by, if_version=if_version)
    check_reason(Reason.Kind.BLOCK, reason, cycle.organization_id)
    told = f"{reason}: {comment}" if comment else reason
    trace_block(cycle, reason, at=at)
    kept: dict[str, Any] = {"reason": reason, "comment": comment, "paused_at": at}
    return move(cycle, Category.BLOCKED, "blocked", by=by, at=at, told=told, **kept)


@transaction.atomic
def unblock_cycle(*, cycle: Cycle, by: Actor, at: datetime, if_version: int | None = None) -> Cycle:
    """Go on where it was blocked. Raises RemovedMeanwhile, PermissionMissing, ChangedMeanwhile, WrongState."""
    cycle = take(cycle, "unblock", "context:step", by=by, if_version=if_version)
    to = Category.VERIFYING if cycle.context is not None and cycle.context.is_verifying else Category.IN_PROGRESS
    return move(cycle, to, "unblocked", by=by, at=at, reason="", comment="", **end_of_pause(cycle, at=at))


@transaction.atomic
def release_cycle(*, cycle: Cycle, by: Actor, at: datetime, if_version: int | None = None) -> Cycle:
    """Give it back, for anybody to start; its context waits.

    Raises RemovedMeanwhile, PermissionMissing, ChangedMeanwhile, WrongState.
    """
    cycle = take(cycle, "release", "context:step", by=by, if_version=if_version)
    cycle = move(cycle, Category.PENDING, "released", by=by, at=at, technician=None, started_at=None, paused_at=at)
    cycle.location_id = place_of_pending(cycle)
    cycle.save(update_fields=["location"])
    return cycle


@transaction.atomic
def hand_over_cycle(*, cycle: Cycle, technician: User, by: Actor, at: datetime, if_version: int | None = None) -> Cycle:
    """Let another technician go on with it, where it stands.

    Raises RemovedMeanwhile, PermissionMissing, ChangedMeanwhile, WrongState, NotOfTheOrganization, MayNotWorkHere.
    """
    cycle = take(cycle, "hand over", "context:step", by=by, if_version=if_version)
    _check_organization(cycle, technician, None)
    if not access.allowed(technician, "context:step", cycle):
        raise MayNotWorkHere([Fault("enum", ("technician",), f"{technician} may not work here; choose another.")])
    changes = {"technician": (cycle.technician, technician)}
    if cycle.technician_id == technician.pk:
        return cycle
    cycle.technician, cycle.updated = technician, at
    cycle.version += 1
    cycle.save(update_fields=["technician", "version", "updated"])
    history.record(cycle, "handed over", by=by, at=at, changes=changes)
    notify_handed_over(cycle, technician, by=by, at=at)
    return cycle


@transaction.atomic
def fail_cycle(
    *, cycle: Cycle, reason: str, by: Actor, at: datetime, comment: str = "", if_version: int | None = None
) -> Cycle:
    """End a cycle as failed, for one of the organization's reasons. Returns the retry that takes its place.

    Raises RemovedMeanwhile, PermissionMissing, ChangedMeanwhile, WrongState, UnknownReason.
    """
    cycle = take(cycle, "fail", "context:step", by=by, if_version=if_version)
    check_reason(Reason.Kind.FAIL, reason, cycle.organization_id)
    stop_runs([cycle], at=at)
    return move_to_failed(cycle, reason=reason, comment=comment, by=by, at=at)


@transaction.atomic
def cancel_cycle(*, cycle: Cycle, by: Actor, at: datetime, reason: str = "", if_version: int | None = None) -> Cycle:
    """End a cycle that is no longer needed.

    Raises RemovedMeanwhile, PermissionMissing, ChangedMeanwhile, WrongState.
    """
    cycle = take(cycle, "cancel", "work-order:update", by=by, if_version=if_version)
    stop_runs([cycle], at=at)
    return move(cycle, Category.CANCELLED, "cancelled", by=by, at=at, told=reason, ended_at=at)


def _check_organization(cycle: Cycle, technician: User, station: Resource | None) -> None:
    if technician.organization_id not in (None, cycle.organization_id):  # a superuser's is None
        raise NotOfTheOrganization([Fault("enum", ("technician",), "Choose a technician of the same organization.")])
    if station is not None and station.organization_id != cycle.organization_id:
        raise NotOfTheOrganization([Fault("enum", ("resource_id",), "Choose a station of the same organization.")])
