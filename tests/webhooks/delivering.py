"""Making events, and delivering them at a time that the test chooses."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

import orjson
from django.db import transaction

from niagara.webhooks.models import Event, Subscription
from niagara.webhooks.operations import delivering
from niagara.webhooks.operations.claiming import Job, Slots, claim
from niagara.webhooks.operations.publishing import publish
from niagara.webhooks.operations.recording import Result, note_health, record
from niagara.webhooks.operations.subscribing import create_subscription
from tests.factories import AT, Floor


def subscribe(floor: Floor, url: str, *, at: datetime = AT, **fields: object) -> tuple[Subscription, str]:
    """A new subscription, and its secret."""
    subscription = Subscription(organization=floor.organization, url=url, **{"events": ["BatchChanged"], **fields})
    return subscription, create_subscription(subscription, by=floor.by, at=at)


def tell(
    floor: Floor, subject: UUID | None = None, number: int = 1, *, name: str = "BatchChanged", at: datetime = AT
) -> list[Event]:
    """Publish the next events of a subject, as a change of it does."""
    subject = subject or uuid4()
    with transaction.atomic():
        before = Event.objects.of(subject).count()
        events = [
            Event(
                organization=floor.organization,
                name=name,
                subject_id=subject,
                version=version,
                body=orjson.dumps({"subject": str(subject), "version": version, "text": "über"}).decode(),
                created=at,
            )
            for version in range(before + 1, before + number + 1)
        ]
        publish(events)
    return events


def send(jobs: Iterable[Job], at: datetime) -> list[Result]:
    """Send as the slots of a worker do."""
    sent = [delivering.send(job, at) for job in jobs]
    return [result for result in sent if result is not None]


def deliver(at: datetime, slots: int = 8) -> list[Result]:
    """One turn of a worker at this time."""
    results = send(claim(Slots(slots), at=at), at)
    counted, held_up = record(results, at=at)
    assert held_up == []
    note_health(counted, at=at)
    return results


def deliver_all(at: datetime) -> int:
    """Turns of a worker until nothing more is due. Returns how many requests it made."""
    number = 0
    while results := deliver(at):
        number += len(results)
    return number
