"""Making batches of a work order: one, or many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from batches.models import Batch, BatchGroup, Cycle
from batches.operations import journal
from batches.operations.assigning import loads_of, share_out
from batches.operations.following import check_status, first_allowed_status, follow_batches, lock_work_order
from batches.operations.placing import lock_queue, rank_at, ranks_at_end, require_access
from batches.operations.planning import MoreThanIsLeft, NotWhatWasShown, label_of, mark_of, plan
from niagara.accounts import access
from niagara.accounts.actor import Actor
from niagara.accounts.models import User
from niagara.accounts.models.row import time_ordered_id
from niagara.accounts.operations import history
from niagara.directory.models import Category, Resource, Status
from niagara.records.models import Relation
from niagara.records.operations.relating import attach_technicians, make_relation
from niagara.refusals import Fault, Invalid
from niagara.statements import insert_alike
from queues.models import Queue
from workorders.models import WorkOrder
from workorders.operations.closing import require_open

MAX_CYCLES = 10_000  # in one batch


class NotOfTheWorkOrder(Invalid):
    """The batch group belongs to another work order."""


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What may be said about new batches, beyond how many cycles they have."""

    label: str = ""
    prefix: str = ""  # of the label that each gets with its number
    order: str | None = None
    current_status: Status | None = None
    mixing_station: Resource | None = None
    batch_group: BatchGroup | None = None
    technicians: Sequence[User] = ()
    spread: bool = False  # each batch to one of them, by what they have to do; else all to every batch


@transaction.atomic
def create_batch(
    *, work_order: WorkOrder, queue: Queue, number_cycles: int, by: Actor, at: datetime, wishes: Wishes | None = None
) -> Batch:
    """Put `number_cycles` of the work order's cycles into a new batch in the queue.

    Raises PermissionMissing, QueueClosed, WorkOrderClosed, MoreThanIsLeft, Invalid.
    """
    work_order = _begin(work_order, queue, by=by)
    if number_cycles > work_order.unassigned:
        raise MoreThanIsLeft(work_order.unassigned)
    [batch] = _add_batches(work_order, queue, [number_cycles], wishes or Wishes(), by=by, at=at)
    return batch


@transaction.atomic
def break_down(
    *,
    work_order: WorkOrder,
    queue: Queue,
    number_cycles: int,
    by: Actor,
    at: datetime,
    total: int | None = None,
    wishes: Wishes | None = None,
    if_mark: str | None = None,
) -> list[Batch]:
    """Put the work order's cycles into batches of `number_cycles` each.

    Without a `total` it makes as many as the unassigned cycles need, the last with what remains.
    `if_mark` stands for the batches that the asker looked at (`planning.mark_of`).

    Raises as `create_batch`, and TooManyBatches, NotWhatWasShown.
    """
    wishes = wishes or Wishes()
    work_order = _begin(work_order, queue, by=by)
    sizes = plan(work_order.unassigned, number_cycles, total)
    if if_mark is not None and if_mark != mark_of(work_order, sizes, wishes.prefix):
        raise NotWhatWasShown("These are not the batches you were shown. Look at them again, then make them.")
    return _add_batches(work_order, queue, sizes, wishes, by=by, at=at)


def group_of(work_order: WorkOrder, *, by: Actor, at: datetime) -> tuple[BatchGroup, bool]:
    """The batch group a locked work order has of its own, and whether it was made just now."""
    group, made = BatchGroup.objects.get_or_create(
        work_order=work_order,
        is_default=True,
        defaults={
            "organization_id": work_order.organization_id,
            "name": work_order.label,
            "created": at,
            "updated": at,
        },
    )
    if made:
        history.record(group, "created", by=by, at=at)
    return group, made


def _begin(work_order: WorkOrder, queue: Queue, *, by: Actor) -> WorkOrder:
    access.require(by, "batch:create", queue)
    require_access(queue, by=by)
    require_same_organization(work_order, queue=queue)
    work_order = lock_work_order(work_order)
    require_open(work_order)
    return work_order


def require_same_organization(
    work_order: WorkOrder, *, queue: Queue | None = None, mixing_station: Resource | None = None
) -> None:
    """Raise Invalid for what belongs to another organization: only a superuser can name such a thing."""
    if queue is not None and queue.organization_id != work_order.organization_id:
        raise Invalid([Fault("enum", ("queue", "queue_id"), "Choose a queue of the work order's organization.")])
    if mixing_station is not None and mixing_station.organization_id != work_order.organization_id:
        fault = Fault("enum", ("mixing_station", "resource_id"), "Choose a station of the work order's organization.")
        raise Invalid([fault])


