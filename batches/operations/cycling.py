"""What happens to a cycle between its start and its end.

```
PENDING --start--> IN_PROGRESS --verify--> VERIFYING --pass--> IN_PROGRESS
   ^                   |  ^                    |
   |---- release ------|  |---- unblock ----|  |-- complete --> COMPLETE
                       |----- block ----> BLOCKED
any in flight --fail--> CANCELLED ("Failed"), and a retry takes its place
any active --cancel--> CANCELLED
```
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from batches.models import COLUMN, Batch, Cycle
from batches.operations.changing import lock_batch
from batches.operations.following import follow_batches, follow_cycles, lock_work_order
from niagara.accounts import access
from niagara.accounts.actor import Actor
from niagara.accounts.models import User
from niagara.accounts.operations import history
from niagara.directory.models import ACTIVE, IN_FLIGHT, Category
from niagara.refusals import Conflict, Fault, Invalid
from queues.models import Queue
from workorders.models import WorkOrder

FAILED = "Failed"

STARTS_FROM: Mapping[str, frozenset[Category]] = {
    "start": frozenset({Category.PENDING}),
    "verify": frozenset({Category.IN_PROGRESS}),
    "pass": frozenset({Category.VERIFYING}),
    "complete": frozenset({Category.IN_PROGRESS, Category.VERIFYING}),
    "block": frozenset({Category.IN_PROGRESS, Category.VERIFYING}),
    "unblock": frozenset({Category.BLOCKED}),
    "release": frozenset({Category.IN_PROGRESS}),
    "fail": IN_FLIGHT,
    "cancel": ACTIVE,
}


class NotOfTheOrganization(Invalid):
    """Nobody works on what belongs to another organization."""


class WrongState(Conflict):
    """The cycle is not in a state from which this can be done."""


class NothingLeftToStart(Conflict):
    """Everything the work order needs is already in batches or done."""


@transaction.atomic
def start_cycle(*, cycle: Cycle, technician: User, by: Actor, at: datetime) -> Cycle:
    """Give a pending cycle to one technician.

    Raises PermissionMissing, WrongState, NothingLeftToStart, NotOfTheOrganization.
    """
    cycle = _take(cycle, "start", "context:create", by=by)
    if technician.organization_id not in (None, cycle.organization_id):  # a superuser's is None
        raise NotOfTheOrganization([Fault("enum", ("technician",), "Choose a technician of the same organization.")])
    return _move(cycle, Category.IN_PROGRESS, "started", by=by, at=at, technician=technician, started_at=at)


@transaction.atomic
def send_to_verification(*, cycle: Cycle, by: Actor, at: datetime) -> Cycle:
    """Let somebody else look at it."""
    cycle = _take(cycle, "verify", "context:step", by=by)
    return _move(cycle, Category.VERIFYING, "sent to verification", by=by, at=at)


@transaction.atomic
def pass_verification(*, cycle: Cycle, by: Actor, at: datetime) -> Cycle:
    """Go on after somebody else has looked at it."""
    cycle = _take(cycle, "pass", "context:step", by=by)
    return _move(cycle, Category.IN_PROGRESS, "verified", by=by, at=at)


@transaction.atomic
def complete_cycle(*, cycle: Cycle, by: Actor, at: datetime) -> Cycle:
    cycle = _take(cycle, "complete", "context:step", by=by)
    return _move(cycle, Category.COMPLETE, "completed", by=by, at=at, ended_at=at)


@transaction.atomic
def block_cycle(*, cycle: Cycle, reason: str, by: Actor, at: datetime) -> Cycle:
    """Say that it can't go on, and why."""
    cycle = _take(cycle, "block", "context:step", by=by)
    return _move(cycle, Category.BLOCKED, "blocked", by=by, at=at, reason=reason)


@transaction.atomic
def unblock_cycle(*, cycle: Cycle, by: Actor, at: datetime) -> Cycle:
    cycle = _take(cycle, "unblock", "context:step", by=by)
    return _move(cycle, Category.IN_PROGRESS, "unblocked", by=by, at=at)


@transaction.atomic
def release_cycle(*, cycle: Cycle, by: Actor, at: datetime) -> Cycle:
    """Give it back, for anybody to start."""
    cycle = _take(cycle, "release", "context:step", by=by)
    cycle = _move(cycle, Category.PENDING, "released", by=by, at=at, technician=None, started_at=None)
    cycle.location_id = _place_of_pending(cycle)
    cycle.save(update_fields=["location"])
    return cycle


