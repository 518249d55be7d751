"""What the board shows: the queues of a location, the first batches of each, and how long that will take."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, Q, Sum
from django.utils.safestring import SafeString

from batches.models import Batch, Cycle
from batches.views.batch_filters import BatchFilters
from batches.views.cards import Card, draw_cards, read_cards
from niagara.accounts.models import User
from niagara.directory.models import Location
from queues.models import Queue

CARDS = 400  # on the whole board, about
LEAST, MOST = 8, 40  # in a queue
PACE_DAYS = 14
PACE_SECONDS = 10 * 60  # for which a pace is kept: it changes slowly, and the board asks every few seconds


@dataclass
class Column:
    """A queue on the board. `pace` is how many cycles a day were done in it lately; 0 when that is not known."""

    queue: Any
    pace: float
    may_move: bool
    cards: list[Card] = field(default_factory=list)
    in_all: int = 0

    @property
    def left_out(self) -> int:
        return self.in_all - len(self.cards)

    @property
    def drawn(self) -> SafeString:
        return draw_cards(self.cards, may_move=self.may_move)

    @property
    def days(self) -> float | None:
        """How long the work in the queue takes at its pace."""
        return self.queue.active_cycles / self.pace if self.pace else None

    @property
    def days_at_capacity(self) -> float | None:
        """How long it takes at least; None where nobody said what the queue can do."""
        return self.queue.active_cycles / self.queue.capacity if self.queue.capacity else None


def location_shown(filters: BatchFilters, user: User) -> Location | None:
    """The one that is asked for; else the user's own, else that with the most work."""
    if location := filters.said("location"):
        return location
    work = Sum("queues__batches__active", filter=Q(queues__batches__active__gt=0), default=0)
    rows = Location.objects.visible_to(user).filter(queues__isnull=False).annotate(work=work).order_by("-work", "pk")
    found = list(rows)
    return next((one for one in found if one.pk in user.location_ids), None) or next(iter(found), None)


def read_board(location: Location, filters: BatchFilters, user: User, at: datetime) -> list[Column]:
    queues = Queue.objects.visible_to(user).filter(location=location).with_load().in_order()
    used = list(queues.filter(Q(is_active=True) | Q(active_batches__gt=0)))
    pace = _pace(location, at)
    may_move = "batch:update" in user.grants
    columns = {queue.pk: Column(queue, pace.get(queue.pk, 0) / PACE_DAYS, may_move) for queue in used}
    if not columns:
        return []
    work = _work_up_to(columns)

    def takes(queue: UUID, batch: UUID, active: int) -> timedelta | None:
        per_day = columns[queue].pace
        return timedelta(days=work.get(batch, active) / per_day) if per_day else None

    number = max(LEAST, min(MOST, CARDS // len(columns)))
    batches = filters.narrow(Batch.objects.visible_to(user).filter(queue__in=list(columns)).active(), at)
    for card in read_cards(batches.heads_of_queues(number).in_processing_order(), takes, at):
        column = columns[card.queue]
        column.cards.append(card)
        column.in_all = card.in_all
    return list(columns.values())


def _work_up_to(queues: Iterable[UUID]) -> dict[UUID, int]:
    """Batch → the active cycles that stand in its queue up to and with its own."""
    rows = Batch.objects.active().filter(queue__in=queues).in_processing_order()
    found: dict[UUID, int] = {}
    sums: dict[UUID, int] = defaultdict(int)
    for batch_id, queue_id, active in rows.values_list("pk", "queue_id", "active"):
        sums[queue_id] += active
        found[batch_id] = sums[queue_id]
    return found


def _pace(location: Location, at: datetime) -> dict[UUID, int]:
    """Queue → how many cycles were done in it in the last days."""

    def count() -> dict[UUID, int]:
        since = at - timedelta(days=PACE_DAYS)
        done = Cycle.objects.filter(organization_id=location.organization_id, batch__queue__location=location)
        by_queue = done.done_since(since).order_by().values("batch__queue").annotate(number=Count("pk"))
        return dict(by_queue.values_list("batch__queue", "number"))

    return cache.get_or_set(f"pace:{location.pk}", count, PACE_SECONDS) or {}


def names(people: Sequence[User]) -> str:
    return ", ".join(map(str, people))
