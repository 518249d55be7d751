"""Moving several batches at once, in the order they stand in."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from batches.models import Batch
from batches.operations.changing import Changes, change_batch
from niagara.accounts.actor import Actor
from niagara.accounts.operations.locking import RemovedMeanwhile
from queues.models import Queue


class Place(StrEnum):
    FIRST = "first"
    LAST = "last"


@transaction.atomic
def move_batches(
    *, batches: Sequence[Batch], queue: Queue, place: Place = Place.LAST, by: Actor, at: datetime
) -> list[Batch]:
    """Move all of these batches to the head or the end of a queue, or none of them.

    Raises as `change_batch`.
    """
    _hold_all(batches)  # before the queue: nobody who holds a queue waits for a batch
    ids = [batch.pk for batch in batches]
    rows = Batch.objects.filter(pk__in=ids).order_by("queue__priority", "queue_id", "order")
    others = Batch.objects.in_queue(queue).exclude(pk__in=ids).in_processing_order()
    beside = others.first() if place == Place.FIRST else others.last()
    moved: list[Batch] = []
    for batch in rows:
        changes: Changes = {"queue": queue}
        if moved:
            changes["after"] = moved[-1]
        elif beside and place == Place.FIRST:
            changes["before"] = beside
        elif beside:
            changes["after"] = beside
        moved.append(change_batch(batch=batch, changes=changes, by=by, at=at))
    return moved


def _hold_all(batches: Sequence[Batch]) -> None:
    held = Batch.objects.select_for_update(no_key=True).filter(pk__in=[batch.pk for batch in batches])
    if len(held.order_by("pk").values_list("pk")) < len(batches):
        raise RemovedMeanwhile("One of these batches was removed meanwhile.")
