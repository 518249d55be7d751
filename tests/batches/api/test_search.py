"""GET /search"""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from niagara.accounts.models import User
from niagara.directory.models import Unit
from tests.clients import Api, ApiFactory, assert_faults
from tests.factories import Floor, grant_only, make_user, relate

READING = ("batch:read", "queue:read", "unit:read", "work-order:read")


def make_unit(floor: Floor, label: str, serial_number: str, **fields: Any) -> Unit:
    return Unit.objects.create(
        organization=floor.organization,
        label=label,
        serial_number=serial_number,
        customer=floor.customer,
        location=fields.pop("location", floor.location),
    )


@pytest.fixture
def kumquats(floor: Floor) -> Floor:
    """One of every kind is called so, and one is not."""
    floor.make_queue("Kumquat lane")
    floor.make_batch(1, floor.make_work_order(1, "Pack kumquats"), label="Crate of Kumquats")
    make_unit(floor, "Scale", "KUMQUAT-1")
    make_unit(floor, "Scale", "LEMON-1")
    return floor


def found(client: Api, q: str) -> list[tuple[str, str]]:
    return [(one["entity_type"], one["label"]) for one in client.collect(f"search?limit=1&q={q}", "nter:entities")]


EVERY = [
    ("BAT", "Crate of Kumquats"),
    ("QUE", "Kumquat lane"),
    ("UNIT", "Scale KUMQUAT-1"),
    ("WOR", "Pack kumquats"),
]


def test_things_of_every_kind_are_found_by_a_part_of_what_they_are_called(client: Api, kumquats: Floor) -> None:
    assert found(client, "kumquat") == found(client, "%20KUMQUAT") == EVERY
    assert found(client, "scale") == [("UNIT", "Scale KUMQUAT-1"), ("UNIT", "Scale LEMON-1")]
    assert found(client, "crate of") == EVERY[:1]
    assert found(client, "%25") == found(client, "_") == []


def test_something_is_found_by_its_whole_id(client: Api, kumquats: Floor) -> None:
    lemon = Unit.objects.get(serial_number="LEMON-1")

    assert found(client, str(lemon.pk)) == found(client, str(lemon.pk).upper()) == [("UNIT", "Scale LEMON-1")]
    assert found(client, str(lemon.pk)[:-1]) == []


def test_each_leads_to_itself(client: Api, kumquats: Floor) -> None:
    page = client.get("search?q=lane").json()

    [_, lane] = page["_embedded"]["nter:entities"]
    address = f"http://testserver/api/queues/{lane['entity_id']}"
    assert lane["_links"] == {"self": {"href": address}, "nter:queue": {"href": address}}
    itself = client.get(address).json()
    assert {key: lane[key] for key in ("label", "created", "updated")}.items() <= itself.items()
    assert page["total_count"] == 2
    assert page["_links"]["self"]["href"] == "http://testserver/api/search?q=lane"


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20", "?limit=2"])
def test_nothing_is_found_by_nothing(client: Api, kumquats: Floor, query: str) -> None:
    page = client.get(f"search{query}").json()

    assert (page["total_count"], page["offset"], page["_embedded"]) == (0, None, {"nter:entities": []})


def test_what_is_wrong_with_a_query_is_named(client: Api, kumquats: Floor) -> None:
    offset = client.get("search?q=kumquat&limit=1").json()["offset"]

    assert assert_faults(client.get("search?q=a&q=b&colour=red&limit=0")) == {
        (".q", "maxItems"),
        (".colour", "additionalProperties"),
        (".limit", "maximum"),
    }
    assert assert_faults(client.get(f"search?q=other&limit=1&offset={offset}")) == {(".offset", "format")}
    assert client.get(f"search?q=kumquat&limit=1&offset={offset}").status_code == 200


def test_a_token_finds_the_kinds_it_may_read(api: ApiFactory, kumquats: Floor) -> None:
    for kind, scope in zip(EVERY, ("batch", "queue", "unit", "work-order"), strict=True):
        assert found(api(kumquats.manager, f"{scope}:read"), "kumquat") == [kind]
    assert found(api(kumquats.manager, "me:profile"), "kumquat") == []


def test_a_user_finds_what_they_may_see(api: ApiFactory, kumquats: Floor, olga: User) -> None:
    annex = kumquats.make_location()
    make_unit(kumquats, "Kumquat", "SN-2", location=annex)
    local = make_user(kumquats.organization, None)
    grant_only(local, "unit:read", match_location=True)
    relate(local, "contact", annex)

    assert found(api(local), "kumquat") == [("UNIT", "Kumquat SN-2")]
    assert found(api(olga), "kumquat") == []
    assert found(api(make_user(kumquats.organization, None)), "kumquat") == []


def test_what_is_added_meanwhile_is_neither_repeated_nor_skipped(client: Api, kumquats: Floor) -> None:
    first = client.get("search?q=kumquat&limit=2").json()
    kumquats.make_batch(1, kumquats.make_work_order(1, "Other"), label="Another kumquat")

    rest = client.get(first["_links"]["next"]["href"]).json()["_embedded"]["nter:entities"]

    assert [one["entity_type"] for one in rest] == ["UNIT", "WOR"]


def test_it_costs_the_same_for_one_and_for_many(client: Api, kumquats: Floor) -> None:
    costs = []
    for number in (0, 20):
        for at in range(number):
            make_unit(kumquats, "Kumquat", f"SN-{at}")
        with CaptureQueriesContext(connection) as captured:
            client.get("search?q=kumquat&limit=100")
        costs.append(len(captured))

    assert costs == [4, 4]
