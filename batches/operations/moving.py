"""Moving a cycle from one state to the next, and counting it: what all that happens to it comes down to.

```
PENDING --start--> IN_PROGRESS --verify--> VERIFYING --pass--> IN_PROGRESS
   ^                   |  ^                    |
   |---- release ------|  |---- unblock ----|  |-- complete --> COMPLETE
                       |----- block ----> BLOCKED
any in flight --fail--> CANCELLED ("Failed"), and a retry takes its place
any active --cancel--> CANCELLED
```

Nothing but the verbs of `cycling` and what a step of the workflow comes to (`running`) moves a cycle.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F

from batches.models import COLUMN, FAILED, Batch, Cycle
from batches.operations import journal
from batches.operations.changing import ALONG_A_BATCH
from batches.operations.following import follow_batches, follow_cycles, lock_work_order
from batches.operations.holding import require_not_on_hold
from niagara.accounts import access
from niagara.accounts.actor import Actor
from niagara.accounts.operations import history
from niagara.accounts.operations.locking import RemovedMeanwhile, hold
from niagara.accounts.operations.saving import check_version
from niagara.directory.models import ACTIVE, IN_FLIGHT, Category
from niagara.refusals import Conflict
from niagara.statements import Instances, Is
from queues.models import Queue
from workorders.models import Context, WorkOrder

STARTS_FROM: Mapping[str, frozenset[Category]] = {
    "start": frozenset({Category.PENDING}),
    "work on": frozenset({Category.IN_PROGRESS, Category.VERIFYING}),
    "block": frozenset({Category.IN_PROGRESS, Category.VERIFYING}),
    "unblock": frozenset({Category.BLOCKED}),
    "release": frozenset({Category.IN_PROGRESS}),
    "hand over": IN_FLIGHT,
    "fail": IN_FLIGHT,
    "cancel": ACTIVE,
}

_BATCH = Instances(Batch.objects.select_related(*ALONG_A_BATCH).filter(Is("pk")))
ALONG_A_CYCLE = ("work_order__project", "technician", "unit", "context__workflow_version", "context__unit")


class WrongState(Conflict):
    """The cycle is not in a state from which this can be done."""


class NothingLeftToStart(Conflict):
    """Everything the work order needs is already in batches or done."""


def hold_cycle(cycle: Cycle, permission: str, *, by: Actor) -> Cycle:
    """The cycle as it is now, held, for an actor who may do this to it.

    Raises RemovedMeanwhile, PermissionMissing.
    """
    cycle = hold(Cycle.objects.select_related(*ALONG_A_CYCLE), cycle.pk)
    access.require(by, permission, cycle)
    return cycle


def hold_cycle_of(context: Context, permission: str, *, by: Actor) -> Cycle | None:
    """The cycle that runs a context, held as by `hold_cycle`; None if it runs on a unit by itself.

    Raises PermissionMissing.
    """
    try:
        cycle = hold(Cycle.objects.select_related(*ALONG_A_CYCLE), context.pk, field="context")
    except RemovedMeanwhile:
        return None
    access.require(by, permission, cycle)
    return cycle


def take(cycle: Cycle, verb: str, permission: str, *, by: Actor, if_version: int | None = None) -> Cycle:
    """The cycle as it is now, held, if `verb` can be done to it by this actor, who saw this version.

    Raises RemovedMeanwhile, PermissionMissing, ChangedMeanwhile, WrongState.
    """
    cycle = hold_cycle(cycle, permission, by=by)
    check_version(cycle, if_version)
    check_state(cycle, verb)
    return cycle


def check_state(cycle: Cycle, verb: str) -> None:
    """Raise WrongState unless `verb` can be done to the held cycle."""
    if cycle.category not in STARTS_FROM[verb]:
        raise WrongState(f"Cycle {cycle.number} is {cycle.status}; you can't {verb} it now.")


def place_of_pending(cycle: Cycle) -> Any:
    """Where the locked batch stands: it may have moved since the cycle was started there."""
    if cycle.batch_id is None:
        return cycle.location_id
    return Queue.objects.values_list("location_id", flat=True).get(batches=cycle.batch_id)


def move(
    cycle: Cycle,
    to: Category,
    verb: str,
    *,
    by: Actor,
    at: datetime,
    status: str = "",
    told: str = "",
    retried: bool = False,
    **fields: Any,
) -> Cycle:
    """Write the held cycle's new state, and count it. `told` is why, for the history; `retried` counts
    the retry that follows as well."""
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
    history.record(cycle, verb, by=by, at=at, changes=changes, reason=told)
    if cycle.batch_id is not None:
        _count_in_batch(cycle.batch_id, steps, by=by, at=at)
    else:
        _count_loose(cycle.work_order, steps, by=by, at=at)
    return cycle


def _is_start(steps: Mapping[str, int]) -> bool:
    return steps.get("in_progress", 0) > 0 and steps.get("pending", 0) < 0


def _count_in_batch(batch_id: Any, steps: Mapping[str, int], *, by: Actor, at: datetime) -> None:
    # Counting holds the batch as well, until the transaction ends.
    counted = {name: F(name) + step for name, step in steps.items()}
    if not Batch.objects.filter(pk=batch_id).update(**counted, updated=at):
        raise RemovedMeanwhile("This batch was removed meanwhile.")
    [batch] = _BATCH.read(id=batch_id)
    if _is_start(steps):
        require_not_on_hold(batch)
    follow_cycles(batch, by=by, at=at)
    if COLUMN[Category.COMPLETE] in steps:
        journal.write(batch.batch_group_id, [journal.actual_changed(batch)], by=by, at=at)


def _count_loose(work_order: WorkOrder, steps: Mapping[str, int], *, by: Actor, at: datetime) -> None:
    work_order = lock_work_order(work_order)
    if _is_start(steps):
        require_not_on_hold(work_order)
        if work_order.unassigned < 1:
            raise NothingLeftToStart(f"All cycles that {work_order.label} needs are in batches or done.")
    for name, step in steps.items():
        setattr(work_order, f"loose_{name}", getattr(work_order, f"loose_{name}") + step)
    work_order.updated = at
    work_order.save(update_fields=[*(f"loose_{name}" for name in steps), "updated"])
    follow_batches(work_order, by=by, at=at)


def move_to_failed(cycle: Cycle, *, reason: str, by: Actor, at: datetime, comment: str = "") -> Cycle:
    """End the held cycle as failed. Returns the pending retry that takes its place."""
    told = f"{reason}: {comment}" if comment else reason
    work_order = cycle.work_order
    move(
        cycle, Category.CANCELLED, "failed", by=by, at=at, status=FAILED, told=told, retried=True,
        ended_at=at, reason=reason, comment=comment,
    )  # fmt: skip
    work_order = lock_work_order(work_order)
    work_order.cycles_made += 1
    work_order.save(update_fields=["cycles_made"])
    retry = Cycle.objects.create(
        organization_id=cycle.organization_id,
        work_order=work_order,
        batch_id=cycle.batch_id,
        number=work_order.cycles_made,
        status=Category.PENDING.label,
        location_id=place_of_pending(cycle),
        unit_id=cycle.unit_id,
        is_retry=True,
        created=at,
        updated=at,
    )
    history.record(retry, "created", by=by, at=at, reason=told)
    return retry
