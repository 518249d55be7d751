"""Giving up what is left of a work order."""

from collections import Counter, defaultdict
from datetime import datetime
from uuid import UUID

from django.db import transaction

from batches.models import COLUMN, Batch, Cycle
from batches.operations.changing import lock_batch
from batches.operations.following import follow_batches, follow_cycles, lock_work_order
from batches.operations.stopping import stop_runs
from niagara.accounts import access
from niagara.accounts.actor import Actor
from niagara.accounts.operations import history
from niagara.directory.models import ACTIVE, Category
from workorders.models import WorkOrder

CANCELLED = COLUMN[Category.CANCELLED]


@transaction.atomic
def cancel_cycles(*, work_order: WorkOrder, by: Actor, at: datetime, reason: str = "") -> int:
    """Cancel all active cycles of a work order. Returns how many that were.

    Raises RemovedMeanwhile, PermissionMissing.
    """
    access.require(by, "work-order:update", work_order)
    cycles = _hold_active(work_order)
    stop_runs(cycles, at=at)
    moved: dict[UUID | None, Counter[str]] = defaultdict(Counter)  # batch → column → how many leave it
    entries = []
    for cycle in cycles:
        moved[cycle.batch_id][COLUMN[Category(cycle.category)]] += 1
        changes = {"status": (cycle.status, Category.CANCELLED.label)}
        entries.append(history.entry(cycle, "cancelled", by=by, at=at, changes=changes, reason=reason))
        cycle.category, cycle.status = Category.CANCELLED, Category.CANCELLED.label
        cycle.ended_at = max(at, cycle.started_at or at)
        cycle.updated, cycle.version = at, cycle.version + 1
    Cycle.objects.bulk_update(cycles, ["category", "status", "ended_at", "updated", "version"], batch_size=500)
    history.record_all(entries)
    for batch_id in sorted(moved.keys() - {None}, key=str):
        batch = lock_batch(Batch(pk=batch_id))
        _count(batch, moved[batch_id], "", at=at)
        follow_cycles(batch, by=by, at=at)
    work_order = lock_work_order(work_order)
    _count(work_order, moved[None], "loose_", at=at)
    follow_batches(work_order, by=by, at=at)
    return len(cycles)


def _hold_active(work_order: WorkOrder) -> list[Cycle]:
    """All active cycles, held, and those besides that came about while it waited for some."""
    active = work_order.cycles.filter(category__in=ACTIVE).order_by("number").select_related("work_order")
    held: dict[UUID, Cycle] = {}
    while True:
        found = list(active.select_for_update(no_key=True, of=("self",)))
        if all(cycle.pk in held for cycle in found):
            return found
        held |= {cycle.pk: cycle for cycle in found}


def _count(whole: Batch | WorkOrder, moved: Counter[str], prefix: str, *, at: datetime) -> None:
    for column, number in moved.items():
        setattr(whole, f"{prefix}{column}", getattr(whole, f"{prefix}{column}") - number)
    cancelled = f"{prefix}{CANCELLED}"
    setattr(whole, cancelled, getattr(whole, cancelled) + moved.total())
    whole.updated = at
    whole.save(update_fields=[*(f"{prefix}{column}" for column in moved), cancelled, "updated"])
