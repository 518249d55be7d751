"""Looking at the waits whose time has come. A worker does it; all that it needs to know is in the database."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from batches.models import Cycle
from batches.operations.running import follow, hold_context, possible_for
from niagara.accounts.actor import Actor
from niagara.accounts.models import HistoryEntry
from niagara.directory.models import Category
from workorders import workflow as engine
from workorders.models import Context


def due_waits(at: datetime) -> list[UUID]:
    """The contexts whose wait is to be looked at, the longest due first.

    While a cycle is blocked, or nobody has it, its context waits on.
    """
    worked_on = Q(cycle=None) | Q(cycle__category__in=(Category.IN_PROGRESS, Category.VERIFYING))
    return list(Context.objects.due(at).filter(worked_on).order_by("wake_at", "pk").values_list("pk", flat=True))


@transaction.atomic
def look_at_wait(*, context: Context, by: Actor, at: datetime) -> None:
    """Look at what a context waits for, if it is still time to.

    It goes on when an event that it listens for came since it began, or its time is up. An event is
    what the history tells of the context's unit, cycle, batch or work order, such as `UNIT.changed`.
    Raises RemovedMeanwhile, PermissionMissing, WrongState, and what the cycle's next step may raise.
    """
    context, cycle = hold_context(context, by=by)
    run = context.run
    if run.waiting is None or run.waiting.next_look > at:
        return  # somebody else looked at it a moment ago
    happened = _events_since(context, cycle)
    name = next((name for name in run.waiting.events if name in happened), None)
    possible = possible_for(context)
    if name is None:
        outcome = engine.resume(context.definition, run, at=at, possible=possible)
    else:
        outcome = engine.event(context.definition, run, name, at=at, possible=possible)
    follow(context, cycle, outcome, by=by, at=at)


def _events_since(context: Context, cycle: Cycle | None) -> set[str]:
    """What happened to all that the context is about since it came to the step it waits at."""
    rows: list[Any] = [context.unit_id]
    if cycle is not None:
        rows += [cycle.pk, cycle.batch_id, cycle.work_order_id]
    entries = HistoryEntry.objects.filter(
        entity_id__in=[str(row) for row in rows if row is not None], at__gt=context.run.entered_at
    )
    return {f"{entity_type}.{verb}" for entity_type, verb in entries.values_list("entity_type", "verb")}
