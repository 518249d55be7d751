"""Reading the journals of batch groups, as a consumer does who knows nothing but the events."""

import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings

from niagara.webhooks.models import Event


def events_of(group: Any) -> list[dict[str, Any]]:
    """The events of a group, in order, as they are sent."""
    return [json.loads(event.body) for event in Event.objects.of(group.pk)]


def kind_of(event: dict[str, Any]) -> str:
    kind: str = event["kind"].removeprefix(settings.EVENT_KIND_PREFIX)
    return kind


def kinds_of(group: Any) -> list[str]:
    return [kind_of(event) for event in events_of(group)]


def replay(events: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The state that the events of a group lead to."""
    state: dict[str, Any] = {}
    for number, event in enumerate(events, start=1):
        assert event["metadata"]["version"] == number
        _apply(state, kind_of(event), event)
    return state


def _apply(state: dict[str, Any], kind: str, event: dict[str, Any]) -> None:
    match kind:
        case "Created":
            state |= {"name": event["name"], "work_order": event["workOrderId"], "tags": [], "settings": {}}
            state |= {"equipment": [], "container": None, "delivery_status": "not-ready"}
            state |= {"notes": {}, "batches": set(), "complete": {}}
        case "Deleted":
            state.clear()
        case "NameChanged":
            state["name"] = event["name"]
        case "SettingsChanged":
            state["settings"] = event["settings"]
        case "TagAdded":
            state["tags"].append(event["tag"])
        case "TagRemoved":
            state["tags"].remove(event["tag"])
        case "NoteAdded":
            state["notes"][event["note"]["id"]] = event["note"]["content"]
        case "NoteRemoved":
            del state["notes"][event["noteId"]]
        case "EquipmentChanged":
            state["equipment"] = [{"resource_id": one["id"], "label": one["name"]} for one in event["equipment"]]
        case "ContainerChanged":
            state["container"] = event["container"]
        case "DeliveryStatusChanged":
            state["delivery_status"] = event["deliveryStatus"]
        case "BatchAdded":
            state["batches"].add(event["batchId"])
        case "BatchRemoved":
            state["batches"].remove(event["batchId"])
        case "ActualChanged":
            state["complete"][event["batchId"]] = event["actual"]["complete"]
        case "BatchMixingStationChanged" | "AllMixingStationsChanged":
            pass  # is shown with the batches
        case _:
            raise AssertionError(f"Nothing is known of {kind}.")
