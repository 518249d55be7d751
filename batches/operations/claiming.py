"""Giving out the next pending cycle: each to one technician, however many ask at once."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from batches.models import Batch, Cycle
from batches.operations.cycling import start_taken
from batches.operations.moving import take
from niagara.accounts import access
from niagara.accounts.actor import Actor
from niagara.accounts.models import User
from niagara.directory.models import Resource, Unit
from niagara.refusals import Conflict, Fault, Invalid
from niagara.statements import Instances, Is
from workorders.models import WorkOrder

# Of the batches that look as if one could start there: more than are ever emptied at the same moment.
LOOKED_AT = 20
# The next one of a batch, unless others are taking all that are left.
_FIRST_OF_BATCH = Instances(
    Cycle.objects.pending()
    .filter(Is("batch_id"))
    .order_by("number")
    .select_for_update(skip_locked=True, no_key=True, of=("self",))[:1]
)


class NothingToClaim(Conflict):
    """No cycle is left that nobody has."""


class NotOfTheWorkOrder(Invalid):
    """The cycle belongs to another work order."""


@transaction.atomic
def claim_cycle(*, batch: Batch, technician: User, by: Actor, at: datetime, station: Resource | None = None) -> Cycle:
    """Start the next pending cycle of a batch for this technician.

    Raises PermissionMissing, NothingToClaim, and what `start_cycle` raises.
    """
    access.require(by, "context:create", batch)
    cycle = next(iter(_FIRST_OF_BATCH.read(id=batch.pk)), None) or _next(batch.cycles.all())
    if cycle is None:
        raise NothingToClaim(f"No pending cycle is left in {batch.label}.")
    cycle = take(cycle, "start", "context:create", by=by)
    return start_taken(cycle, technician=technician, station=station, by=by, at=at)


@transaction.atomic
def claim_next(*, technician: User, by: Actor, at: datetime) -> Cycle:
    """Start the next cycle of all the technician may start: of the batches assigned to them, in processing order,
    then of those that are nobody's.

    Raises NothingToClaim, and what `start_cycle` raises.
    """
    for batches in (Batch.objects.startable().assigned_to(technician), Batch.objects.startable().free_for(technician)):
        for batch in batches.visible_to(technician).in_order_of_queues()[:LOOKED_AT]:
            try:
                return claim_cycle(batch=batch, technician=technician, by=by, at=at)
            except (Conflict, access.PermissionMissing):  # somebody was faster; or it is not theirs to start
                continue
    raise NothingToClaim("Nothing is left for you to start.")


@transaction.atomic
def start_on_unit(
    *,
    work_order: WorkOrder,
    unit: Unit,
    technician: User,
    by: Actor,
    at: datetime,
    cycle: Cycle | None = None,
    station: Resource | None = None,
) -> Cycle:
    """Start a cycle of a work order on this unit: the one named, or the next pending one.

    Raises PermissionMissing, NothingToClaim, NotOfTheWorkOrder, and what `start_cycle` raises.
    """
    access.require(by, "context:create", work_order)
    if cycle is None:
        # What is in no batch can only be started while the batches leave something to do.
        startable = Q(batch__isnull=False) | Q(work_order__needed__gt=work_order.needed - work_order.unassigned)
        startable &= Q(batch=None) | Q(batch__hold_reason="")
        cycle = _next(work_order.cycles.filter(startable))
    elif cycle.work_order_id != work_order.pk:
        raise NotOfTheWorkOrder([Fault("enum", ("using",), "Choose a cycle of this work order.")])
    if cycle is None:
        held = ", save in batches on hold" if work_order.batches.active().exclude(hold_reason="").exists() else ""
        raise NothingToClaim(f"No pending cycle is left in {work_order.label}{held}.")
    cycle = take(cycle, "start", "context:create", by=by)
    return start_taken(cycle, technician=technician, unit=unit, station=station, by=by, at=at)


def _next(cycles: Any) -> Cycle | None:
    """The first pending one, held; None if there is none.

    Those that others are taking are passed over. If only such are left, it waits for one of the
    others to decide, since a cycle that is not taken after all is still there to claim.
    """
    pending = cycles.pending().order_by("number")
    while True:
        cycle: Cycle | None = pending.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
        if cycle is not None:
            return cycle
        first = pending.values_list("pk", flat=True).first()
        if first is None:
            return None
        # PostgreSQL goes on holding a row that turned out to be taken. Of two that wait, each could hold
        # what the other waits for: so it waits for one row that is still pending, and lets go of it.
        before = transaction.savepoint()
        pending.select_for_update(no_key=True, of=("self",)).filter(pk=first).first()
        transaction.savepoint_rollback(before)
