"""Each of the sixteen kinds, in each of the ways in which it can come about: what prepares a change, and makes it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.test import Client

from batches.models import Batch, BatchGroup
from batches.operations import (
    changing,
    creating,
    cycling,
    deleting,
    grouping,
    importing,
    regrouping,
    tagging,
    waiting,
)
from batches.operations.planning import mark_of
from niagara.accounts.actor import Actor
from niagara.accounts.models import User
from niagara.records.models import Note
from niagara.records.operations import noting
from niagara.tables.table import Table
from tests.admin.helpers import act, change, url
from tests.clients import Api
from tests.cycles import complete_cycle
from tests.factories import AT, STEPS, Floor, make_workflow
from workorders.models import Context, WorkOrder


@dataclass
class Scene:
    """A work order with a batch of three in a group that was made for it, and everybody who may change that."""

    floor: Floor
    batch: Batch
    group: BatchGroup
    api: Api
    admin: Client
    tom: User

    @property
    def by_at(self) -> dict[str, Any]:
        return {"by": self.floor.by, "at": AT}

    @property
    def address(self) -> str:
        return f"batch-groups/{self.group.pk}"

    def put(self, **changes: Any) -> Any:
        """Change the group through the API."""
        body = {**self.api.get(self.address).json(), "reason": "Because", **changes}
        answer = self.api.put(self.address, body)
        assert answer.status_code == 200, answer.content
        return answer

    def fill_in(self, **said: Any) -> None:
        """Change the group in the admin."""
        response = change(self.admin, self.group, reason="Because", **said)
        assert response.status_code == 302, response.context["adminform"].errors

    def do(self, **changes: Any) -> None:
        grouping.change_group(group=self.group, changes=changes, reason="Because", **self.by_at)  # type: ignore[arg-type]

    def patch(self, **changes: Any) -> None:
        """Change the batch through the API."""
        answer = self.api.patch(f"batches/{self.batch.pk}", changes)
        assert answer.status_code == 200, answer.content

    def fill_in_batch(self, **said: Any) -> None:
        response = change(self.admin, self.batch, **said)
        assert response.status_code == 302, response.context["adminform"].errors

    def change_batch(self, **changes: Any) -> None:
        wanted: Any = changes
        changing.change_batch(batch=self.batch, changes=wanted, **self.by_at)

    def other_group(self) -> BatchGroup:
        return grouping.create_group(work_order=self.batch.work_order, changes={"name": "Other"}, **self.by_at)

    def write_note(self) -> Note:
        return noting.write_note(self.group, "Fragile", **self.by_at)

    @property
    def station(self) -> dict[str, str]:
        return {"resource_id": str(self.floor.station.pk)}


Way = Callable[[Scene], Any]
WAYS: list[tuple[str, str, Way]] = []


def way(kind: str, through: str) -> Callable[[Way], Way]:
    def added(one: Way) -> Way:
        WAYS.append((kind, through, one))
        return one

    return added


def new_group() -> BatchGroup:
    return BatchGroup.objects.get(name="Pallet 9")


@way("Created", "api")
def _(scene: Scene) -> Any:
    order = {"work_order_id": str(scene.batch.work_order_id)}

    def do() -> BatchGroup:
        answer = scene.api.post("batch-groups", {"name": "Pallet 9", "work_order": order})
        assert answer.status_code == 200, answer.content
        return new_group()

    return do


@way("Created", "admin")
def _(scene: Scene) -> Any:
    order = scene.batch.work_order_id
    said = {"name": "Pallet 9", "work_order": order, "delivery_status": "not-ready", "settings": "{}"}

    def do() -> BatchGroup:
        response = scene.admin.post(url(BatchGroup, "add"), said)
        assert response.status_code == 302, response.context["adminform"].errors
        return new_group()

    return do


@way("Created", "operation")
def _(scene: Scene) -> Any:
    order = scene.batch.work_order
    return lambda: grouping.create_group(work_order=order, changes={"name": "Pallet 9"}, **scene.by_at)


def empty(scene: Scene) -> None:
    deleting.delete_batch(batch=scene.batch, **scene.by_at)


@way("Deleted", "api")
def _(scene: Scene) -> Any:
    empty(scene)
    return lambda: scene.api.delete(scene.address)


@way("Deleted", "admin")
def _(scene: Scene) -> Any:
    empty(scene)
    return lambda: scene.admin.post(url(BatchGroup, "delete", scene.group.pk), {"post": "yes"})


@way("Deleted", "admin, many at once")
def _(scene: Scene) -> Any:
    empty(scene)
    return lambda: act(scene.admin, [scene.group], "delete_selected")


@way("Deleted", "operation")
def _(scene: Scene) -> Any:
    empty(scene)
    return lambda: grouping.delete_group(group=scene.group, **scene.by_at)


# What is said of a group: kind → what is said of it in the API, in the admin and to the operation.
_SAID: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "NameChanged": ({"name": "Pallet 9"},) * 3,
    "SettingsChanged": ({"settings": {"layers": 4}}, {"settings": '{"layers": 4}'}, {"settings": {"layers": 4}}),
    "TagAdded": ({"tags": ["old", "new"]}, {"words": "old\nnew"}, {"tags": ["old", "new"]}),
    "TagRemoved": ({"tags": []}, {"words": ""}, {"tags": []}),
    "ContainerChanged": (
        {"container": {"container_type": "pallet", "label": "P-1"}},
        {"container_type": "pallet", "container_label": "P-1"},
        {"container": {"container_type": "pallet", "label": "P-1"}},
    ),
    "DeliveryStatusChanged": ({"delivery_status": "ready"},) * 3,
}


def _say(kind: str) -> None:
    sent, filled_in, said = _SAID[kind]
    way(kind, "api")(lambda scene: lambda: scene.put(**sent))
    way(kind, "admin")(lambda scene: lambda: scene.fill_in(**filled_in))
    way(kind, "operation")(lambda scene: lambda: scene.do(**said))


for _kind in _SAID:
    _say(_kind)


@way("TagAdded", "admin, many at once")
def _(scene: Scene) -> Any:
    return lambda: act(scene.admin, [scene.group], "tag", tag="new", reason="Because")


@way("TagAdded", "operation, beside others")
def _(scene: Scene) -> Any:
    return lambda: tagging.change_tags(group=scene.group, add=["new", "old"], **scene.by_at)


@way("TagRemoved", "operation, beside others")
def _(scene: Scene) -> Any:
    return lambda: tagging.change_tags(group=scene.group, remove=["old", "none"], **scene.by_at)


@way("DeliveryStatusChanged", "admin, many at once")
def _(scene: Scene) -> Any:
    return lambda: act(scene.admin, [scene.group], "deliver", delivery_status="returned", reason="Because")


@way("EquipmentChanged", "api")
def _(scene: Scene) -> Any:
    return lambda: scene.put(equipment=[scene.station])


@way("EquipmentChanged", "admin")
def _(scene: Scene) -> Any:
    return lambda: scene.fill_in(things=[scene.floor.station.pk])


@way("EquipmentChanged", "operation")
def _(scene: Scene) -> Any:
    scene.do(equipment=[scene.floor.station])
    return lambda: scene.do(equipment=[])


@way("NoteAdded", "api")
def _(scene: Scene) -> Any:
    return lambda: scene.api.post(f"{scene.address}/notes", {"content": "Fragile", "is_issue": True})


@way("NoteAdded", "admin")
def _(scene: Scene) -> Any:
    said = {"subject_type": "BGR", "subject_id": scene.group.pk, "content": "Fragile"}
    return lambda: scene.admin.post(url(Note, "add"), said)


@way("NoteAdded", "operation")
def _(scene: Scene) -> Any:
    return scene.write_note


@way("NoteRemoved", "api")
def _(scene: Scene) -> Any:
    note = scene.write_note()
    return lambda: scene.api.delete(f"notes/{note.pk}")


@way("NoteRemoved", "admin")
def _(scene: Scene) -> Any:
    note = scene.write_note()
    return lambda: scene.admin.post(url(Note, "delete", note.pk), {"post": "yes"})


@way("NoteRemoved", "operation")
def _(scene: Scene) -> Any:
    note = scene.write_note()
    return lambda: noting.remove_note(note, **scene.by_at)


def _new_batch(scene: Scene) -> dict[str, Any]:
    return {
        "work_order": {"work_order_id": str(scene.batch.work_order_id)},
        "queue": {"queue_id": str(scene.floor.queue.pk)},
        "number_cycles": 1,
        "batch_group": {"batch_group_id": str(scene.group.pk)},
    }


@way("BatchAdded", "api")
def _(scene: Scene) -> Any:
    return lambda: scene.api.post("batches", _new_batch(scene))


@way("BatchAdded", "api, many at once")
def _(scene: Scene) -> Any:
    return lambda: scene.api.patch("batches", {**_new_batch(scene), "total": 1})


@way("BatchAdded", "api, moved")
def _(scene: Scene) -> Any:
    scene.change_batch(batch_group=scene.other_group())
    return lambda: scene.patch(batch_group={"batch_group_id": str(scene.group.pk)})


@way("BatchAdded", "admin")
def _(scene: Scene) -> Any:
    said = {"work_order": scene.batch.work_order_id, "queue": scene.floor.queue.pk, "number_cycles": 1}
    return lambda: scene.admin.post(url(Batch, "add"), {**said, "batch_group": scene.group.pk})


@way("BatchAdded", "admin, moved")
def _(scene: Scene) -> Any:
    scene.change_batch(batch_group=scene.other_group())
    return lambda: scene.fill_in_batch(batch_group=scene.group.pk)


@way("BatchAdded", "admin, many at once")
def _(scene: Scene) -> Any:
    scene.change_batch(batch_group=scene.other_group())
    return lambda: act(scene.admin, [scene.batch], "regroup", batch_group=scene.group.pk, reason="Because")


@way("BatchAdded", "admin, broken down")
def _(scene: Scene) -> Any:
    said = {"queue": scene.floor.queue.pk, "number_cycles": 1, "total": 1, "batch_group": scene.group.pk}
    address = url(WorkOrder, "break_down", scene.batch.work_order_id)
    shown = mark_of(WorkOrder.objects.get(pk=scene.batch.work_order_id), [1])
    return lambda: scene.admin.post(address, {**said, "make": shown})


@way("BatchAdded", "operation")
def _(scene: Scene) -> Any:
    wishes = creating.Wishes(batch_group=scene.group)
    order, queue = scene.batch.work_order, scene.floor.queue
    return lambda: creating.create_batch(work_order=order, queue=queue, number_cycles=1, wishes=wishes, **scene.by_at)


@way("BatchAdded", "operation, put into")
def _(scene: Scene) -> Any:
    scene.change_batch(batch_group=scene.other_group())
    return lambda: regrouping.put_into(group=scene.group, batches=[scene.batch], **scene.by_at)


@way("BatchAdded", "operation, imported")
def _(scene: Scene) -> Any:
    order = scene.batch.work_order
    scene.group = scene.floor.make_batch(1, order).batch_group  # the order's own, for nobody wishes otherwise
    table = Table.of(["work_order", "queue", "number_cycles"], [[str(order.pk), scene.floor.queue.label, "1"]])
    return lambda: importing.import_batches(table, **scene.by_at)


@way("BatchRemoved", "api")
def _(scene: Scene) -> Any:
    return lambda: scene.api.delete(f"batches/{scene.batch.pk}")


@way("BatchRemoved", "api, moved")
def _(scene: Scene) -> Any:
    group = {"batch_group_id": str(scene.other_group().pk)}
    return lambda: scene.patch(batch_group=group)


@way("BatchRemoved", "admin")
def _(scene: Scene) -> Any:
    return lambda: scene.admin.post(url(Batch, "delete", scene.batch.pk), {"post": "yes"})


@way("BatchRemoved", "admin, many at once")
def _(scene: Scene) -> Any:
    return lambda: act(scene.admin, [scene.batch], "delete_selected")


@way("BatchRemoved", "admin, moved")
def _(scene: Scene) -> Any:
    group = scene.other_group()
    return lambda: scene.fill_in_batch(batch_group=group.pk)


@way("BatchRemoved", "operation")
def _(scene: Scene) -> Any:
    return lambda: deleting.delete_batch(batch=scene.batch, **scene.by_at)


@way("BatchRemoved", "operation, put into")
def _(scene: Scene) -> Any:
    group = scene.other_group()
    return lambda: regrouping.put_into(group=group, batches=[scene.batch], **scene.by_at)


@way("BatchMixingStationChanged", "api")
def _(scene: Scene) -> Any:
    return lambda: scene.patch(mixing_station=scene.station)


@way("BatchMixingStationChanged", "admin")
def _(scene: Scene) -> Any:
    return lambda: scene.fill_in_batch(mixing_station=scene.floor.station.pk)


@way("BatchMixingStationChanged", "operation")
def _(scene: Scene) -> Any:
    return lambda: scene.change_batch(mixing_station=scene.floor.station)


@way("BatchMixingStationChanged", "operation, imported")
def _(scene: Scene) -> Any:
    table = importing.export_batches(Batch.objects.filter(pk=scene.batch.pk), **scene.by_at)
    table.lines[0].cells[table.headers.index("station")] = scene.floor.station.label
    return lambda: importing.import_batches(table, **scene.by_at)


@way("AllMixingStationsChanged", "api")
def _(scene: Scene) -> Any:
    body = {"mixing_station": scene.station, "reason": "Because"}
    return lambda: scene.api.put(f"{scene.address}/mixing-station", body)


@way("AllMixingStationsChanged", "admin")
def _(scene: Scene) -> Any:
    said = {"mixing_station": scene.floor.station.pk, "reason": "Because"}
    return lambda: act(scene.admin, [scene.group], "move_all", **said)


@way("AllMixingStationsChanged", "operation")
def _(scene: Scene) -> Any:
    station = scene.floor.station
    return lambda: grouping.move_all_stations(group=scene.group, station=station, **scene.by_at)


def started(scene: Scene) -> Any:
    cycle = scene.batch.cycles.pending()[0]
    return cycling.start_cycle(cycle=cycle, technician=scene.tom, **scene.by_at)


@way("ActualChanged", "api")
def _(scene: Scene) -> Any:
    address = f"contexts/{started(scene).context_id}/unpack"
    return lambda: scene.api.patch(address, {"close_step": {}})


@way("ActualChanged", "operation")
def _(scene: Scene) -> Any:
    cycle = started(scene)
    return lambda: complete_cycle(cycle=cycle, **scene.by_at)


@way("ActualChanged", "worker")
def _(scene: Scene) -> Any:
    wait = {"step_type": "wait", "label": "Restart", "time": 30, "stop_at": 30, "goto": "done", "goto_fail": "broken"}
    steps = {"wait": wait, "done": STEPS["done"], "broken": STEPS["broken"]}
    workflow = make_workflow(scene.floor.organization, "Wait", steps)
    scene.batch = scene.floor.make_batch(1, scene.floor.make_work_order(1, workflow=workflow))
    scene.group = scene.batch.batch_group
    context = Context(pk=started(scene).context_id)
    return lambda: waiting.look_at_wait(context=context, by=Actor.system(), at=AT + timedelta(minutes=1))


@way("ActualChanged", "recounted")
def _(scene: Scene) -> Any:
    Batch.objects.filter(pk=scene.batch.pk).update(pending=2, complete=1)
    return lambda: call_command("recount", "--fix", stdout=StringIO())
