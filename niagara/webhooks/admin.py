import json
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import action, display, register
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from niagara.accounts.actor import Actor
from niagara.admin import LookOnlyAdmin, NiagaraAdmin, NiagaraForm, chip, do_to_each, link, moment
from niagara.clock import now
from niagara.webhooks.models import EVENTS, Delivery, Subscription
from niagara.webhooks.operations import pinging, resending, subscribing
from niagara.webhooks.outcomes import sentence_of

_STATES = {Delivery.State.DELIVERED: "good", Delivery.State.DEAD: "bad", Delivery.State.PENDING: "pending"}


class SubscriptionForm(NiagaraForm):
    events = forms.MultipleChoiceField(
        choices=[(name, "Every event, those to come as well" if name == "*" else name) for name in EVENTS],
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Subscription
        fields = ("url", "events", "description", "is_active")


@register(Subscription)
class SubscriptionAdmin(NiagaraAdmin):
    form = SubscriptionForm
    list_display = ("target", "description", "state", "failing", "success")
    list_filter = ("is_active", "pause_reason")
    search_fields = ("url", "description")
    date_hierarchy = "created"
    fields = ("url", "events", "description", "is_active")
    actions = ["pause", "resume", "ping", "renew_secret", "send_dead_again", "delete_selected"]

    @display(description="URL", ordering="url")
    def target(self, subscription: Any) -> str:
        return subscription.url if len(subscription.url) <= 80 else f"{subscription.url[:79]}…"

    @display(description="state", ordering="is_active")
    def state(self, subscription: Any) -> str:
        if subscription.is_active:
            return chip("failing", "bad") if subscription.failing_since else chip("active", "good")
        return chip(subscription.get_pause_reason_display(), "pending")

    @display(description="failing since", ordering="failing_since")
    def failing(self, subscription: Any) -> str:
        return moment(subscription.failing_since)

    @display(description="last success", ordering="last_success_at")
    def success(self, subscription: Any) -> str:
        return moment(subscription.last_success_at)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *(["state", "failing", "success"] if obj else [])]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_fields(request, obj), *(["state", "failing", "success"] if obj else [])]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        secret = subscribing.create_subscription(obj, by=Actor.in_admin(request), at=now())
        self._tell(request, obj, secret)

    def change(self, row: Any, form: Any, *, by: Actor, at: datetime, if_version: int | None) -> None:
        subscribing.change_subscription(row, by=by, at=at, if_version=if_version)

    def consequences(self, row: Any) -> list[str]:
        return ["What is still to be sent to it never will be, and what was sent is forgotten."]

    def _tell(self, request: HttpRequest, subscription: Any, secret: str) -> None:
        shown = f"Copy the secret of {subscription} now, it is never shown again: {secret}"
        self.message_user(request, shown, messages.WARNING)

    def has_update_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "update")

    @action(description="Pause selected webhooks", permissions=["update"])
    def pause(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return do_to_each(
            self,
            request,
            queryset,
            subscribing.pause,
            title="Pause webhooks",
            button="Yes, pause them",
            done="paused",
        )

    @action(description="Resume selected webhooks", permissions=["update"])
    def resume(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return do_to_each(
            self,
            request,
            queryset,
            subscribing.resume,
            title="Resume webhooks",
            button="Yes, resume them",
            done="resumed",
        )

    @action(description="Try selected webhooks out", permissions=["update"])
    def ping(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        def ping(row: Any, **how: Any) -> None:
            answer = pinging.ping(row, **how)
            level = messages.SUCCESS if answer.is_success else messages.WARNING
            self.message_user(request, f"{row}: {sentence_of(answer)}", level)

        return do_to_each(
            self,
            request,
            queryset,
            ping,
            title="Try webhooks out",
            button="Yes, send each a ping",
            done="sent a ping",
        )

    @action(description="Make a new secret", permissions=["update"])
    def renew_secret(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return do_to_each(
            self,
            request,
            queryset,
            lambda row, **how: self._tell(request, row, subscribing.renew_secret(row, **how)),
            title="New secrets",
            button="Yes, make new secrets",
            done="given a new secret",
        )

    @action(description="Send again what was given up", permissions=["update"])
    def send_dead_again(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return do_to_each(
            self,
            request,
            queryset,
            lambda row, **how: resending.send_dead_again(row, since=row.created, **how),
            title="Send again",
            button="Yes, send it again",
            done="given what they did not take once more",
        )


@register(Delivery)
class DeliveryAdmin(LookOnlyAdmin):
    """What was sent, and each try of it."""

    list_display = ("of_event", "to", "status", "tries", "tried")
    list_filter = ("state", "subscription")
    list_select_related = ("subscription", "event")
    search_fields = ("subscription__url", "subscription__description")
    ordering = ("-event_id",)
    date_hierarchy = "created"
    names_organization = False
    fields = ("of_event", "to", "status", "tries", "tried", "body")
    readonly_fields = fields
    actions = ["send_again"]

    @display(description="event")
    def of_event(self, delivery: Any) -> str:
        return str(delivery.event)

    @display(description="to")
    def to(self, delivery: Any) -> str:
        return link(delivery.subscription)

    @display(description="status", ordering="state")
    def status(self, delivery: Any) -> str:
        return chip(delivery.get_state_display(), _STATES[delivery.state])

    @display(description="last tried", ordering="updated")
    def tried(self, delivery: Any) -> str:
        return moment(delivery.updated)

    @display(description="body")
    def body(self, delivery: Any) -> str:
        body = json.dumps(json.loads(delivery.event.body), indent=2, ensure_ascii=False)
        return format_html('<pre class="niagara-json">{}</pre>', body)

    def related_lists(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        attempts = list(row.attempts.order_by("-id"))
        rows = [(moment(one.at), str(one), f"{one.duration} ms", one.answer[:500] or "–") for one in attempts]
        return [
            {
                "title": "Attempts",
                "headers": ["When", "What came of it", "Duration", "Answer"],
                "rows": rows,
                "number": len(rows),
                "url": "",
                "empty": "It was not tried yet.",
            }
        ]

    def has_update_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "update")

    @action(description="Send selected deliveries again", permissions=["update"])
    def send_again(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return do_to_each(
            self,
            request,
            queryset,
            resending.send_again,
            title="Send again",
            button="Yes, send them again",
            done="sent on again",
        )
