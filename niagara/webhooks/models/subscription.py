from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from cryptography.fernet import InvalidToken
from django.core.exceptions import ValidationError
from django.db import models

from niagara import sealing
from niagara.accounts.access import RowQuerySet
from niagara.accounts.models import Row

EVERY_EVENT = "*"  # those to come as well
EVENTS = ("BatchChanged", EVERY_EVENT)


def validate_events(events: object) -> None:
    if not isinstance(events, list) or not events:
        raise ValidationError("Name one event or more.")
    unknown = [str(one) for one in events if one not in EVENTS]
    if unknown:
        raise ValidationError(f"There is no event {', '.join(unknown)[:100]}. Choose from: {', '.join(EVENTS)}.")


class SubscriptionQuerySet(RowQuerySet["Subscription"]):
    def active(self) -> "SubscriptionQuerySet":
        return self.filter(is_active=True)


class Subscription(Row):
    """Where another system wants to be told of events.

    The worker writes `failing_since`, `last_success_at` and, when it gives up, the pause. It never
    counts as a change of the row, so `version` stays.
    """

    class Pause(models.TextChoices):
        NONE = "", "Not paused"
        BY_HAND = "by-hand", "Paused by somebody"
        GONE = "gone", "The receiver answered 410: it wants no more"
        FAILING = "failing", "It failed for days without one success"

    entity_type = "HOOK"
    resource = "webhook"

    url = models.CharField("URL", max_length=2000)
    events = models.JSONField(validators=[validate_events])
    description = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField("active", default=True)
    pause_reason = models.CharField(max_length=10, blank=True, choices=Pause.choices, editable=False)
    secret = models.TextField(editable=False)  # sealed, as is the one before it
    previous_secret = models.TextField(blank=True, editable=False)
    previous_secret_until = models.DateTimeField(null=True, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    last_success_at = models.DateTimeField(null=True, editable=False)  # to the minute

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = "webhook"
        ordering = ("-id",)
        indexes = [models.Index(fields=["organization", "id"], name="webhooks_of_an_organization")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_active=False) | models.Q(pause_reason=""),
                name="webhook_that_is_active_is_not_paused",
            ),
            models.CheckConstraint(condition=~models.Q(secret=""), name="webhook_has_a_secret"),
        ]

    def __str__(self) -> str:
        return self.description or self.url

    def wants(self, event_name: str) -> bool:
        return EVERY_EVENT in self.events or event_name in self.events

    def secrets_at(self, at: datetime) -> list[str]:
        """What deliveries are signed with: the secret, and for a day the one before it. Raises InvalidToken for a
        secret that was sealed under a SECRET_KEY that nobody knows any more."""
        secrets = [sealing.unseal(self.secret)]
        if self.previous_secret_until is not None and self.previous_secret_until > at:
            with suppress(InvalidToken):  # then it is gone, and the new one is the way out
                secrets.append(sealing.unseal(self.previous_secret))
        return secrets

    def names(self) -> Iterable[str] | None:
        """The events it wants; None for every one."""
        return None if EVERY_EVENT in self.events else self.events