@transaction.atomic
def fail_cycle(*, cycle: Cycle, reason: str, by: Actor, at: datetime) -> Cycle:
    """End a cycle as failed. Returns the pending retry that takes its place."""
    cycle = _take(cycle, "fail", "context:step", by=by)
    work_order = cycle.work_order
    _move(cycle, Category.CANCELLED, "failed", by=by, at=at, status=FAILED, ended_at=at, reason=reason, retried=True)
    work_order = lock_work_order(work_order)
    work_order.cycles_made += 1
    work_order.save(update_fields=["cycles_made"])
    retry = Cycle.objects.create(
        organization_id=cycle.organization_id,
        work_order=work_order,
        batch_id=cycle.batch_id,
        number=work_order.cycles_made,
        status=Category.PENDING.label,
        location_id=_place_of_pending(cycle),
        unit_id=cycle.unit_id,
        is_retry=True,
        created=at,
        updated=at,
    )
    history.record(retry, "created", by=by, at=at, reason=reason)
    return retry


@transaction.atomic
def cancel_cycle(*, cycle: Cycle, by: Actor, at: datetime, reason: str = "") -> Cycle:
    cycle = _take(cycle, "cancel", "work-order:update", by=by)
    return _move(cycle, Category.CANCELLED, "cancelled", by=by, at=at, ended_at=at, reason=reason)


def _take(cycle: Cycle, verb: str, permission: str, *, by: Actor) -> Cycle:
    """Lock the cycle and make sure that `verb` can be done to it by this actor."""
    cycle = Cycle.objects.select_related("work_order").select_for_update(of=("self",), no_key=True).get(pk=cycle.pk)
    access.require(by, permission, cycle)
    if cycle.category not in STARTS_FROM[verb]:
        raise WrongState(f"Cycle {cycle.number} is {cycle.status}; you can't {verb} it now.")
    return cycle


def _place_of_pending(cycle: Cycle) -> Any:
    """Where the locked batch stands: it may have moved since the cycle was started there."""
    if cycle.batch_id is None:
        return cycle.location_id
    return Queue.objects.values_list("location_id", flat=True).get(batches=cycle.batch_id)


def _move(
    cycle: Cycle,
    to: Category,
    verb: str,
    *,
    by: Actor,
    at: datetime,
    status: str = "",
    reason: str = "",
    retried: bool = False,
    **fields: Any,
) -> Cycle:
    """Write the cycle's new state, and count it. `retried` counts the retry that follows as well."""
    came_from = Category(cycle.category)
    changes: dict[str, tuple[Any, Any]] = {"status": (cycle.status, status or to.label)}
    if "technician" in fields:
        changes["technician"] = (cycle.technician, fields["technician"])
    cycle.category, cycle.status, cycle.updated = to, status or to.label, at
    cycle.version += 1
    if cycle.started_at and fields.get("ended_at"):  # two clocks may differ a little
        fields["ended_at"] = max(fields["ended_at"], cycle.started_at)
    for name, value in fields.items():
        setattr(cycle, name, value)
    cycle.save(update_fields=["category", "status", "updated", "version", *fields])
    steps = {COLUMN[came_from]: -1, COLUMN[to]: +1}
    if retried:
        steps["pending"] = +1
    history.record(cycle, verb, by=by, at=at, changes=changes, reason=reason)
    if cycle.batch_id is not None:
        _count_in_batch(cycle.batch_id, steps, by=by, at=at)
    else:
        _count_loose(cycle.work_order, steps, by=by, at=at)
    return cycle


def _count_in_batch(batch_id: Any, steps: Mapping[str, int], *, by: Actor, at: datetime) -> None:
    batch = lock_batch(Batch(pk=batch_id))
    for name, step in steps.items():
        setattr(batch, name, getattr(batch, name) + step)
    batch.updated = at
    batch.save(update_fields=[*steps, "updated"])
    follow_cycles(batch, by=by, at=at)


def _count_loose(work_order: WorkOrder, steps: Mapping[str, int], *, by: Actor, at: datetime) -> None:
    work_order = lock_work_order(work_order)
    if steps.get("in_progress", 0) > 0 and steps.get("pending", 0) < 0 and work_order.unassigned < 1:
        raise NothingLeftToStart(f"All cycles that {work_order.label} needs are in batches or done.")
    for name, step in steps.items():
        setattr(work_order, f"loose_{name}", getattr(work_order, f"loose_{name}") + step)
    work_order.updated = at
    work_order.save(update_fields=[*(f"loose_{name}" for name in steps), "updated"])
    follow_batches(work_order, by=by, at=at)
