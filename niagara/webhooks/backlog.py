"""What is still to be delivered, of all organizations together: for those who operate the system."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Min, OuterRef, Subquery, Sum

from niagara.webhooks.models import Delivery, Event, Lane


@dataclass(frozen=True)
class Backlog:
    """How many events wait for webhooks that are not paused, the age of the oldest, and how many were given up."""

    waiting: int
    oldest_seconds: float | None
    dead: int


def backlog(*, at: datetime) -> Backlog:
    lanes = Lane.objects.filter(sent_version__lt=F("last_version"), subscription__is_active=True).order_by()
    heads = Event.objects.filter(subject_id=OuterRef("subject_id"), version=OuterRef("sent_version") + 1)
    found = lanes.annotate(since=Subquery(heads.order_by().values("created")[:1])).aggregate(
        waiting=Sum(F("last_version") - F("sent_version")), oldest=Min("since")
    )
    oldest = found["oldest"]
    return Backlog(
        waiting=found["waiting"] or 0,
        oldest_seconds=None if oldest is None else max(0.0, (at - oldest).total_seconds()),
        dead=Delivery.objects.of_subscriptions_there_are().filter(state=Delivery.State.DEAD, next_at=None).count(),
    )
