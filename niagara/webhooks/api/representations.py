from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import F, Func, Sum, Value
from rest_framework import serializers

from niagara import sealing
from niagara.api.representations import Derived, Gathered, IdText, Representation, utc_text
from niagara.webhooks.models import EVENTS, Attempt, Delivery, Lane, Subscription


def _gather_waiting(ids: Mapping[type[models.Model], set[Any]]) -> dict[Any, int]:
    """For each subscription, how many events are to be sent yet."""
    lanes = Lane.objects.filter(subscription__in=ids[Subscription], sent_version__lt=F("last_version"))
    counted = lanes.order_by().annotate(webhook=IdText("subscription_id")).values("webhook")
    counted = counted.annotate(waiting=Sum(F("last_version") - F("sent_version")))
    return dict(counted.values_list("webhook", "waiting"))


class HealthRepresentation(Representation):
    """How it goes: what is still to be sent, since when nothing is taken, and when something last was (to the
    minute)."""

    model = Subscription

    pending = Gathered(_gather_waiting, shown=serializers.IntegerField(), otherwise=0)
    failing_since = serializers.DateTimeField(allow_null=True)
    last_success = serializers.DateTimeField(source="last_success_at", allow_null=True)


class WebhookRepresentation(Representation):
    """Its secret is told once, by the answer that made it."""

    model = Subscription
    links = {"self": "webhooks/{pk}", "nter:webhook-deliveries": "webhooks/{pk}/deliveries"}

    webhook_id = serializers.UUIDField(source="pk")
    created = serializers.DateTimeField()
    updated = serializers.DateTimeField()
    url = serializers.URLField()
    events = serializers.ListField(child=serializers.ChoiceField(choices=EVENTS))
    description = serializers.CharField()
    active = serializers.BooleanField(source="is_active")
    pause_reason = serializers.ChoiceField(choices=Subscription.Pause.choices)
    old_secret_until = serializers.DateTimeField(source="previous_secret_until", allow_null=True)
    health = HealthRepresentation(inline="")


class WebhookWithSecretRepresentation(WebhookRepresentation):
    """As it is told once: with the secret that its deliveries are signed with."""

    secret = Derived(sealing.unseal, "secret", shown=serializers.CharField())


class PingRepresentation(serializers.Serializer):
    """What came of a ping: a status, or an error when there was no answer; the duration is in milliseconds."""

    status = serializers.IntegerField(allow_null=True)
    error = serializers.CharField()
    duration = serializers.IntegerField()
    answer = serializers.CharField()


class DeliveredEventRepresentation(Representation):
    """The event, whose id is the `webhook-id` of every try."""

    model = Delivery

    event_id = serializers.UUIDField()
    name = serializers.CharField(source="event.name")
    subject_id = serializers.UUIDField(source="event.subject_id")
    version = serializers.IntegerField(source="event.version")


class DeliveryRepresentation(Representation):
    model = Delivery
    links = {"self": "webhooks/{address}", "nter:webhook": "webhooks/{subscription_id}"}

    delivery_id = serializers.UUIDField(source="pk")
    created = serializers.DateTimeField()
    updated = serializers.DateTimeField()
    status = serializers.ChoiceField(choices=Delivery.State.choices, source="state")
    tries = serializers.IntegerField()
    event = DeliveredEventRepresentation(inline="")

    @classmethod
    def annotated(cls, rows: models.QuerySet) -> models.QuerySet:
        path = Func(
            *(IdText("subscription_id"), Value("/deliveries/"), IdText("pk")),
            template="(%(expressions)s)", arg_joiner=" || ", output_field=models.CharField(),
        )  # fmt: skip
        return rows.annotate(address=path)


class AttemptRepresentation(PingRepresentation):
    """One try."""

    at = serializers.DateTimeField()


def _gather_attempts(ids: Mapping[type[models.Model], set[Any]]) -> dict[Any, list[dict[str, Any]]]:
    found: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for attempt in Attempt.objects.filter(delivery__in=ids[Delivery]):
        found[str(attempt.delivery_id)].append(
            {
                "at": utc_text(attempt.at),
                "status": attempt.status,
                "error": attempt.error,
                "duration": attempt.duration,
                "answer": attempt.answer,
            }
        )
    return found


class DeliveryWithAttemptsRepresentation(DeliveryRepresentation):
    attempts = Gathered(_gather_attempts, shown=AttemptRepresentation(many=True), otherwise=[])
