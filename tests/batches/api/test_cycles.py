"""GET /batches/{batch_id}/cycles"""

from typing import Any

import pytest

from batches.models import Batch
from batches.operations.cycling import fail_cycle, start_cycle
from niagara.accounts.models import User
from tests.clients import Api, ApiFactory, assert_faults
from tests.cycles import complete_cycle
from tests.factories import AT, Floor, relate


@pytest.fixture
def batch(floor: Floor, tom: User) -> Batch:
    """Six cycles: one in progress, one complete, one that failed with its retry, and pending ones."""
    batch = floor.make_batch(6)
    first, second, third = batch.cycles.order_by("number")[:3]
    for cycle in (first, second, third):
        start_cycle(cycle=cycle, technician=floor.manager, by=floor.by, at=AT)
    complete_cycle(cycle=second, by=floor.by, at=AT)
    fail_cycle(cycle=third, reason="Damaged", by=floor.by, at=AT)
    return batch


def numbers(client: Api, batch: Batch, query: str = "") -> list[int]:
    rows = client.collect(f"batches/{batch.pk}/cycles?{query}", "nter:work-order-cycles")
    return [int(row["label"].split()[1]) for row in rows]


def test_following_next_shows_each_cycle_once_and_in_order(client: Api, batch: Batch) -> None:
    assert numbers(client, batch, "limit=2") == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("PENDING", [4, 5, 6, 7]),
        ("Pending", [4, 5, 6, 7]),
        ("In Progress", [1]),
        ("COMPLETE", [2]),
        ("CANCELLED", [3]),
        ("Failed", [3]),
        ("BLOCKED", []),
    ],
)
def test_a_status_filter_takes_a_label_or_a_category(
    client: Api, batch: Batch, status: str, expected: list[int]
) -> None:
    assert numbers(client, batch, f"filter[status]={status}") == expected


@pytest.mark.parametrize("status", ["", "Nowhere", "pending", "%00"])
def test_a_status_that_is_none_is_refused(client: Api, batch: Batch, status: str) -> None:
    [(path, _)] = assert_faults(client.get(f"batches/{batch.pk}/cycles?filter[status]={status}"))

    assert path == ".filter[status]"


def test_a_retry_says_so_and_takes_the_place_of_what_failed(client: Api, batch: Batch) -> None:
    rows = client.collect(f"batches/{batch.pk}/cycles", "nter:work-order-cycles")

    assert [row["is_retry"] for row in rows] == [False] * 6 + [True]
    assert rows[2]["current_status"] == {"status": "Failed", "category": "CANCELLED"}


def test_links_whose_target_does_not_exist_are_left_out(client: Api, batch: Batch) -> None:
    started, *_, pending = client.collect(f"batches/{batch.pk}/cycles", "nter:work-order-cycles")

    assert "nter:cycle-assigned-user" in started["_links"]
    assert pending["_links"].keys() == {"self", "nter:cycle-location", "nter:cycle-work-order"}
    assert (pending["assigned_user"], pending["resource_id"], pending["context_id"]) == (None, None, None)


def test_a_cycle_stands_at_its_own_address_too(client: Api, batch: Batch) -> None:
    cycle: dict[str, Any] = client.collect(f"batches/{batch.pk}/cycles", "nter:work-order-cycles")[0]

    assert client.get(cycle["_links"]["self"]["href"]).json() == cycle


def test_a_technician_sees_the_cycles_of_an_assigned_batch(api: ApiFactory, tom: User, batch: Batch) -> None:
    assert api(tom).get(f"batches/{batch.pk}/cycles").status_code == 404

    relate(tom, "tech", batch)

    assert len(numbers(api(tom), batch)) == 7
    assert api(tom).get(f"actions/{batch.cycles.all()[0].pk}").status_code == 200
