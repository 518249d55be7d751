"""Sending again what was sent before: the same event with the same id, beside the order of its lane."""

from datetime import datetime

from django.db import transaction

from niagara.accounts import access
from niagara.accounts.actor import Actor
from niagara.accounts.operations import history
from niagara.accounts.operations.locking import hold
from niagara.webhooks.models import Delivery, Lane, Subscription


@transaction.atomic
def send_again(delivery: Delivery, *, by: Actor, at: datetime) -> None:
    """Let a worker try a delivery once more. One that is still pending is the first of its lane, which is then
    tried at once. What is paused waits until it is resumed. Raises RemovedMeanwhile, PermissionMissing."""
    hold(Subscription.objects.all(), delivery.subscription_id)
    delivery = hold(Delivery.objects.select_related("event", "subscription"), delivery.pk)
    access.require(by, "webhook:update", delivery)
    if delivery.state == Delivery.State.PENDING:
        lane = Lane.objects.filter(subscription=delivery.subscription_id, subject_id=delivery.event.subject_id)
        lane.filter(lease_by=None).update(next_at=at)
    elif delivery.next_at is None:
        delivery.next_at = at
        delivery.save(update_fields=["next_at"])
    history.record(
        delivery.subscription, "asked to send again", by=by, at=at, changes={"event": (None, delivery.event_id)}
    )


@transaction.atomic
def send_dead_again(subscription: Subscription, *, since: datetime, by: Actor, at: datetime) -> int:
    """Let a worker try once more all that was given up since a time. Returns how many. Raises RemovedMeanwhile,
    PermissionMissing."""
    subscription = hold(Subscription.objects.all(), subscription.pk)
    access.require(by, "webhook:update", subscription)
    dead = Delivery.objects.filter(
        subscription=subscription, state=Delivery.State.DEAD, updated__gte=since, next_at=None
    )
    number = dead.update(next_at=at)
    history.record(
        subscription,
        "asked to send again",
        by=by,
        at=at,
        changes={"since": (None, since), "deliveries": (None, number)},
    )
    return number
