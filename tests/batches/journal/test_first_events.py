"""Groups that were there before there were events."""

from importlib import import_module

from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from batches.models import BatchGroup
from batches.operations.changing import Changes, change_batch
from batches.operations.claiming import claim_cycle
from batches.operations.creating import break_down
from niagara.records.operations.noting import write_note
from niagara.webhooks.models import Event
from tests.batches.journal.ways import Scene
from tests.cycles import complete_cycle
from tests.documents.shapes import differences
from tests.factories import AT, Floor
from tests.journals import assert_replays, events_of, kind_of, kinds_of

begin_journals = import_module("batches.migrations.0007_first_events").begin_journals


def forget_events() -> None:
    Event.objects.all().delete()
    BatchGroup.objects.update(last_version=0)


def test_their_journals_begin_with_what_they_are(scene: Scene) -> None:
    scene.put(tags=["heavy", "last"], equipment=[scene.station], container={"container_type": "cart", "label": "7"})
    scene.put(settings={"layers": 2}, delivery_status="in-transit")
    write_note(scene.group, "Keep", **scene.by_at)
    older = scene.floor.make_batch(2, scene.batch.work_order)
    changes: Changes = {"batch_group": scene.group, "mixing_station": scene.floor.station}
    change_batch(batch=older, changes=changes, **scene.by_at)
    complete_cycle(cycle=claim_cycle(batch=older, technician=scene.tom, **scene.by_at), **scene.by_at)
    forget_events()

    begin_journals(apps, None)

    state = assert_replays(scene.api, scene.group.pk)
    assert state["complete"] == {str(older.pk): 1}
    assert state["stations"] == {str(older.pk): str(scene.floor.station.pk)}
    for event in events_of(scene.group):
        assert differences(f"events/{kind_of(event)}", event) == set()
        assert event["metadata"]["user"] == {"id": 1, "name": "System"}
    scene.do(name="Pallet 2")
    assert_replays(scene.api, scene.group.pk)


def test_a_journal_that_has_begun_stays_as_it_is(scene: Scene) -> None:
    scene.do(name="Pallet 2")
    before = events_of(scene.group)

    begin_journals(apps, None)

    assert events_of(scene.group) == before


def test_it_costs_the_same_for_one_batch_and_for_twenty(floor: Floor) -> None:
    work_order, costs = floor.make_work_order(20), []
    for number in (1, 19):
        break_down(work_order=work_order, queue=floor.queue, number_cycles=1, total=number, by=floor.by, at=AT)
        forget_events()
        with CaptureQueriesContext(connection) as captured:
            begin_journals(apps, None)
        costs.append(len(captured))

    assert costs[0] == costs[1]
    assert kinds_of(work_order.batch_groups.get()) == ["Created", *["BatchAdded"] * 20]
