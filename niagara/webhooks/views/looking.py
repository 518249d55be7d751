"""Webhooks, how they are, and what was sent to them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Sum

from niagara.screens.forms import FilterForm
from niagara.screens.pages import Page
from niagara.webhooks.models import Attempt, Delivery, Lane, Subscription
from niagara.webhooks.outcomes import sentence_of

PER_PAGE = 25
STATES = [("", "All"), *Delivery.State.choices]


def with_health(webhooks: Iterable[Any]) -> list[Subscription]:
    """The webhooks, each with how many events wait for it and how many were given up."""
    rows: list[Any] = list(webhooks)
    ids = [row.pk for row in rows]
    lanes = Lane.objects.filter(subscription__in=ids, sent_version__lt=F("last_version")).order_by()
    waiting = lanes.values("subscription").annotate(number=Sum(F("last_version") - F("sent_version")))
    deliveries = Delivery.objects.filter(subscription__in=ids, state=Delivery.State.DEAD).order_by()
    dead = deliveries.values("subscription").annotate(number=Count("pk"))
    counts = [dict(one.values_list("subscription", "number")) for one in (waiting, dead)]
    for row in rows:
        row.waiting, row.dead = (found.get(row.pk, 0) for found in counts)
        row.word, row.kind = _state_of(row)
    return rows


def _state_of(webhook: Subscription) -> tuple[str, str]:
    if not webhook.is_active:
        return "paused", "on-hold"
    return ("failing", "bad") if webhook.failing_since else ("active", "good")


class WebhooksPage(Page):
    """Where other systems are told of events, and how that goes."""

    permission = "webhook:read"
    template_name = "webhooks/list.html"
    part_template_name = "webhooks/list_part.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        webhooks = with_health(Subscription.objects.visible_to(self.user).order_by("-id"))
        return super().get_context_data(webhooks=webhooks, **kwargs)


class DeliveryFilters(FilterForm):
    state = forms.ChoiceField(label="Show", choices=STATES, required=False)


class WebhookPage(Page):
    """A webhook with its deliveries, those of the newest events on top."""

    permission = "webhook:read"
    template_name = "webhooks/page.html"
    part_template_name = "webhooks/page_part.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.row(Subscription.objects, self.kwargs["webhook_id"])
        [webhook] = with_health([found])
        filters = DeliveryFilters(self.request.GET, self.user)
        deliveries: QuerySet = Delivery.objects.visible_to(self.user).filter(subscription=webhook)
        if state := filters.said("state"):
            deliveries = deliveries.filter(state=state)
        if before := _id_in(self.request.GET.get("before", "")):
            deliveries = deliveries.filter(event__lt=before)
        last = Attempt.objects.filter(delivery=OuterRef("pk")).order_by("-id")
        deliveries = deliveries.annotate(
            last_status=Subquery(last.values("status")[:1]), last_error=Subquery(last.values("error")[:1])
        )
        rows = list(deliveries.select_related("event").order_by("-event_id")[: PER_PAGE + 1])
        shown = rows[:PER_PAGE]
        return super().get_context_data(
            webhook=webhook,
            filters=filters,
            deliveries=shown,
            older=shown[-1].event_id if len(rows) > PER_PAGE else None,
            before=before,
            state=state,
            **kwargs,
        )


class DeliveryPage(Page):
    """One event to one webhook, with each try of it."""

    permission = "webhook:read"
    template_name = "webhooks/delivery.html"
    part_template_name = "webhooks/delivery_part.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        webhook = self.row(Subscription.objects, self.kwargs["webhook_id"])
        rows = Delivery.objects.filter(subscription=webhook).select_related("event")
        delivery = self.row(rows, self.kwargs["delivery_id"])
        tries = [(one, sentence_of(one)) for one in delivery.attempts.order_by("-id")]
        return super().get_context_data(delivery=delivery, webhook=webhook, tries=tries, **kwargs)


def _id_in(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
