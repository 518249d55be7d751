from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from niagara.accounts.models import User
from niagara.screens.forms import ScreenForm
from niagara.webhooks.models import EVENTS, EVERY_EVENT, Subscription

EVENT_CHOICES = [(name, "Every event, those to come as well" if name == EVERY_EVENT else name) for name in EVENTS]


class AboutWebhook(ScreenForm):
    def __init__(self, webhook: Any, user: User, data: Any = None) -> None:
        self.webhook = webhook
        super().__init__(data)
        self.begin()

    def begin(self) -> None:
        """What stands in the fields at first."""


class WebhookForm(AboutWebhook):
    url = forms.CharField(
        label="URL", max_length=2000, help_text="Where events are sent to, such as https://example.com/hook."
    )
    events = forms.MultipleChoiceField(choices=EVENT_CHOICES, widget=forms.CheckboxSelectMultiple)
    description = forms.CharField(max_length=200, required=False, help_text="Which system it is.")

    def begin(self) -> None:
        if self.webhook is not None:
            self.initial.update({name: getattr(self.webhook, name) for name in ("url", "events", "description")})

    def write_on(self, webhook: Subscription) -> Subscription:
        for name in ("url", "events", "description"):
            setattr(webhook, name, self.cleaned_data[name])
        return webhook


class NewWebhookForm(WebhookForm):
    button = "Make it"

    def begin(self) -> None:
        self.initial["events"] = ["BatchChanged"]


class PauseForm(AboutWebhook):
    button = "Pause it"


class ResumeForm(AboutWebhook):
    button = "Resume it"


class SecretForm(AboutWebhook):
    button = "Make a new secret"
    end_old = forms.BooleanField(
        label="End the old secret at once",
        required=False,
        help_text="Otherwise it goes on signing for a day, so that nothing is lost while the receiver is told.",
    )


class RemovalForm(AboutWebhook):
    button = "Remove it"


class SendDeadForm(AboutWebhook):
    button = "Send them again"
    since = forms.DateTimeField(
        label="Given up since",
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="All that was given up from then on is tried once more.",
    )

    def begin(self) -> None:
        since: datetime = self.webhook.failing_since or self.webhook.created
        self.initial["since"] = timezone.localtime(since).replace(second=0, microsecond=0)


class SendAgainForm(AboutWebhook):
    button = "Send it again"
