from typing import Any, ClassVar

from niagara.api.fields import Choice, Flag, Text, Time, fault
from niagara.api.inputs import Input, Items, keys_of
from niagara.webhooks.api.representations import WebhookWithSecretRepresentation
from niagara.webhooks.models import EVENTS


class EventNames(Items):
    """The events it wants, each once; one at least."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=Choice(choices=EVENTS), min_length=1, max_length=20, **kwargs)

    def read_items(self, data: list[Any]) -> list[Any]:
        if not data:
            raise fault("empty", "Name one event or more.")
        return list(dict.fromkeys(super().read_items(data)))


class WebhookInput(Input):
    url = Text(max_length=2000)
    events = EventNames()
    description = Text(max_length=200, default="", allow_blank=True)
    active = Flag(default=True, source="is_active")

    ignored: ClassVar[set[str]] = keys_of(WebhookWithSecretRepresentation)


class SecretInput(Input):
    """The old secret goes on signing for a day, unless it is to end at once."""

    end_old = Flag(default=False)


class NothingInput(Input):
    """An object without keys."""


class RetriesInput(Input):
    since = Time()
