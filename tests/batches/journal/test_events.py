"""What happens to a batch group makes exactly its events, whichever way it comes."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from batches.models import BatchGroup
from batches.operations.cancelling import cancel_cycles
from batches.operations.changing import change_batch
from batches.operations.claiming import claim_cycle
from batches.operations.creating import Wishes, break_down, create_batch
from batches.operations.cycling import fail_cycle
from batches.operations.grouping import change_group, create_group, move_all_stations
from batches.operations.planning import MoreThanIsLeft
from batches.operations.regrouping import put_into
from niagara.accounts.actor import Actor
from niagara.accounts.models import HistoryEntry
from niagara.records.operations.noting import change_note, write_note
from niagara.refusals import Invalid
from niagara.webhooks.models import Event
from tests.batches.journal.ways import Scene, Way
from tests.batches.journal.ways_on_screens import WAYS
from tests.cycles import complete_cycle
from tests.documents.shapes import differences
from tests.factories import AT, Floor
from tests.journals import assert_replays, events_of, kind_of, kinds_of

KINDS = {
    "Created", "Deleted", "NameChanged", "SettingsChanged", "TagAdded", "TagRemoved", "NoteAdded", "NoteRemoved",
    "EquipmentChanged", "ContainerChanged", "DeliveryStatusChanged", "BatchAdded", "BatchRemoved",
    "BatchMixingStationChanged", "AllMixingStationsChanged", "ActualChanged",
}  # fmt: skip


def test_every_kind_comes_about_through_api_admin_screen_and_operation() -> None:
    through: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for kind, one, _ in WAYS:
        through[kind].add(one.partition(",")[0])

    assert {kind for kind, ways in through.items() if not {"api", "admin", "screen", "operation"} <= ways} == {
        "ActualChanged"  # nobody completes a cycle in the admin
    }


@pytest.mark.parametrize(("kind", "through", "prepare"), WAYS, ids=[f"{kind}: {one}" for kind, one, _ in WAYS])
def test_a_change_makes_one_event_with_the_documented_keys(kind: str, through: str, prepare: Way, scene: Scene) -> None:
    do = prepare(scene)
    before = set(Event.objects.filter(subject_id=scene.group.pk).values_list("pk", flat=True))

    made = do()

    group = made if kind == "Created" else scene.group
    [event] = Event.objects.of(group.pk).exclude(pk__in=before)
    told = json.loads(event.body)
    assert kind_of(told) == kind
    assert differences(f"events/{kind}", told) == set()
    assert told["id"] == str(event.subject_id) == str(group.pk)
    assert told["metadata"]["version"] == event.version == (1 if kind == "Created" else len(before) + 1)
    assert told["metadata"]["organizationId"] == event.organization_id == scene.floor.organization.pk
    left = BatchGroup.objects.filter(pk=group.pk).first()
    assert left is None if kind == "Deleted" else left.last_version == event.version


def test_the_event_says_who_when_and_why(scene: Scene) -> None:
    change_group(group=scene.group, changes={"name": "Late"}, by=scene.floor.by, at=AT, reason="It rains")
    change_group(group=scene.group, changes={"name": "Later"}, by=Actor.system(), at=AT + timedelta(hours=1))

    first, second = (event["metadata"] for event in events_of(scene.group)[-2:])
    assert first["dateTime"] == "2026-03-02T08:30:00.000000Z"
    assert (first["user"], first["reason"]) == ({"id": scene.floor.manager.pk, "name": "Maria Santos"}, "It rains")
    assert (second["user"], second["reason"]) == ({"id": 1, "name": "System"}, None)
    assert HistoryEntry.objects.of(scene.group)[1].reason == "It rains"


def test_a_change_of_a_batch_says_why(scene: Scene) -> None:
    other = scene.other_group()

    scene.patch(batch_group={"batch_group_id": str(other.pk)}, reason="The pallet is full")

    for group in (scene.group, other):
        assert events_of(group)[-1]["metadata"]["reason"] == "The pallet is full"
    entry = HistoryEntry.objects.filter(entity_id=str(scene.batch.pk), verb="changed").latest("id")
    assert entry.reason == "The pallet is full"


def test_the_values_are_those_after_the_change(scene: Scene) -> None:
    floor, group, batch = scene.floor, scene.group, scene.batch
    change_group(group=group, changes={"equipment": [floor.station]}, by=floor.by, at=AT)
    move_all_stations(group=group, station=floor.station, by=floor.by, at=AT)
    change_batch(batch=batch, changes={"mixing_station": None}, by=floor.by, at=AT)
    change_group(group=group, changes={"container": {"container_type": "cart", "label": "7"}}, by=floor.by, at=AT)
    change_group(group=group, changes={"container": None}, by=floor.by, at=AT)
    note = write_note(group, "Fragile", is_issue=True, by=Actor.system(), at=AT)
    complete_cycle(cycle=claim_cycle(batch=batch, technician=scene.tom, by=floor.by, at=AT), by=floor.by, at=AT)

    station, batch_id = {"id": str(floor.station.pk), "name": "Bench 1"}, str(batch.pk)
    own = [{key: one[key] for key in one.keys() - {"kind", "id", "metadata"}} for one in events_of(group)[3:]]
    assert own == [
        {"equipment": [station]},
        {"mixingStation": station},
        {"batchId": batch_id, "mixingStation": None},
        {"container": {"container_type": "cart", "label": "7"}},
        {"container": None},
        {
            "note": {
                "id": str(note.pk),
                "content": "Fragile",
                "type": "issue",
                "user": "",
                "observedDateTime": "2026-03-02T08:30:00.000000+00:00",
            }
        },
        {"batchId": batch_id, "actual": {"planned": 3, "complete": 1}},
    ]


def test_a_group_of_its_own_begins_with_created(floor: Floor) -> None:
    batch = floor.make_batch(2, floor.make_work_order(4))
    floor.make_batch(2, batch.work_order)

    assert kinds_of(batch.batch_group) == ["Created", "BatchAdded", "BatchAdded"]


def test_what_a_new_group_is_beyond_its_name_is_told_as_well(floor: Floor) -> None:
    changes: Any = {
        "name": "Pallet",
        "tags": ["a", "b"],
        "settings": {"layers": 4},
        "equipment": [floor.station],
        "container": {"container_type": "pallet", "label": "P"},
        "delivery_status": "ready",
    }
    group = create_group(work_order=floor.make_work_order(), changes=changes, by=floor.by, at=AT)

    assert kinds_of(group) == [
        "Created", "SettingsChanged", "TagAdded", "TagAdded", "ContainerChanged", "DeliveryStatusChanged",
        "EquipmentChanged",
    ]  # fmt: skip


def test_a_batch_moved_to_another_group_leaves_the_one_and_enters_the_other(scene: Scene) -> None:
    other = scene.other_group()

    scene.change_batch(batch_group=other, mixing_station=scene.floor.station)

    assert kinds_of(scene.group) == ["Created", "TagAdded", "BatchAdded", "BatchRemoved"]
    assert kinds_of(other) == ["Created", "BatchAdded", "BatchMixingStationChanged"]


def test_nothing_is_told_when_nothing_changed(scene: Scene) -> None:
    batch, floor = scene.batch, scene.floor
    note = write_note(scene.group, "Loose", is_issue=True, by=floor.by, at=AT)
    before = kinds_of(scene.group)

    scene.put()
    scene.fill_in()
    scene.do(name="Pallet 1", tags=["old"], settings={}, equipment=[], container=None, delivery_status="not-ready")
    change_batch(batch=batch, changes={"batch_group": scene.group, "mixing_station": None}, by=floor.by, at=AT)
    change_batch(batch=batch, changes={"label": "Rush", "number_cycles": 5}, by=floor.by, at=AT)
    move_all_stations(group=scene.group, station=None, by=floor.by, at=AT)
    change_note(note, is_closed=True, by=floor.by, at=AT)  # that is none of what is told of a note
    cycle = claim_cycle(batch=batch, technician=scene.tom, by=floor.by, at=AT)
    fail_cycle(cycle=cycle, reason="Damaged", by=floor.by, at=AT)
    cancel_cycles(work_order=batch.work_order, by=floor.by, at=AT)

    assert kinds_of(scene.group) == before


def test_a_note_that_says_something_else_is_another(scene: Scene) -> None:
    note = write_note(scene.group, "Loose", by=scene.floor.by, at=AT)
    note.content = "Very loose"
    change_note(note, is_closed=False, by=scene.floor.by, at=AT)

    *_, removed, added = events_of(scene.group)
    assert (kind_of(removed), removed["noteId"]) == ("NoteRemoved", str(note.pk))
    assert (kind_of(added), added["note"]["id"], added["note"]["content"]) == ("NoteAdded", str(note.pk), "Very loose")


def test_a_refused_change_leaves_no_event_and_no_gap(scene: Scene) -> None:
    before = kinds_of(scene.group)

    with pytest.raises(Invalid):
        scene.do(name="x" * 201)
    with pytest.raises(MoreThanIsLeft):
        create_batch(
            work_order=scene.batch.work_order, queue=scene.floor.queue, number_cycles=99, by=scene.floor.by, at=AT
        )

    assert kinds_of(scene.group) == before
    scene.do(name="Pallet 2")
    assert [one["metadata"]["version"] for one in events_of(scene.group)] == [1, 2, 3, 4]


@override_settings(EVENT_KIND_PREFIX="com.example.")
def test_the_prefix_of_a_kind_is_a_setting(scene: Scene) -> None:
    scene.do(name="Pallet 2")

    assert events_of(scene.group)[-1]["kind"] == "com.example.NameChanged"


def test_replaying_a_journal_gives_the_group_as_the_api_shows_it(scene: Scene) -> None:
    floor, group = scene.floor, scene.group
    scene.put(name="Pallet 2", tags=["fragile", "old", "heavy"], settings={"layers": [1, {"of": None}]})
    scene.put(tags=["heavy", "last"], equipment=[scene.station], container={"container_type": "cart", "label": "7"})
    scene.fill_in(delivery_status="in-transit", container_label="8", words="last\nheavy\nfirst")
    keep, drop = (write_note(group, text, by=floor.by, at=AT) for text in ("Keep", "Drop"))
    scene.api.delete(f"notes/{drop.pk}")
    second = floor.make_batch(2, scene.batch.work_order, batch_group=group)
    third = floor.make_batch(2, scene.batch.work_order)
    change_batch(batch=third, changes={"batch_group": group}, by=floor.by, at=AT)
    change_batch(batch=second, changes={"batch_group": scene.other_group()}, by=floor.by, at=AT)
    complete_cycle(cycle=claim_cycle(batch=third, technician=scene.tom, by=floor.by, at=AT), by=floor.by, at=AT)

    state = assert_replays(scene.api, group.pk)

    assert state["batches"] == {str(scene.batch.pk), str(third.pk)}
    assert state["complete"] == {str(third.pk): 1}
    assert state["notes"] == {str(keep.pk): "Keep"}


def test_a_batch_made_at_a_station_is_told_to_stand_there(scene: Scene) -> None:
    wishes = Wishes(mixing_station=scene.floor.station)
    made = create_batch(
        work_order=scene.batch.work_order, queue=scene.floor.queue, number_cycles=1, wishes=wishes, **scene.by_at
    )

    assert kinds_of(made.batch_group) == ["Created", "BatchAdded", "BatchMixingStationChanged"]
    assert assert_replays(scene.api, made.batch_group_id)["stations"] == {str(made.pk): str(scene.floor.station.pk)}


def test_where_a_batch_stands_comes_along_to_another_group(scene: Scene) -> None:
    other, last = scene.other_group(), scene.other_group()
    scene.change_batch(mixing_station=scene.floor.station)

    scene.change_batch(batch_group=other)
    put_into(group=last, batches=[scene.batch], **scene.by_at)

    for group in (other, last):
        assert kinds_of(group)[:3] == ["Created", "BatchAdded", "BatchMixingStationChanged"]
    assert assert_replays(scene.api, other.pk)["stations"] == {}
    assert assert_replays(scene.api, last.pk)["stations"] == {str(scene.batch.pk): str(scene.floor.station.pk)}


def test_what_is_done_in_a_batch_comes_along_to_another_group(scene: Scene) -> None:
    other = scene.other_group()
    complete_cycle(cycle=claim_cycle(batch=scene.batch, technician=scene.tom, **scene.by_at), **scene.by_at)

    scene.change_batch(batch_group=other)

    assert kinds_of(other) == ["Created", "BatchAdded", "ActualChanged"]
    assert assert_replays(scene.api, other.pk)["complete"] == {str(scene.batch.pk): 1}
    assert assert_replays(scene.api, scene.group.pk)["complete"] == {}


def test_however_many_batches_are_made_at_once_their_events_cost_two_statements(floor: Floor) -> None:
    for total in (1, 40):
        work_order = floor.make_work_order(40)
        with CaptureQueriesContext(connection) as captured:
            break_down(work_order=work_order, queue=floor.queue, number_cycles=1, total=total, by=floor.by, at=AT)

        of_events = [one for one in captured if "last_version +" in one["sql"] or "webhooks_event" in one["sql"]]
        assert len(of_events) == 2
        assert len(kinds_of(work_order.batch_groups.get())) == 1 + total
