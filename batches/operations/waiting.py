"""Looking at the waits whose time has come. A worker does it; all that it needs to know is in the database."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from batches.models import Cycle
from batches.operations.running import follow, hold_context, possible_for
from niagara.accounts.actor import Actor
from niagara.accounts.models import HistoryEntry
from niagara.directory.models import Category
from workorders import workflow as engine
from workorders.models import Context

_WORKED_ON = (Category.IN_PROGRESS, Category.VERIFYING)


@transaction.atomic
def look_at_next_wait(*, by: Actor, at: datetime, but: Collection[UUID] = ()) -> UUID | None:
    """Look at one wait whose time has come, passing over those that another worker looks at, and `but`.

    It goes on when an event that it listens for came since it began, or its time is up. An event is
    what the history tells of the context's unit, cycle, batch or work order, such as `UNIT.changed`.
    Returns the context's id, or None if no wait is due. While a cycle is blocked, or nobody has it,
    its context waits on.
    """
    context_id = _next_due(at, but)
    if context_id is not None:
        look_at_wait(context=Context(pk=context_id), by=by, at=at)
    return context_id


@transaction.atomic
def look_at_wait(*, context: Context, by: Actor, at: datetime) -> None:
    """Look at what a context waits for, if it is time to. Raises RemovedMeanwhile, PermissionMissing, WrongState."""
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


def _next_due(at: datetime, but: Collection[UUID]) -> UUID | None:
    """The context that waits longest of those nobody looks at. That of a cycle is held by its cycle."""
    due = Context.objects.due(at).exclude(pk__in=but)
    of_cycles = Cycle.objects.filter(context__in=due, category__in=_WORKED_ON).order_by("context__wake_at", "pk")
    by_themselves = due.filter(cycle=None).order_by("wake_at", "pk")
    found: UUID | None = (
        of_cycles.select_for_update(skip_locked=True, no_key=True, of=("self",))
        .values_list("context_id", flat=True)
        .first()
        or by_themselves.select_for_update(skip_locked=True, no_key=True, of=("self",))
        .values_list("pk", flat=True)
        .first()
    )
    return found


def _events_since(context: Context, cycle: Cycle | None) -> set[str]:
    """What happened to all that the context is about since it came to the step it waits at."""
    rows: list[Any] = [context.unit_id]
    if cycle is not None:
        rows += [cycle.pk, cycle.batch_id, cycle.work_order_id]
    entries = HistoryEntry.objects.filter(
        entity_id__in=[str(row) for row in rows if row is not None], at__gt=context.run.entered_at
    )
    return {f"{entity_type}.{verb}" for entity_type, verb in entries.values_list("entity_type", "verb")}
