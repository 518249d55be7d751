"""Making queues; they are changed and removed as any row is."""

from datetime import datetime

from django.db import transaction

from niagara import ranks
from niagara.accounts.actor import Actor
from niagara.accounts.operations import saving
from niagara.accounts.operations.locking import hold
from niagara.directory.models import Location
from queues.models import Queue


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
