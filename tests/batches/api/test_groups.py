"""Batch groups and their journals through the API."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from batches.models import Batch, BatchGroup
from batches.operations.grouping import create_group
from niagara.accounts.models import HistoryEntry, User
from niagara.accounts.operations.saving import StillInUse, remove_row
from niagara.directory.models import Resource
from tests.clients import Api, ApiFactory, assert_faults, assert_problem
from tests.factories import AT, Floor, grant_only, make_user, relate
from tests.journals import events_of, kinds_of
from tests.rows import all_rows

UNKNOWN = "01a20674-0cbf-7383-bee7-88665e943749"


@pytest.fixture
def client(api: ApiFactory, maria: User) -> Api:
    return api(maria)


@pytest.fixture
def group(floor: Floor) -> BatchGroup:
    changes: Any = {"name": "Pallet 1", "tags": ["fragile"], "equipment": [floor.station]}
    return create_group(work_order=floor.make_work_order(), changes=changes, by=floor.by, at=AT)


def body_for(floor: Floor, work_order_id: Any, **said: Any) -> dict[str, Any]:
    return {
        "name": "Pallet 2",
        "tags": ["fragile", "ship first"],
        "settings": {"layers": 4},
        "equipment": [{"resource_id": str(floor.station.pk)}],
        "container": {"container_type": "pallet", "label": "P-2"},
        "delivery_status": "ready",
        "work_order": {"work_order_id": str(work_order_id)},
        **said,
    }


def names(client: Api, **filters: Any) -> list[str]:
    query = "&".join(f"filter[{name}]={value}" for name, value in filters.items())
    rows = client.get(f"batch-groups?{query}").json()["_embedded"]["nter:batch-groups"]
    return sorted(row["name"] for row in rows)


def test_a_new_group_shows_what_was_said_of_it(client: Api, floor: Floor) -> None:
    work_order = floor.make_work_order()

    answer = client.post("batch-groups", body_for(floor, work_order.pk, reason="For the truck"))

    assert answer.status_code == 200
    shown = answer.json()
    group = BatchGroup.objects.get()
    links, address = shown.pop("_links"), f"http://testserver/api/batch-groups/{group.pk}"
    assert {name: link["href"] for name, link in links.items()} == {
        "self": address,
        "nter:batch-group-work-order": f"http://testserver/api/work-orders/{work_order.pk}",
        "nter:batch-group-batches": f"{address}/batches",
        "nter:batch-group-notes": f"{address}/notes",
        "nter:batch-group-events": f"{address}/events",
    }
    assert shown.pop("work_order")["work_order_id"] == str(work_order.pk)
    assert shown.pop("created") == shown.pop("updated")
    assert shown == {
        "batch_group_id": str(group.pk),
        "name": "Pallet 2",
        "tags": ["fragile", "ship first"],
        "settings": {"layers": 4},
        "equipment": [{"resource_id": str(floor.station.pk), "label": "Bench 1"}],
        "container": {"container_type": "pallet", "label": "P-2"},
        "delivery_status": "ready",
        "version": 7,
    }
    assert {event["metadata"]["reason"] for event in events_of(group)} == {"For the truck"}
    [entry] = HistoryEntry.objects.of(group)
    assert (entry.verb, entry.via, entry.reason) == ("created", "api", "For the truck")


def test_a_group_is_nothing_but_its_name_unless_more_is_said(client: Api, floor: Floor) -> None:
    work_order = {"work_order_id": str(floor.make_work_order().pk)}

    shown = client.post("batch-groups", {"name": "Pallet", "work_order": work_order}).json()

    assert {key: shown[key] for key in ("tags", "settings", "equipment", "container", "delivery_status")} == {
        "tags": [], "settings": {}, "equipment": [], "container": None, "delivery_status": "not-ready",
    }  # fmt: skip
    assert shown["version"] == 1


def test_an_answer_sent_back_changes_nothing(client: Api, group: BatchGroup) -> None:
    shown, before = client.get(f"batch-groups/{group.pk}").json(), all_rows()

    assert client.put(f"batch-groups/{group.pk}", shown).json() == shown
    assert all_rows() == before


def test_every_fault_is_named(client: Api, floor: Floor, group: BatchGroup) -> None:
    bad = {
        "name": " ",
        "tags": ["x" * 101, 7, ""],
        "settings": [],
        "equipment": [{"resource_id": UNKNOWN}],
        "container": {"container_type": "pallet"},
        "delivery_status": "lost",
        "colour": "red",
    }
    before = all_rows()

    expected = {
        (".name", "minLength"), (".tags[0]", "maxLength"), (".tags[1]", "type"), (".tags[2]", "minLength"),
        (".settings", "type"), (".equipment[0].resource_id", "enum"), (".container.label", "required"),
        (".delivery_status", "enum"), (".colour", "additionalProperties"),
    }  # fmt: skip
    assert assert_faults(client.put(f"batch-groups/{group.pk}", bad)) == expected
    assert assert_faults(client.post("batch-groups", bad)) == {*expected, (".work_order", "required")}
    assert all_rows() == before


def test_a_tag_said_twice_is_one(client: Api, floor: Floor, group: BatchGroup) -> None:
    client.put(f"batch-groups/{group.pk}", body_for(floor, None, tags=["b", "b", "fragile"], work_order=None))

    group.refresh_from_db()
    assert group.tags == ["fragile", "b"]


def test_of_two_who_saw_a_group_the_first_changes_it(client: Api, floor: Floor, group: BatchGroup) -> None:
    address = f"batch-groups/{group.pk}"
    seen = {"If-Match": client.get(address)["ETag"]}
    work_order = group.work_order_id

    assert client.put(address, body_for(floor, work_order, name="First"), headers=seen).status_code == 200
    second = client.put(address, body_for(floor, work_order, name="Second"), headers=seen)
    assert_problem(second, 412, "PreconditionFailed")
    station = {"mixing_station": None}
    assert_problem(client.put(f"{address}/mixing-station", station, headers=seen), 412, "PreconditionFailed")
    assert_problem(client.delete(address, headers=seen), 412, "PreconditionFailed")


def test_groups_are_found(client: Api, floor: Floor, group: BatchGroup) -> None:
    batch = floor.make_batch(1)
    BatchGroup.objects.filter(pk=batch.batch_group_id).update(delivery_status="ready")

    assert names(client) == ["Pallet 1", "Provision iPads"]
    assert names(client, work_order_id=batch.work_order_id) == ["Provision iPads"]
    assert names(client, delivery_status="ready") == ["Provision iPads"]
    assert names(client, tag="fragile") == ["Pallet 1"]
    assert names(client, tag="frag") == []
    assert names(client, name="pallet") == ["Pallet 1"]
    assert assert_faults(client.get("batch-groups?filter[delivery_status]=lost&filter[tag]=")) == {
        (".filter[delivery_status]", "format"),
        (".filter[tag]", "minLength"),
    }


def test_all_batches_of_a_group_are_moved_at_once(client: Api, floor: Floor, group: BatchGroup) -> None:
    batches = [floor.make_batch(1, group.work_order, batch_group=group) for _ in range(3)]
    other = floor.make_batch(1, group.work_order)

    answer = client.put(
        f"batch-groups/{group.pk}/mixing-station", {"mixing_station": {"resource_id": str(floor.station.pk)}}
    )

    assert answer.status_code == 200
    assert answer.json()["batch_group_id"] == str(group.pk)
    assert set(Batch.objects.filter(mixing_station=floor.station)) == set(batches)
    assert kinds_of(group)[-1] == "AllMixingStationsChanged"
    for batch in batches:
        assert HistoryEntry.objects.of(batch)[0].changes == {"mixing_station": [None, "Bench 1"]}
    assert HistoryEntry.objects.of(other).count() == 1


def test_to_move_all_batches_needs_the_permission_to_change_each(api: ApiFactory, floor: Floor) -> None:
    away = floor.make_batch(1, floor.make_work_order(2), queue=floor.make_queue(location=floor.make_location()))
    user = make_user(floor.organization, None)
    grant_only(user, "batch-group:read", "batch-group:update", "batch:update", match_location=True)
    relate(user, "owner", floor.location)
    before = all_rows()

    answer = api(user).put(f"batch-groups/{away.batch_group_id}/mixing-station", {"mixing_station": None})

    assert "batch:update" in assert_problem(answer, 403, "Forbidden")["detail"]
    assert all_rows() == before


def test_a_group_that_holds_batches_stays(client: Api, floor: Floor, group: BatchGroup) -> None:
    floor.make_batch(1, group.work_order, batch_group=group)
    before = all_rows()

    problem = assert_problem(client.delete(f"batch-groups/{group.pk}"), 409, "Conflict")

    assert problem["detail"] == "Pallet 1 can't be deleted: it holds a batch. Put them into another group first."
    assert all_rows() == before


def test_the_group_a_work_order_has_of_its_own_stays(client: Api, floor: Floor) -> None:
    batch = floor.make_batch(1)
    client.delete(f"batches/{batch.pk}")

    problem = assert_problem(client.delete(f"batch-groups/{batch.batch_group_id}"), 409, "Conflict")

    assert "the work order's own group" in problem["detail"]


def test_what_a_group_needs_stays(floor: Floor, group: BatchGroup) -> None:
    with pytest.raises(StillInUse, match="still used by batch groups"):
        remove_row(Resource.objects.get(), by=floor.by, at=AT)


def test_a_group_has_batches_and_notes(client: Api, floor: Floor, group: BatchGroup) -> None:
    batch = floor.make_batch(1, group.work_order, batch_group=group)
    floor.make_batch(1, group.work_order)
    links = client.get(f"batch-groups/{group.pk}").json()["_links"]

    [shown] = client.collect(links["nter:batch-group-batches"]["href"], "nter:batches")
    assert shown["batch_id"] == str(batch.pk)
    note = client.post(links["nter:batch-group-notes"]["href"], {"content": "Fragile"}).json()
    [found] = client.collect(links["nter:batch-group-notes"]["href"], "nter:notes")
    assert found["note_id"] == note["note_id"]


# The journal


def journal(client: Api, group: BatchGroup, query: str = "") -> list[Any]:
    events: list[Any] = client.collect(f"batch-groups/{group.pk}/events{query}", "nter:events")
    return events


def test_a_journal_is_read_event_by_event_as_they_are_sent(client: Api, group: BatchGroup) -> None:
    page = client.get(f"batch-groups/{group.pk}/events").json()

    assert page["_embedded"]["nter:events"] == events_of(group)
    assert (page["total_count"], page["offset"]) == (3, None)


def test_who_lost_the_place_goes_on_after_any_version(client: Api, group: BatchGroup) -> None:
    for number in range(6):
        client.put(f"batch-groups/{group.pk}", {"name": f"Pallet {number}", "tags": ["fragile"]})
    everything = events_of(group)
    assert len(everything) > 6

    for version in range(len(everything) + 1):
        assert journal(client, group, f"?after_version={version}&limit=2") == everything[version:]
    assert client.get(f"batch-groups/{group.pk}/events?after_version=4").json()["total_count"] == len(everything) - 4


@pytest.mark.parametrize("version", ["", "-1", "1.5", "one", "1e3", "99999999999", "%20", "+1"])
def test_a_version_that_is_none_is_refused(client: Api, group: BatchGroup, version: str) -> None:
    faults = assert_faults(client.get(f"batch-groups/{group.pk}/events?after_version={version}"))

    assert {path for path, _ in faults} == {".after_version"}


def test_the_journal_of_a_removed_group_can_be_read_to_its_end(
    client: Api, api: ApiFactory, floor: Floor, group: BatchGroup, olga: User
) -> None:
    assert client.delete(f"batch-groups/{group.pk}").status_code == 205

    assert [event["kind"].rpartition("+")[2] for event in journal(client, group)][-1] == "Deleted"
    assert_problem(client.get(f"batch-groups/{group.pk}"), 404, "NotFound")
    local = make_user(floor.organization, None)
    grant_only(local, "batch-group:read", match_location=True)
    relate(local, "owner", floor.location)
    for stranger in (api(olga), api(local)):
        assert_problem(stranger.get(f"batch-groups/{group.pk}/events"), 404, "NotFound")


def test_a_page_of_groups_costs_the_same_for_one_and_for_ten(client: Api, floor: Floor) -> None:
    costs = []
    for number in (1, 9):
        for _ in range(number):
            changes: Any = {"name": "Pallet", "equipment": [floor.station]}
            create_group(work_order=floor.make_work_order(), changes=changes, by=floor.by, at=AT)
        with CaptureQueriesContext(connection) as captured:
            page = client.get("batch-groups").json()
        costs.append(len(captured))

    assert page["total_count"] == 10
    assert costs[0] == costs[1]
