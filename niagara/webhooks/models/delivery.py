from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import OuterRef, Q

from niagara import clock
from niagara.accounts.access import RowQuerySet
from niagara.accounts.models import Organization, User, time_ordered_id
from niagara.webhooks.models.event import Event
from niagara.webhooks.models.subscription import Subscription

KEPT_OF_AN_ANSWER = 4096  # bytes
KEPT_DELIVERED = timedelta(days=30)
KEPT_DEAD = timedelta(days=180)  # longer: they may still be sent again


class DeliveryQuerySet(RowQuerySet["Delivery"]):
    def in_organization_of(self, user: User) -> Self:
        return super().in_organization_of(user).of_subscriptions_there_are()

    def of_subscriptions_there_are(self) -> Self:
        """Without what those that were removed left behind."""
        return self.filter(subscription__in=Subscription.objects.order_by())

    def related_to(self, user: User) -> "DeliveryQuerySet":
        return self.filter(subscription__in=Subscription.objects.related_to(user))

    def to_send_again(self, at: datetime) -> "DeliveryQuerySet":
        return self.filter(next_at__lte=at)

    def outdated(self, at: datetime) -> "DeliveryQuerySet":
        """Those of which nobody wants to know any more."""
        delivered = Q(state=Delivery.State.DELIVERED, updated__lt=at - KEPT_DELIVERED)
        dead = Q(state=Delivery.State.DEAD, updated__lt=at - KEPT_DEAD)
        return self.filter(delivered | dead, next_at=None)

    def of_outer_subscription(self) -> "DeliveryQuerySet":
        return self.filter(subscription_id=OuterRef("pk"))


class Delivery(models.Model):
    """One event to one subscription, from its first try on.

    `next_at` is set while somebody wants it sent again, beside its lane; see `Lane` for how a worker
    takes it.
    """

    class State(models.TextChoices):
        PENDING = "pending", "Tried, and to be tried again"
        DELIVERED = "delivered", "Delivered"
        DEAD = "dead", "Given up"

    resource = "webhook"
    location_path = None

    id = models.UUIDField(primary_key=True, default=time_ordered_id, editable=False)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    subscription = models.ForeignKey(  # as in Lane
        Subscription, models.DO_NOTHING, related_name="deliveries", db_constraint=False, db_index=False
    )
    event = models.ForeignKey(Event, models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    tries = models.PositiveIntegerField(default=0)
    created = models.DateTimeField(default=clock.now, editable=False)
    updated = models.DateTimeField(default=clock.now, editable=False)  # of the last try
    next_at = models.DateTimeField(null=True)
    lease_by = models.UUIDField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ("-event_id",)
        constraints = [
            # The ids of events sort by time, so this is also the order of a subscription's deliveries.
            models.UniqueConstraint(fields=["subscription", "event"], name="delivery_is_of_an_event_to_a_webhook_once"),
        ]
        indexes = [
            models.Index(
                fields=["subscription", "state", "event"],
                condition=~Q(state="delivered"),
                name="deliveries_not_delivered",
            ),
            models.Index(
                fields=["subscription", "next_at"],
                condition=Q(next_at__isnull=False),
                name="deliveries_to_send_again",
            ),
            models.Index(fields=["state", "updated"], name="deliveries_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.subscription}"

    @property
    def place_id(self) -> None:
        return None


class Attempt(models.Model):
    """One try of a delivery, and what came of it: a status, or an error when there was no answer."""

    id = models.UUIDField(primary_key=True, default=time_ordered_id, editable=False)
    # Forgotten with the delivery by a worker, many at once instead of one by one.
    delivery = models.ForeignKey(Delivery, models.DO_NOTHING, related_name="attempts")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=200, blank=True)
    duration = models.PositiveIntegerField()  # in milliseconds
    answer = models.TextField(blank=True)  # the first 4 KiB

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=Q(status=None) ^ Q(error=""), name="attempt_has_a_status_or_an_error"),
        ]

    def __str__(self) -> str:
        return str(self.status or self.error)
