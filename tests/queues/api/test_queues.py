"""/queues: what is special about them. The rest is walked over in tests/walks/test_rows.py."""

from datetime import timedelta
from typing import Any

import pytest

from tests.clients import Api, ApiFactory, assert_faults, assert_problem
from tests.factories import AT, Floor, grant_only, make_user, relate
from tests.rows import all_rows


@pytest.fixture
def client(api: ApiFactory, floor: Floor) -> Api:
    return api(floor.manager)


def queue(label: str, location: Any) -> dict[str, Any]:
    return {"label": label, "location": {"location_id": str(location.pk)}}


def labels(client: Api) -> list[str]:
    return [row["label"] for row in client.get("queues").json()["_embedded"]["nter:queues"]]


def test_a_queue_goes_behind_the_others_unless_it_has_a_priority(client: Api, floor: Floor) -> None:
    client.post("queues", queue("Last", floor.location))
    client.post("queues", {**queue("First", floor.location), "priority": "1"})

    assert labels(client) == ["First", "Fast lane", "Last"]


def test_a_replaced_queue_keeps_its_place_unless_it_is_given_another(client: Api, floor: Floor) -> None:
    address = f"queues/{floor.make_queue('Second').pk}"

    client.put(address, queue("Renamed", floor.location))
    assert labels(client) == ["Fast lane", "Renamed"]

    client.put(address, {**queue("Renamed", floor.location), "priority": "1", "is_active": False})
    assert labels(client) == ["Renamed", "Fast lane"]
    assert client.get(address).json()["is_active"] is False


def test_a_priority_is_one_queues_own_and_can_be_sorted(client: Api, floor: Floor) -> None:
    body = queue("Same", floor.location)

    taken = assert_problem(client.post("queues", {**body, "priority": floor.queue.priority}), 400, "BadRequest")

    assert "already exists" in taken["detail"]
    assert assert_faults(client.post("queues", {**body, "priority": "a0"})) == {(".priority", "pattern")}


def test_a_due_date_is_the_same_in_a_queue_and_in_its_work_order(client: Api, floor: Floor) -> None:
    """Milliseconds are cut off, so that it never moves into the next second."""
    work_order = floor.make_work_order(due_date=AT + timedelta(microseconds=999_715))
    floor.make_batch(2, work_order)

    shown = client.get(f"queues/{floor.queue.pk}").json()

    assert shown["min_due_date"] == shown["max_due_date"] == "2026-03-02T08:30:00.999Z"
    assert client.get(f"work-orders/{work_order.pk}").json()["due_date"] == "2026-03-02T08:30:00.999Z"


def test_a_queue_that_holds_batches_stays_where_it_is(client: Api, floor: Floor) -> None:
    floor.make_batch(2)
    address, before = f"queues/{floor.queue.pk}", all_rows()

    removed = assert_problem(client.delete(address), 409, "Conflict")
    assert removed["detail"] == "Fast lane is still used by batches. Remove or move those first."
    assert client.get(address).json()["active_batches"] == 1
    assert all_rows() == before

    moved = client.put(address, queue("Fast lane", floor.make_location()))
    assert "holds batches" in assert_problem(moved, 409, "Conflict")["detail"]
    assert client.put(address, queue("Faster lane", floor.location)).status_code == 200


def test_who_owns_a_queue_is_a_relation_of_it(client: Api, floor: Floor) -> None:
    address = f"queues/{floor.queue.pk}/relations"
    owner = {"relation": "owner", "entity": {"entity_id": str(floor.manager.user_id), "entity_type": "USER"}}

    made = client.post(address, owner)

    assert made.status_code == 201
    link = made.json()["_links"]["self"]["href"]
    assert link.startswith(f"http://testserver/api/{address}/")
    assert client.get(link).json() == client.delete(link).json()
    assert client.get(address).json()["total_count"] == 0


def test_the_queues_of_a_location_stand_in_order_of_priority(client: Api, floor: Floor) -> None:
    annex = floor.make_location()
    client.post("queues", queue("Elsewhere", annex))
    client.post("queues", {**queue("First", floor.location), "priority": "1"})
    client.post("queues", queue("Last", floor.location))
    address = f"locations/{floor.location.pk}/queues"

    rows = client.collect(f"{address}?limit=1", "nter:queues")

    assert [row["label"] for row in rows] == ["First", "Fast lane", "Last"]
    assert (
        client.get(f"locations/{floor.location.pk}").json()["_links"]["nter:location-queues"]["href"].endswith(address)
    )


def test_of_a_location_the_queues_are_shown_that_the_user_may_see(api: ApiFactory, floor: Floor) -> None:
    user = make_user(floor.organization, None)
    grant_only(user, "location:read")
    floor.make_queue()
    relate(user, "viewer", floor.queue)

    rows = api(user).collect(f"locations/{floor.location.pk}/queues", "nter:queues")

    assert [row["label"] for row in rows] == ["Fast lane"]
