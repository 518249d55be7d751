"""Making and changing queues; they are removed as any row is."""

from datetime import datetime

from django.db import transaction

from niagara import ranks
from niagara.accounts.actor import Actor
from niagara.accounts.operations import saving
from niagara.accounts.operations.locking import hold
from niagara.directory.models import Location
from niagara.refusals import Conflict
from queues.models import Queue


class HoldsBatches(Conflict):
    """What stands in a queue is where the queue is."""


@transaction.atomic
def create_queue(queue: Queue, *, by: Actor, at: datetime) -> None:
    """Write a new queue, behind the others of its location unless it has a priority.

    Raises RemovedMeanwhile, PermissionMissing, Invalid, TakenMeanwhile.
    """
    if not queue.priority:
        hold(Location.objects.all(), queue.location_id)
        last = Queue.objects.filter(location_id=queue.location_id).order_by("-priority")
        queue.priority = ranks.between(last.values_list("priority", flat=True).first(), None)
    saving.create_row(queue, by=by, at=at)


@transaction.atomic
def change_queue(queue: Queue, *, by: Actor, at: datetime, if_version: int | None = None) -> None:
    """Write what was changed on a queue.

    Raises RemovedMeanwhile, PermissionMissing, HoldsBatches, ChangedMeanwhile, Invalid, TakenMeanwhile.
    """
    stored = hold(Queue.objects.all(), queue.pk)
    if stored.location_id != queue.location_id and stored.batches.exists():
        raise HoldsBatches(f"{stored} holds batches, so it stays where it is. Move them to another queue first.")
    saving.change_row(queue, by=by, at=at, if_version=if_version)
