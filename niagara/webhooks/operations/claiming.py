"""What a worker takes to send, and for how long it is the worker's alone."""

from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import shuffle
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from niagara.webhooks.models import Delivery, Event, Lane, Subscription
from niagara.webhooks.sending import DEADLINE

# Longer than any request can take. Who comes back to it later than that finds it taken over.
LEASE = timedelta(seconds=3 * DEADLINE)


@dataclass(frozen=True)
class Job:
    """One event to send to one subscription: the head of a lane, or a delivery that is sent again beside it."""

    lease: UUID
    until: datetime
    subscription: Subscription
    event: Event
    lane: Lane | None = None
    delivery: Delivery | None = None

    @property
    def taken(self) -> Lane | Delivery:
        taken = self.lane or self.delivery
        assert taken is not None
        return taken


@dataclass
class Slots:
    """How many requests a worker has under way at once, and for whom.

    One subscription gets half of them, and all those that fail share half of them, so that receivers
    that never answer hold back no other.
    """

    number: int
    running: Counter[UUID] = field(default_factory=Counter)
    failing: set[UUID] = field(default_factory=set)

    @property
    def free(self) -> int:
        return self.number - self.running.total()

    @property
    def share(self) -> int:
        return max(1, self.number // 2)

    def room_for(self, subscription: Subscription) -> int:
        room = min(self.free, self.share - self.running[subscription.pk])
        if subscription.failing_since is not None:
            room = min(room, self.share - sum(self.running[one] for one in self.failing))
        return max(0, room)

    def take(self, job: Job) -> None:
        self.running[job.subscription.pk] += 1
        if job.subscription.failing_since is not None:
            self.failing.add(job.subscription.pk)
        else:
            self.failing.discard(job.subscription.pk)

    def give_back(self, job: Job) -> None:
        self.running[job.subscription.pk] -= 1


@transaction.atomic(savepoint=False)
def claim(slots: Slots, *, at: datetime) -> list[Job]:
    """Take what is due, as much as there is room for, the longest due of each subscription first."""
    if not slots.free:
        return []
    slots, claimed = deepcopy(slots), list[Job]()  # what is taken counts once it is committed
    # First those with least under way: what comes free goes to them, however slow the others are.
    for subscription in sorted(_with_work(at), key=lambda one: slots.running[one.pk]):
        room = slots.room_for(subscription)
        jobs = _claim_lanes(subscription, room, at) if room else []
        if subscription.has_more and len(jobs) < room:  # type: ignore[attr-defined]
            jobs += _claim_again(subscription, room - len(jobs), at)
        for job in jobs:
            slots.take(job)
        claimed += jobs
        if not slots.free:
            break
    return claimed


def _with_work(at: datetime) -> list[Subscription]:
    """The subscriptions for which something is due, in no order, so that each has its turn among its like."""
    lanes = Exists(Lane.objects.due(at).of_outer_subscription())
    again = Exists(Delivery.objects.to_send_again(at).of_outer_subscription())
    found = list(Subscription.objects.active().filter(lanes | again).annotate(has_more=again).order_by())
    shuffle(found)
    return found


def _claim_lanes(subscription: Subscription, number: int, at: datetime) -> list[Job]:
    due = Lane.objects.due(at).filter(subscription=subscription).order_by("next_at")
    lanes = {lane.pk: lane for lane in due.select_for_update(skip_locked=True)[:number]}
    if not lanes:
        return []
    held = Lane.objects.filter(pk__in=lanes).annotate(head=Subquery(_head(subscription)))
    heads: dict[UUID, UUID] = dict(held.exclude(head=None).values_list("pk", "head"))
    # Where there is none, all that waited are events it no longer wants.
    Lane.objects.filter(pk__in=lanes.keys() - heads.keys()).update(sent_version=F("last_version"), fails=0)
    lease, until = uuid4(), at + LEASE
    Lane.objects.filter(pk__in=heads).update(lease_by=lease, next_at=until)
    events = Event.objects.in_bulk(heads.values())
    return [Job(lease, until, subscription, events[head], lane=lanes[pk]) for pk, head in heads.items()]


def _head(subscription: Subscription) -> QuerySet:
    """The id of the event that a lane is to send next."""
    events = Event.objects.filter(subject_id=OuterRef("subject_id"), version__gt=OuterRef("sent_version"))
    names = subscription.names()
    wanted = events if names is None else events.filter(name__in=names)
    return wanted.order_by("version").values("pk")[:1]


def _claim_again(subscription: Subscription, number: int, at: datetime) -> list[Job]:
    due = Delivery.objects.to_send_again(at).filter(subscription=subscription).order_by("next_at")
    deliveries = list(due.select_for_update(skip_locked=True)[:number])
    if not deliveries:
        return []
    lease, until = uuid4(), at + LEASE
    Delivery.objects.filter(pk__in=[one.pk for one in deliveries]).update(lease_by=lease, next_at=until)
    events = Event.objects.in_bulk([one.event_id for one in deliveries])
    return [Job(lease, until, subscription, events[one.event_id], delivery=one) for one in deliveries]
