"""Pages, with GET /batches for an example."""

from typing import Any
from urllib.parse import quote

import pytest
from django.core import signing

from batches.models import Batch
from batches.operations.deleting import delete_batch
from tests.batches.api.bodies import as_ids, ids
from tests.clients import Api, assert_faults
from tests.factories import AT, Floor

SORTS = ["order", "-order", "created", "-created", "due_date", "-due_date"]


def test_a_page_holds_25_unless_asked_otherwise(client: Api, floor: Floor) -> None:
    work_order = floor.make_work_order(26)
    for _ in range(26):
        floor.make_batch(1, work_order)

    page = client.get("batches").json()

    assert (page["total_count"], page["limit"], len(page["_embedded"]["nter:batches"])) == (26, 25, 25)
    rest = client.get(page["_links"]["next"]["href"]).json()
    assert (rest["total_count"], rest["limit"], len(rest["_embedded"]["nter:batches"])) == (26, 25, 1)


def test_the_last_page_leads_nowhere(client: Api, seven: list[Batch]) -> None:
    page = client.get("batches?limit=7").json()

    assert page["offset"] is None
    assert page["_links"] == {"self": {"href": "http://testserver/api/batches?limit=7"}}


def test_without_batches_the_page_is_empty(client: Api) -> None:
    assert client.get("batches").json() == {
        "total_count": 0,
        "limit": 25,
        "offset": None,
        "_embedded": {"nter:batches": []},
        "_links": {"self": {"href": "http://testserver/api/batches"}},
    }


@pytest.mark.parametrize("sort", SORTS)
def test_following_next_shows_each_batch_once_and_in_order(client: Api, seven: list[Batch], sort: str) -> None:
    for limit in (1, 3, 7):
        rows = client.collect(f"batches?limit={limit}&sort={sort}", "nter:batches")

        name = sort.removeprefix("-")
        values = [row["work_order"]["due_date"] if name == "due_date" else row[name] for row in rows]
        assert sorted(ids(rows)) == sorted(as_ids(*seven))
        assert values == sorted(values, reverse=sort.startswith("-"))


def test_a_descending_sort_is_the_ascending_one_backwards(client: Api, seven: list[Batch]) -> None:
    up, down = (ids(client.collect(f"batches?limit=2&sort={sort}", "nter:batches")) for sort in ("order", "-order"))

    assert up == down[::-1]


@pytest.mark.parametrize("sort", SORTS)
def test_rows_that_come_and_go_meanwhile_neither_repeat_nor_hide_others(
    client: Api, floor: Floor, seven: list[Batch], sort: str
) -> None:
    everything = ids(client.collect(f"batches?sort={sort}", "nter:batches"))
    first = client.get(f"batches?limit=3&sort={sort}").json()
    shown = ids(first["_embedded"]["nter:batches"])
    for gone in (shown[0], shown[2]):  # also the very row to continue from
        delete_batch(batch=Batch.objects.get(pk=gone), by=floor.by, at=AT)
    new = floor.make_batch(1, floor.make_work_order(5))

    rest = ids(client.collect(first["_links"]["next"]["href"], "nter:batches"))

    assert [one for one in rest if one != str(new.pk)] == everything[3:]


def test_the_next_page_keeps_filter_limit_and_sort(client: Api, seven: list[Batch]) -> None:
    address = f"batches?limit=1&sort=-created&filter[work_order_id]={seven[0].work_order_id}"

    rows = client.collect(address, "nter:batches")

    assert sorted(ids(rows)) == sorted(as_ids(*seven[:3]))


def test_a_limit_that_is_none_is_refused(client: Api) -> None:
    for limit in ("0", "101", "-1", "x", "", "1.5", "1e1", "٣", " 1", "9" * 400):
        assert assert_faults(client.get(f"batches?limit={quote(limit)}")) == {(".limit", "maximum")}, limit


def test_a_forged_offset_is_refused(client: Api, seven: list[Batch]) -> None:
    for offset in ("", "x", "1", "a:b:c", "%00", "WyIvYXBpIl0:1abc:def"):
        assert assert_faults(client.get(f"batches?offset={offset}")) == {(".offset", "format")}, offset


def test_an_offset_that_was_tampered_with_is_refused(client: Api, seven: list[Batch]) -> None:
    offset = client.get("batches?limit=1").json()["offset"]
    altered = ("B" if offset[3] == "A" else "A").join((offset[:3], offset[4:]))

    assert client.get(f"batches?limit=1&offset={offset}").status_code == 200
    assert assert_faults(client.get(f"batches?limit=1&offset={altered}")) == {(".offset", "format")}


def test_an_offset_signed_for_something_else_is_refused(client: Api, seven: list[Batch]) -> None:
    offset = signing.dumps(["http://testserver/api/batches", [], ["id"]])

    assert assert_faults(client.get(f"batches?offset={offset}")) == {(".offset", "format")}


@pytest.mark.parametrize(
    "address", ["batches?sort=created", "batches?filter[status]=PENDING", "units", "queues", "batches/{batch}/cycles"]
)
def test_an_offset_of_another_list_is_refused(client: Api, seven: list[Batch], address: str) -> None:
    offset = client.get("batches?limit=1").json()["offset"]
    address = address.format(batch=seven[0].pk)

    response = client.get(f"{address}{'&' if '?' in address else '?'}offset={offset}")

    assert assert_faults(response) == {(".offset", "format")}


def test_a_stale_offset_is_refused(client: Api, seven: list[Batch], settings: Any) -> None:
    offset = client.get("batches?limit=1").json()["offset"]
    settings.OFFSET_SECONDS = -1

    assert assert_faults(client.get(f"batches?offset={offset}")) == {(".offset", "format")}


def test_a_limit_may_change_from_page_to_page(client: Api, seven: list[Batch]) -> None:
    offset = client.get("batches?limit=1").json()["offset"]

    assert len(client.get(f"batches?limit=3&offset={offset}").json()["_embedded"]["nter:batches"]) == 3


def test_a_broken_offset_is_told_with_everything_else_that_is_wrong(client: Api) -> None:
    response = client.get("batches?limit=0&offset=broken&filter[colour]=red")

    assert assert_faults(response) == {
        (".limit", "maximum"),
        (".offset", "format"),
        (".filter[colour]", "additionalProperties"),
    }
