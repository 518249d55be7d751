"""Each of the sixteen kinds from a screen: what is sent, and to which address."""

from typing import Any

from django.test import Client

from batches.models import BatchGroup
from tests.batches.journal.ways import WAYS, Scene, empty, new_group, started, way
from tests.factories import relate

__all__ = ["WAYS"]  # with those added here


def _post(client: Client, address: str, **sent: Any) -> None:
    response = client.post(address, sent)
    assert response.status_code == 302, response.content.decode()


def _to_group(scene: Scene, what: str, **sent: Any) -> None:
    _post(scene.admin, f"/batch-groups/{scene.group.pk}/{what}", **sent)


@way("Created", "screen")
def _(scene: Scene) -> Any:
    def do() -> BatchGroup:
        _post(scene.admin, "/batch-groups/new", name="Pallet 9", work_order=scene.batch.work_order_id, settings="{}")
        return new_group()

    return do


@way("Deleted", "screen")
def _(scene: Scene) -> Any:
    empty(scene)
    return lambda: _to_group(scene, "delete", reason="Because")


_SAID: dict[str, tuple[str, dict[str, Any]]] = {
    "NameChanged": ("change", {"name": "Pallet 9", "settings": "{}"}),
    "SettingsChanged": ("change", {"name": "Pallet 1", "settings": '{"layers": 4}'}),
    "ContainerChanged": ("change", {"name": "Pallet 1", "container_type": "pallet", "container_label": "P-1"}),
    "TagAdded": ("tags", {"add": "new"}),
    "TagRemoved": ("tags", {"remove": "old"}),
    "DeliveryStatusChanged": ("delivery", {"delivery_status": "ready"}),
    "NoteAdded": ("notes", {"content": "Fragile"}),
}


def _say(kind: str) -> None:
    what, sent = _SAID[kind]
    way(kind, "screen")(lambda scene: lambda: _to_group(scene, what, **sent))


for _kind in _SAID:
    _say(_kind)


@way("EquipmentChanged", "screen")
def _(scene: Scene) -> Any:
    return lambda: _to_group(scene, "change", name="Pallet 1", equipment=[scene.floor.station.pk])


@way("NoteRemoved", "screen")
def _(scene: Scene) -> Any:
    note = scene.write_note()
    return lambda: _to_group(scene, f"notes/{note.pk}/remove")


@way("BatchAdded", "screen")
def _(scene: Scene) -> Any:
    scene.change_batch(batch_group=scene.other_group())
    return lambda: _to_group(scene, "take-in", batches=[scene.batch.pk])


@way("BatchRemoved", "screen")
def _(scene: Scene) -> Any:
    other = scene.other_group()
    return lambda: _to_group(scene, "move-out", batches=[scene.batch.pk], into=other.pk)


@way("BatchRemoved", "screen, deleted")
def _(scene: Scene) -> Any:
    return lambda: _post(scene.admin, f"/batches/{scene.batch.pk}/delete", seen_version=scene.batch.version)


@way("BatchMixingStationChanged", "screen")
def _(scene: Scene) -> Any:
    return lambda: _to_group(scene, f"batches/{scene.batch.pk}/station", mixing_station=scene.floor.station.pk)


@way("AllMixingStationsChanged", "screen")
def _(scene: Scene) -> Any:
    return lambda: _to_group(scene, "stations", mixing_station=scene.floor.station.pk)


@way("ActualChanged", "screen")
def _(scene: Scene) -> Any:
    relate(scene.tom, "allocated", scene.floor.location)
    cycle, toms = started(scene), Client()
    toms.force_login(scene.tom)
    return lambda: _post(toms, f"/cycles/{cycle.pk}", step="unpack", kind="close", once="unpack")
