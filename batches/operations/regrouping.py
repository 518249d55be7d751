"""Putting batches into another batch group."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from batches.models import Batch, BatchGroup
from batches.operations import journal
from batches.operations.creating import NotOfTheWorkOrder
from niagara.accounts import access
from niagara.accounts.actor import Actor
from niagara.accounts.operations import history
from niagara.accounts.operations.locking import RemovedMeanwhile
from niagara.refusals import Fault


@transaction.atomic
def put_into(
    *, group: BatchGroup, batches: Collection[Batch], by: Actor, at: datetime, reason: str = ""
) -> list[Batch]:
    """Put batches of a work order into one of its groups. Returns those that were in another.

    Raises RemovedMeanwhile, PermissionMissing, NotOfTheWorkOrder.
    """
    # All of them first: nobody who holds a group waits for a batch.
    rows = Batch.objects.filter(pk__in=[batch.pk for batch in batches]).order_by("pk")
    ids = list(rows.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))
    if len(ids) < len(batches):
        raise RemovedMeanwhile("One of the batches was removed meanwhile. Look again, then repeat.")
    found = list(rows.select_related("queue", "batch_group", "mixing_station"))
    for batch in found:
        access.require(by, "batch:update", batch)
        if batch.work_order_id != group.work_order_id:
            sentence = f"{batch} belongs to another work order than the group {group}."
            raise NotOfTheWorkOrder([Fault("enum", ("batches",), sentence)])
    moved = [batch for batch in found if batch.batch_group_id != group.pk]
    Batch.objects.filter(pk__in=[batch.pk for batch in moved]).update(
        batch_group=group, updated=at, version=F("version") + 1
    )
    history.record_all(
        history.entry(
            batch, "changed", by=by, at=at, changes={"batch_group": (batch.batch_group, group)}, reason=reason
        )
        for batch in moved
    )
    _tell(group, moved, by=by, at=at, reason=reason)
    return moved


def _tell(group: BatchGroup, moved: list[Batch], *, by: Actor, at: datetime, reason: str) -> None:
    happened: dict[UUID, list[journal.Happening]] = defaultdict(list)
    for batch in moved:
        happened[batch.batch_group_id].append(journal.batch_removed(batch))
        happened[group.pk] += journal.batch_entered(batch)
    for group_id in sorted(happened):
        journal.write(group_id, happened[group_id], by=by, at=at, reason=reason)