def _add_batches(
    work_order: WorkOrder, queue: Queue, sizes: Sequence[int], wishes: Wishes, *, by: Actor, at: datetime
) -> list[Batch]:
    group, is_new = (wishes.batch_group, False) if wishes.batch_group else group_of(work_order, by=by, at=at)
    if group.work_order_id != work_order.pk:
        fault = Fault("enum", ("batch_group", "batch_group_id"), "Choose a batch group of the same work order.")
        raise NotOfTheWorkOrder([fault])
    require_same_organization(work_order, mixing_station=wishes.mixing_station)
    if wishes.current_status is not None:
        check_status(wishes.current_status, work_order, Category.PENDING)
    status = wishes.current_status or first_allowed_status(work_order, Category.PENDING)
    lock_queue(queue)
    orders = ranks_at_end(queue, len(sizes)) if wishes.order is None else [rank_at(queue, wishes.order)]
    batches = [
        Batch(
            organization_id=work_order.organization_id,
            label=wishes.label or label_of(work_order, position, wishes.prefix),
            work_order=work_order,
            queue=queue,
            order=order,
            number_cycles=size,
            pending=size,
            current_status=status,
            mixing_station=wishes.mixing_station,
            batch_group=group,
            created=at,
            updated=at,
        )
        for position, (size, order) in enumerate(zip(sizes, orders, strict=True), start=1)
    ]
    Batch.objects.bulk_create(batches)
    work_order.assigned += sum(sizes)
    work_order.batches_made += len(sizes)
    for_batches = [batch for batch in batches for _ in range(batch.number_cycles)]
    fill(work_order, for_batches, at=at)
    work_order.updated = at
    work_order.save(update_fields=["assigned", "batches_made", "cycles_made", "loose_pending", "updated"])
    Relation.objects.bulk_create(make_relation(batch, Relation.Type.CREATED, by.user, at=at) for batch in batches)
    history.record_all(
        history.entry(
            batch,
            "created",
            by=by,
            at=at,
            changes={
                "number_cycles": (None, batch.number_cycles),
                "queue": (None, queue),
                "work_order": (None, work_order),
            },
        )
        for batch in batches
    )
    _assign(batches, wishes, by=by, at=at)
    follow_batches(work_order, by=by, at=at)
    happened = [journal.created(group)] if is_new else []
    for batch in batches:
        happened += journal.batch_made(batch)
    journal.write(group.pk, happened, by=by, at=at)
    return batches


def _assign(batches: Sequence[Batch], wishes: Wishes, *, by: Actor, at: datetime) -> None:
    if not wishes.technicians:
        return
    if not wishes.spread:
        attach_technicians(batches, wishes.technicians, by=by, at=at)
        return
    chosen = share_out([batch.number_cycles for batch in batches], loads_of(wishes.technicians))
    for technician in wishes.technicians:
        own = [batch for batch, one in zip(batches, chosen, strict=True) if one == technician]
        attach_technicians(own, [technician], by=by, at=at)


def fill(work_order: WorkOrder, batches: Sequence[Batch], *, at: datetime) -> None:
    """Give each of these batches one pending cycle: first those that came back from deleted
    batches, then new ones. The work order is locked; its counters are changed but not saved."""
    returned: list[Cycle] = []
    if work_order.loose_pending:
        returned = list(
            work_order.cycles.pending()
            .filter(batch=None)
            .order_by("number")
            .select_for_update(skip_locked=True)[: len(batches)]
        )
        for cycle, batch in zip(returned, batches, strict=False):
            cycle.batch, cycle.location, cycle.updated = batch, batch.queue.location, at
        Cycle.objects.bulk_update(returned, ["batch", "location", "updated"])
        work_order.loose_pending -= len(returned)
    new = batches[len(returned) :]
    pattern = Cycle(
        organization_id=work_order.organization_id,
        work_order=work_order,
        status=Category.PENDING.label,
        created=at,
        updated=at,
    )
    numbered = enumerate(new, start=work_order.cycles_made + 1)
    insert_alike(
        pattern,
        [
            {
                "id": time_ordered_id(),
                "number": number,
                "batch_id": batch.pk,
                "location_id": batch.queue.location_id,
            }
            for number, batch in numbered
        ],
    )
    work_order.cycles_made += len(new)
