"""The journal of a batch group as a time line: each event as a sentence, with what became of it elsewhere."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db.models import QuerySet

from batches.models import Batch, BatchGroup
from niagara.accounts.models import User
from niagara.screens.pieces import told
from niagara.webhooks.models import Delivery, Event, Subscription
from niagara.wording import counted

Labels = Mapping[str, str]


@dataclass
class Moment:
    """An event, as a person reads it."""

    version: int
    at: datetime
    sentence: str
    who: str
    reason: str
    deliveries: list[Delivery] = field(default_factory=list)


def _station(body: Any, *, whose: str = "its") -> str:
    station = body["mixingStation"]
    return f"moved to {station['name']}" if station else f"moved away from {whose} station"


def _container(body: Any) -> str:
    container = body["container"]
    if container is None:
        return "Its batches stand in no container any more."
    return f"Its batches stand in the {container['container_type']} {container['label']}."


def _note(body: Any) -> str:
    note = body["note"]
    return f"{'An issue' if note['type'] == 'issue' else 'A note'} was written: “{note['content']}”"


def _actual(body: Any, labels: Labels) -> str:
    actual = body["actual"]
    planned = counted(actual["planned"], "cycle is", "cycles are")
    return f"{_batch(body, labels)}: {actual['complete']} of {planned} complete."


def _batch(body: Any, labels: Labels) -> str:
    label = labels.get(body["batchId"])
    return f"Batch {label}" if label else "A batch that is gone"


SENTENCES: Mapping[str, Callable[[Any, Labels], str]] = {
    "Created": lambda body, labels: f"The group was made as “{body['name']}”.",
    "Deleted": lambda body, labels: "The group was removed.",
    "NameChanged": lambda body, labels: f"It is called “{body['name']}” now.",
    "SettingsChanged": lambda body, labels: f"Its settings are now: {told(body['settings'])}.",
    "TagAdded": lambda body, labels: f"The tag “{body['tag']}” was added.",
    "TagRemoved": lambda body, labels: f"The tag “{body['tag']}” was removed.",
    "NoteAdded": lambda body, labels: _note(body),
    "NoteRemoved": lambda body, labels: "A note was removed.",
    "EquipmentChanged": lambda body, labels: (
        f"Its equipment is now: {told([one['name'] for one in body['equipment']])}."
    ),
    "ContainerChanged": lambda body, labels: _container(body),
    "DeliveryStatusChanged": lambda body, labels: (
        f"Delivery: {BatchGroup.DeliveryStatus(body['deliveryStatus']).label.lower()}."
    ),
    "BatchAdded": lambda body, labels: f"{_batch(body, labels)} came in.",
    "BatchRemoved": lambda body, labels: f"{_batch(body, labels)} went out.",
    "BatchMixingStationChanged": lambda body, labels: f"{_batch(body, labels)} {_station(body)}.",
    "AllMixingStationsChanged": lambda body, labels: f"All batches {_station(body, whose='their')}.",
    "ActualChanged": _actual,
}


def moments(events: Iterable[Event], user: User) -> list[Moment]:
    """The events of one page as moments, with the deliveries that the user may see."""
    read = [(event, orjson.loads(event.body)) for event in events]
    labels = _labels([body["batchId"] for _, body in read if "batchId" in body], user)
    deliveries = _deliveries([event.pk for event, _ in read], user)
    return [
        Moment(
            version=event.version,
            at=event.created,
            sentence=SENTENCES[body["kind"].rpartition("+")[2]](body, labels),
            who=body["metadata"]["user"]["name"],
            reason=body["metadata"]["reason"] or "",
            deliveries=deliveries[event.pk],
        )
        for event, body in read
    ]


def _labels(ids: Iterable[str], user: User) -> Labels:
    found: QuerySet = Batch.objects.visible_to(user).filter(pk__in=set(ids))
    return {str(pk): label for pk, label in found.values_list("pk", "label")}


def _deliveries(ids: list[UUID], user: User) -> Mapping[UUID, list[Delivery]]:
    found: dict[UUID, list[Delivery]] = defaultdict(list)
    # By subscription too, of which there are few: deliveries are found by both.
    subscriptions = {one.pk: one for one in Subscription.objects.visible_to(user)}
    for delivery in Delivery.objects.filter(subscription__in=list(subscriptions), event__in=ids).order_by("id"):
        delivery.subscription = subscriptions[delivery.subscription_id]
        found[delivery.event_id].append(delivery)
    return found
