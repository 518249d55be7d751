"""What came of the tries of a worker: written as long as the worker still has what it took."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import uniform
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from niagara.accounts.actor import Actor
from niagara.accounts.operations.locking import RemovedMeanwhile
from niagara.records.models import Notification
from niagara.records.operations.notifying import notify_holders
from niagara.webhooks.models import Attempt, Delivery, Lane, Subscription
from niagara.webhooks.operations.claiming import Job
from niagara.webhooks.operations.subscribing import pause
from niagara.webhooks.sending import Answer

# How long after each failure the next try comes; the first is made at once.
DELAYS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
)
LONGEST_WAIT = timedelta(days=1)  # that a receiver can ask for
FAILS_FOR = timedelta(days=5)  # without one success, until a subscription is paused
_TO_THE_MINUTE = timedelta(minutes=1)
_GONE = 410


def jitter() -> float:
    """So that what failed together does not come back together."""
    return uniform(0.9, 1.1)  # noqa: S311  # it keeps no secret


@dataclass(frozen=True)
class Result:
    job: Job
    at: datetime  # when the try began
    answer: Answer


def next_try(fails: int, answer: Answer, at: datetime, spread: Callable[[], float] = jitter) -> datetime | None:
    """When to try again after so many failures, not before the receiver wants it; None when it was the last."""
    if fails > len(DELAYS):
        return None
    wanted = min(timedelta(seconds=answer.seconds_to_wait(at)), LONGEST_WAIT)
    return at + max(DELAYS[fails - 1] * spread(), wanted)


@transaction.atomic(savepoint=False)
def record(results: Sequence[Result], *, at: datetime) -> tuple[list[Result], list[Result]]:
    """Write what came of these tries. Returns those that counted, and those to hand in again, since somebody
    holds what they are about.

    A result counts only while its lease does: whoever was overtaken, because it took too long, changes
    nothing. Lanes are held for moments by those who publish, for whom nobody here waits.
    """
    lanes = _held(Lane, [result.job.lane for result in results])
    again = _held(Delivery, [result.job.delivery for result in results])
    held_up, counted = [], []
    for result in results:
        job = result.job
        found: Any = lanes.get(job.taken.pk) or again.get(job.taken.pk)
        if found is None:
            held_up.append(result)
        elif found.lease_by == job.lease and (job.lane is None or found.sent_version == job.lane.sent_version):
            counted.append(result)
    deliveries = _deliveries_of(counted, again)
    for result in counted:
        delivery = deliveries[result.job.subscription.pk, result.job.event.pk]
        delivery.tries, delivery.updated = delivery.tries + 1, at
        if result.job.lane is None:
            _close_again(delivery, result)
        else:
            _move_on(lanes[result.job.lane.pk], delivery, result, at)
    _write(counted, deliveries.values(), lanes)
    _tell_of_dead(result for result in counted if _is_dead(deliveries, result))
    gone = _gone(held_up)
    return counted, [result for result in held_up if result.job.taken.pk not in gone]


def _held(model: Any, taken: Iterable[Any]) -> dict[UUID, Any]:
    """Those of the rows that nobody else holds, held."""
    ids = [row.pk for row in taken if row is not None]
    return {row.pk: row for row in model.objects.select_for_update(skip_locked=True).filter(pk__in=ids)} if ids else {}


def _gone(results: Iterable[Result]) -> set[UUID]:
    """What was removed, rather than held by somebody."""
    lanes = {result.job.lane.pk for result in results if result.job.lane}
    again = {result.job.delivery.pk for result in results if result.job.delivery}
    gone = lanes - set(Lane.objects.filter(pk__in=lanes).values_list("pk", flat=True)) if lanes else set()
    return gone | (again - set(Delivery.objects.filter(pk__in=again).values_list("pk", flat=True)) if again else set())


def _deliveries_of(counted: Iterable[Result], again: dict[UUID, Delivery]) -> dict[tuple[UUID, UUID], Delivery]:
    """The delivery that each is a try of; a new one for what was never tried."""
    jobs = [result.job for result in counted]
    found = {(one.subscription_id, one.event_id): one for one in again.values()}
    wanted = Q(subscription__in={job.subscription.pk for job in jobs}, event__in=[job.event.pk for job in jobs])
    if jobs:
        for one in Delivery.objects.filter(wanted).order_by():
            found.setdefault((one.subscription_id, one.event_id), one)
    for job in jobs:
        key = (job.subscription.pk, job.event.pk)
        if key not in found:
            found[key] = Delivery(
                organization_id=job.subscription.organization_id, subscription=job.subscription, event=job.event
            )
    return {(job.subscription.pk, job.event.pk): found[job.subscription.pk, job.event.pk] for job in jobs}


def _move_on(lane: Lane, delivery: Delivery, result: Result, at: datetime) -> None:
    """Let the lane go on with its next event after a success and when it gives up, else try again later."""
    lane.lease_by = None
    lane.fails = 0 if result.answer.is_success else lane.fails + 1
    later = None if result.answer.is_success else next_try(lane.fails, result.answer, at)
    if later is None:
        delivery.state = Delivery.State.DELIVERED if result.answer.is_success else Delivery.State.DEAD
        lane.sent_version, lane.fails = result.job.event.version, 0
    else:
        delivery.state = Delivery.State.PENDING
    lane.next_at = later or at


def _close_again(delivery: Delivery, result: Result) -> None:
    delivery.next_at = delivery.lease_by = None
    if result.answer.is_success:
        delivery.state = Delivery.State.DELIVERED


def _write(counted: Iterable[Result], deliveries: Iterable[Delivery], lanes: dict[UUID, Lane]) -> None:
    new = [one for one in deliveries if one._state.adding]
    old = [one for one in deliveries if not one._state.adding]
    for one in new:
        one.created = one.updated
    Delivery.objects.bulk_create(new)
    _rewrite(Delivery, old, ["state", "tries", "updated", "next_at", "lease_by"])
    of = {(one.subscription_id, one.event_id): one for one in (*new, *old)}
    Attempt.objects.bulk_create(
        Attempt(
            delivery=of[result.job.subscription.pk, result.job.event.pk],
            at=result.at,
            status=result.answer.status,
            error=result.answer.error,
            duration=result.answer.duration,
            answer=result.answer.text,
        )
        for result in counted
    )
    moved = [lanes[result.job.lane.pk] for result in counted if result.job.lane is not None]
    _rewrite(Lane, moved, ["sent_version", "fails", "next_at", "lease_by"])


def _rewrite(model: Any, rows: Sequence[Any], fields: Sequence[str]) -> None:
    """Write these fields of held rows. `bulk_update` makes an expression of every value, which was half of all
    that a worker did."""
    if rows:
        model.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=fields)


def _is_dead(deliveries: dict[tuple[UUID, UUID], Delivery], result: Result) -> bool:
    """Whether it was given up just now."""
    delivery = deliveries[result.job.subscription.pk, result.job.event.pk]
    return result.job.lane is not None and delivery.state == Delivery.State.DEAD


def _tell_of_dead(results: Iterable[Result]) -> None:
    last = {result.job.subscription.pk: result.at for result in results}
    for subscription in Subscription.objects.filter(pk__in=last) if last else ():  # but for those that were removed
        notify_holders(
            "webhook:update",
            Notification.Kind.DELIVERY_DEAD,
            f"What {subscription} did not take in {len(DELAYS) + 1} tries is given up. It can be sent again.",
            about=subscription,
            at=last[subscription.pk],
        )


def note_health(results: Iterable[Result], *, at: datetime) -> None:
    """Of results that counted: keep since when each subscription fails and when it last did not, and pause one
    that is beyond hope.

    Apart from `record`, which holds lanes: who holds a subscription may wait for those.
    """
    of: dict[Subscription, list[Answer]] = {}
    for result in results:
        of.setdefault(result.job.subscription, []).append(result.answer)
    for subscription, answers in of.items():
        row = Subscription.objects.filter(pk=subscription.pk)
        if any(answer.is_success for answer in answers):
            stale = Q(last_success_at=None) | Q(last_success_at__lt=at - _TO_THE_MINUTE)
            row.filter(stale | Q(failing_since__isnull=False)).update(failing_since=None, last_success_at=at)
        else:
            row.filter(failing_since=None).update(failing_since=at)
        if any(answer.status == _GONE for answer in answers):
            _pause(subscription, Subscription.Pause.GONE, at)
        elif row.active().filter(failing_since__lte=at - FAILS_FOR).exists():
            _pause(subscription, Subscription.Pause.FAILING, at)


def _pause(subscription: Subscription, why: Subscription.Pause, at: datetime) -> None:
    try:
        pause(subscription, by=Actor.system(), at=at, why=why)
    except RemovedMeanwhile:
        return
