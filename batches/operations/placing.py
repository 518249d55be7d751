"""Where a batch stands in its queue."""

from batches.models import Batch
from niagara import ranks
from niagara.accounts.actor import Actor
from niagara.accounts.operations.locking import hold
from niagara.refusals import Conflict, Fault, Invalid, NotAllowed
from queues.models import Queue


class QueueClosed(NotAllowed):
    """The user has no access to the queue."""


# A chosen rank leaves as much room again for those that have to go behind it.
MAX_CHOSEN = ranks.MAX_LENGTH // 2


class NoRoom(Conflict):
    """No rank fits there."""


def require_access(queue: Queue, *, by: Actor) -> None:
    """Raise QueueClosed unless the actor's user may place batches in the queue."""
    if not queue.is_open_to(by.user):
        raise QueueClosed(f"You have no access to the queue {queue.label}. Ask for it, or choose another queue.")


def lock_queue(queue: Queue) -> None:
    """Let one transaction at a time give out places in the queue. Raises RemovedMeanwhile."""
    hold(Queue.objects.all(), queue.pk)


def ranks_at_end(queue: Queue, number: int) -> list[str]:
    """So many ranks behind everything that stands in a locked queue. Raises NoRoom."""
    last = Batch.objects.in_queue(queue).order_by("-order").values_list("order", flat=True).first()
    found = []
    for _ in range(number):
        last = _between(last, None)
        found.append(last)
    return found


def rank_at(queue: Queue, order: str, *, moving: Batch | None = None) -> str:
    """The rank a person chose; directly behind the batch that has it already, if one does.

    Raises Invalid, NoRoom.
    """
    if len(order) > MAX_CHOSEN and (moving is None or order != moving.order):
        message = f"Use at most {MAX_CHOSEN} characters."
        raise Invalid([Fault("maxLength", ("order",), message, {"limit": MAX_CHOSEN})])
    others = _others(queue, moving)
    if not others.filter(order=order).exists():
        return order
    return _between(order, _next_after(queue, order, moving))


def rank_before(queue: Queue, neighbour: Batch, *, moving: Batch | None = None) -> str:
    """A rank directly ahead of `neighbour`, which stands in the locked queue."""
    order = _order_in(queue, neighbour, "before")
    previous = _others(queue, moving).filter(order__lt=order).order_by("-order")
    return _between(previous.values_list("order", flat=True).first(), order)


def rank_after(queue: Queue, neighbour: Batch, *, moving: Batch | None = None) -> str:
    """A rank directly behind `neighbour`, which stands in the locked queue."""
    order = _order_in(queue, neighbour, "after")
    return _between(order, _next_after(queue, order, moving))


def _others(queue: Queue, moving: Batch | None):  # type: ignore[no-untyped-def]
    batches = Batch.objects.in_queue(queue)
    return batches if moving is None else batches.exclude(pk=moving.pk)


def _next_after(queue: Queue, order: str, moving: Batch | None) -> str | None:
    following = _others(queue, moving).filter(order__gt=order).order_by("order")
    rank: str | None = following.values_list("order", flat=True).first()
    return rank


def _between(before: str | None, after: str | None) -> str:
    rank = ranks.between(before, after)
    if len(rank) > ranks.MAX_LENGTH:
        raise NoRoom("There is no room left in this place of the queue. Place it elsewhere, or move its neighbours.")
    return rank


def _order_in(queue: Queue, neighbour: Batch, where: str) -> str:
    # It may have moved since it was read.
    order = Batch.objects.in_queue(queue).filter(pk=neighbour.pk).values_list("order", flat=True).first()
    if order is None:
        raise Invalid([Fault("enum", (where, "batch_id"), f"Choose a batch that stands in the queue {queue.label}.")])
    return order
