"""Reading the journals of batch groups, as a consumer does who knows nothing but the events."""

import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings

from niagara.webhooks.models import Event
from tests.clients import Api


def events_of(group: Any) -> list[dict[str, Any]]:
    """The events of a group, in order, as they are sent."""
    return [json.loads(event.body) for event in Event.objects.of(group.pk)]


def kind_of(event: dict[str, Any]) -> str:
    kind: str = event["kind"].removeprefix(settings.EVENT_KIND_PREFIX)
    return kind


def kinds_of(group: Any) -> list[str]:
    return [kind_of(event) for event in events_of(group)]


def assert_replays(api: Api, group_id: Any) -> dict[str, Any]:
    """Replaying the journal of a group gives what the API shows of it. Returns the state that it gives."""
    address = f"batch-groups/{group_id}"
    events = api.collect(f"{address}/events?limit=100", "nter:events")
    state, shown = replay(events), api.get(address).json()
    assert state["work_order"] == shown["work_order"]["work_order_id"]
    for key in ("name", "tags", "settings", "equipment", "container", "delivery_status"):
        assert state[key] == shown[key], key
    assert len(events) == shown["version"]
    batches = api.collect(f"{address}/batches?limit=100", "nter:batches")
    complete = {batch["batch_id"]: batch["cycles"]["complete"] for batch in batches}
    assert state["batches"] == complete.keys()
    assert state["complete"] == {batch_id: number for batch_id, number in complete.items() if number}
    stations = {batch["batch_id"]: batch["mixing_station"] for batch in batches}
    assert state["stations"] == {batch_id: one["resource_id"] for batch_id, one in stations.items() if one}
    notes = api.collect(f"{address}/notes", "nter:notes")
    assert state["notes"] == {note["note_id"]: note["content"] for note in notes}
    return state


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
            state |= {"notes": {}, "batches": set(), "complete": {}, "stations": {}}
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
            state["complete"].pop(event["batchId"], None)
            state["stations"].pop(event["batchId"], None)
        case "ActualChanged":
            state["complete"][event["batchId"]] = event["actual"]["complete"]
        case "BatchMixingStationChanged":
            _stand(state, [event["batchId"]], event["mixingStation"])
        case "AllMixingStationsChanged":
            _stand(state, state["batches"], event["mixingStation"])
        case _:
            raise AssertionError(f"Nothing is known of {kind}.")


def _stand(state: dict[str, Any], batches: Iterable[str], station: dict[str, str] | None) -> None:
    for batch_id in batches:
        if station is None:
            state["stations"].pop(batch_id, None)
        else:
            state["stations"][batch_id] = station["id"]
