"""Whether all that was promised is so once everybody went home: what was confirmed, each count, each event, and the
rules of the floor, read from the database and from the API beside it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import orjson
from django.db.models import Count, F

from batches.models import Batch, BatchGroup, Cycle, StepRun
from niagara.accounts.models import HistoryEntry
from niagara.directory.models import Unit
from niagara.webhooks.models import Delivery, Event
from tests.clients import Api
from tests.journals import assert_replays, replay
from tests.load import screens
from tests.load.floor import Cast
from tests.races.together import assert_everything_adds_up
from tests.webhooks.receiver import Received
from workorders.models import WorkOrder

Confirmed = Iterable[tuple[str, Any]]


def of(confirmed: Confirmed, deed: str) -> list[Any]:
    return [what for one, what in confirmed if one == deed]


def every(cast: Cast, confirmed: Confirmed, received: list[Received]) -> Iterator[tuple[str, Callable[[], object]]]:
    """(what is checked, the check). A check returns what it looked at, or raises AssertionError."""
    api = Api(cast.floor.manager)
    yield "Rules 1, 3, 6: sums, statuses and stored counts are those of the rows", assert_everything_adds_up
    yield "Rules 2, 5: each batch has its cycles, and none is lost", each_cycle_is_there
    yield "Rule 4: no cycle is closed by two, each device is in one", lambda: each_device_is_in_one_cycle(confirmed)
    yield "Rule 7: history, event and change are there together", lambda: each_change_was_told(cast)
    yield "Rule 9: each batch has its own place", each_batch_has_its_place
    yield "Each step that was confirmed is there, and no other", lambda: each_step_is_there(confirmed)
    yield "Each batch that was confirmed is there, and no other", lambda: each_batch_is_there(cast, confirmed)
    yield "No update is lost: each name of a batch followed the one before", lambda: names_follow(confirmed)
    yield "The counts of the API are those of the rows", lambda: counts_of(api)
    yield "The counts of the board are those of the rows", lambda: screens.counts_of_board(cast)
    yield "The counts of each work order's page are those of the rows", lambda: screens.counts_of_order_pages(cast)
    yield "The counts of each technician's work are those of the rows", lambda: screens.counts_of_my_work(cast)
    yield "The journals have no gap, and replaying them gives the groups", lambda: journals_replay(api)
    yield "The webhook was told of every event, in order, and of no other", lambda: webhooks_arrived(received)


def each_cycle_is_there() -> str:
    for order in WorkOrder.objects.all():
        numbers = list(order.cycles.values_list("number", flat=True))
        assert sorted(numbers) == list(range(1, len(numbers) + 1)), order
    made = Batch.objects.annotate(made=Count("cycles"))
    wrong = made.exclude(number_cycles=F("active") + F("complete"))
    # What was cancelled in a batch is replaced by a retry or was taken out of its number.
    assert not list(wrong), f"{wrong.count()} batches have other cycles than planned"
    return f"{made.count()} batches, {Cycle.objects.count()} cycles"


def each_device_is_in_one_cycle(confirmed: Confirmed) -> str:
    serials = {serial: email for email, _, serial in of(confirmed, "step closed") if serial}
    held = Counter(Cycle.objects.exclude(unit=None).values_list("unit", flat=True))
    assert set(held.values()) <= {1}
    found = dict(Cycle.objects.exclude(unit=None).values_list("unit__serial_number", "technician__email"))
    assert found == serials, f"{len(found)} devices stand there, {len(serials)} were confirmed"
    assert Unit.objects.count() == len(serials)
    return f"{len(serials)} devices"


def each_step_is_there(confirmed: Confirmed) -> str:
    there, closed = StepRun.objects.count(), len(of(confirmed, "step closed"))
    assert there == closed, f"{there} steps stand there, {closed} were confirmed"
    return f"{closed} steps"


def each_batch_is_there(cast: Cast, confirmed: Confirmed) -> str:
    made = of(confirmed, "batch made")
    assert len(made) == len({*made})
    there = {str(pk) for pk in cast.started.batches.values_list("pk", flat=True)}
    assert there == {*made}, f"{len(there)} batches stand there, {len(made)} were confirmed"
    broken = Counter[Any]()
    for order, number in of(confirmed, "batches made"):
        broken[order] += number
    assert {order.pk: order.batches.count() for order in cast.to_break_down if order.batches.count()} == broken
    return f"{len(made) + broken.total()} batches"


def names_follow(confirmed: Confirmed) -> str:
    asked = Counter((batch, body["label"]) for batch, body in of(confirmed, "batch renamed"))
    assert set(asked.values()) <= {1}
    given: dict[str, list[list[str]]] = {}
    for batch, changes in HistoryEntry.objects.filter(entity_type="BAT", verb="changed").values_list(
        "entity_id", "changes"
    ):
        if "label" in changes:
            given.setdefault(batch, []).append(changes["label"])
    assert {(batch, new) for batch, told in given.items() for _, new in told} == {*asked}
    labels = {str(pk): label for pk, label in Batch.objects.values_list("pk", "label")}
    for batch, told in given.items():
        before, after = [old for old, _ in told], [new for _, new in told]
        assert len({*before}) == len(before), f"Two changes of {batch} began from the same name"
        assert {*after} - {*before} == {labels[batch]}
    return f"{asked.total()} names"


def each_change_was_told(cast: Cast) -> str:
    made = HistoryEntry.objects.filter(entity_type="BAT", verb="created").values_list("entity_id", flat=True)
    assert Counter(made) == Counter(str(pk) for pk in Batch.objects.values_list("pk", flat=True))
    added = Counter[str]()
    for body in Event.objects.filter(body__contains="BatchAdded").values_list("body", flat=True):
        event = orjson.loads(body)
        added[event["batchId"]] += event["kind"].endswith("+BatchAdded")
    assert set(added) >= {*made}
    return f"{len(made)} batches made, each with its history and its event"


def each_batch_has_its_place() -> str:
    places = list(Batch.objects.values_list("queue", "order"))
    assert len({*places}) == len(places)
    return f"{len(places)} places"


def counts_of(api: Api) -> str:
    looked_at = 0
    for path, key, name in (("batches", "nter:batches", "batch"), ("work-orders", "nter:work-orders", "work_order")):
        rows = Cycle.objects.values_list(name, "category").annotate(number=Count("pk"))
        counted = {(str(pk), category.lower()): number for pk, category, number in rows.order_by()}
        for one in api.collect(f"{path}?limit=100", key):
            row_id, shown = one[f"{name}_id"], one["cycles"]
            for category in ("in_progress", "verifying", "complete", "blocked", "cancelled"):
                there = counted.get((row_id, category), 0)
                assert shown[category] == there, f"{path}/{row_id} shows {category} {shown[category]}, not {there}"
            looked_at += 1
    return f"{looked_at} batches and work orders"


def journals_replay(api: Api) -> str:
    groups = list(BatchGroup.objects.in_organization_of(api.user))
    for group in groups:
        assert_replays(api, group.pk)
    return f"{len(groups)} groups, {Event.objects.count()} events"


def webhooks_arrived(received: list[Received]) -> str:
    journal = {str(pk): body for pk, body in Event.objects.values_list("pk", "body")}
    assert {one.id: one.body.decode() for one in received} == journal
    told: dict[str, dict[str, None]] = {}
    bodies = {}
    for one in received:
        event = bodies[one.id] = orjson.loads(one.body)
        told.setdefault(event["id"], {})[one.id] = None
    for ids in told.values():
        replay(bodies[one] for one in ids)  # version after version
    assert not Delivery.objects.exclude(state="delivered").exists()
    return f"{len(journal)} events, {len(received) - len(journal)} came more than once"
