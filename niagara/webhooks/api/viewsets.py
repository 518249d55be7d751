from typing import Any
from uuid import UUID

import django_filters
from django.http import HttpResponse
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.request import Request

from niagara.api.drawing import Drawing, plan_of
from niagara.api.filters import NiagaraFilterSet
from niagara.api.paging import Key
from niagara.api.rows import RowViewSet, whole
from niagara.api.viewsets import NiagaraViewSet, NothingThere, Page
from niagara.webhooks.api.inputs import NothingInput, RetriesInput, SecretInput, WebhookInput
from niagara.webhooks.api.representations import (
    DeliveryRepresentation,
    DeliveryWithAttemptsRepresentation,
    PingRepresentation,
    WebhookRepresentation,
    WebhookWithSecretRepresentation,
)
from niagara.webhooks.models import Delivery, Subscription
from niagara.webhooks.operations.pinging import ping
from niagara.webhooks.operations.resending import send_again, send_dead_again
from niagara.webhooks.operations.subscribing import (
    change_subscription,
    create_subscription,
    renew_secret,
)

RETRIES = inline_serializer("Retries", {"deliveries": serializers.IntegerField()})


class WebhookViewSet(RowViewSet):
    representation = WebhookRepresentation
    id_name = "webhook_id"
    scopes = whole("webhook") | dict.fromkeys(("secrets", "pings", "retries"), "webhook:update")
    inputs = {
        "create": WebhookInput,
        "update": WebhookInput,
        "secrets": SecretInput,
        "pings": NothingInput,
        "retries": RetriesInput,
    }
    pages = {"list": Page(WebhookRepresentation, "nter:webhooks")}
    answers = {
        "create": (200, WebhookWithSecretRepresentation),
        "destroy": (205, None),
        "secrets": (200, WebhookWithSecretRepresentation),
        "pings": (200, PingRepresentation),
        "retries": (202, RETRIES),
    }
    operation_ids = {"secrets": "renewSecretOfWebhook", "pings": "pingWebhook", "retries": "retryDeadDeliveries"}
    tells_a_secret = frozenset({"create", "secrets"})
    waits_for_others = frozenset({"pings"})
    change_row = staticmethod(change_subscription)

    def create(self, request: Request) -> HttpResponse:
        """Creates a webhook. Its secret is in this answer, and in no other."""
        model: Any = Subscription
        subscription = model(organization_id=self.user.organization_id, **self.read())
        with self._said_of_the_body():
            create_subscription(subscription, by=self.actor, at=self.now)
        return self._with_secret(subscription)

    def secrets(self, request: Request, **ids: str) -> HttpResponse:
        """Makes a new secret, which is in this answer, and in no other."""
        subscription, given = self.get_row(), self.read()
        renew_secret(subscription, **given, by=self.actor, at=self.now)
        return self._with_secret(subscription)

    def pings(self, request: Request, **ids: str) -> HttpResponse:
        """Sends a signed event of the name Ping at once, and answers with what came of it."""
        subscription = self.get_row()
        self.read()
        answer = ping(subscription, by=self.actor, at=self.now)
        told = {"status": answer.status, "error": answer.error, "duration": answer.duration, "answer": answer.text}
        return self.single(1, told)

    def retries(self, request: Request, **ids: str) -> HttpResponse:
        """Sends again all deliveries that were given up since a time, and answers with their number."""
        subscription, given = self.get_row(), self.read()
        number = send_dead_again(subscription, **given, by=self.actor, at=self.now)
        return self.respond({"deliveries": number}, status=202)

    def _with_secret(self, subscription: Subscription) -> HttpResponse:
        return self.answer(subscription, shown=WebhookWithSecretRepresentation)


class DeliveryFilterSet(NiagaraFilterSet):
    status = django_filters.ChoiceFilter(field_name="state", choices=Delivery.State.choices)
    event = django_filters.CharFilter(field_name="event__name")
    event_id = django_filters.UUIDFilter()


class DeliveryViewSet(NiagaraViewSet):
    """What was sent to a webhook, or tried to; what waits for its first try is not there yet."""

    representation = DeliveryWithAttemptsRepresentation
    id_name = "delivery_id"
    scopes = {"list": "webhook:read", "retrieve": "webhook:read", "retries": "webhook:update"}
    inputs = {"retries": NothingInput}
    # The ids of events sort by time, and a delivery is the only one of its event here.
    pages = {
        "list": Page(
            DeliveryRepresentation,
            "nter:webhook-deliveries",
            DeliveryFilterSet,
            sort=(Key("event_id", descending=True, read=UUID),),
        )
    }
    answers = {"retries": (202, DeliveryWithAttemptsRepresentation)}
    operation_ids = {"retries": "retryDelivery"}

    def list(self, request: Request, webhook_id: str) -> HttpResponse:
        """Fetches the deliveries, those of the newest events first."""
        subscription = self.get_row(Subscription, "webhook_id")
        return self.page(Delivery.objects.visible_to(self.user).filter(subscription=subscription))

    def retrieve(self, request: Request, webhook_id: str, delivery_id: str) -> HttpResponse:
        """Fetches a delivery with its attempts."""
        return self._answer(self._delivery())

    def retries(self, request: Request, webhook_id: str, delivery_id: str) -> HttpResponse:
        """Sends a delivery again: the same event with the same id, beside the order of those still to come."""
        delivery = self._delivery()
        self.read()
        send_again(delivery, by=self.actor, at=self.now)
        return self._answer(delivery, status=202)

    def rows(self, model: Any) -> Any:
        rows = super().rows(model)
        return rows.filter(subscription=self.webhook) if model is Delivery else rows

    def _delivery(self) -> Delivery:
        self.webhook = self.get_row(Subscription, "webhook_id")
        delivery: Delivery = self.get_row(Delivery)
        return delivery

    def _answer(self, delivery: Delivery, *, status: int = 200) -> HttpResponse:
        found = plan_of(self.representation).statement().read(ids=[delivery.pk])
        if not found:
            raise NothingThere("This delivery was removed just now.")
        drawn = Drawing(self.api_root).single(self.representation, found[0])
        return self.single(delivery.tries, drawn, status=status)
