"""GET /work-orders/{work_order_id}/diff"""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from niagara.accounts.models import User
from niagara.accounts.operations import history
from niagara.records.operations.relating import attach
from tests.clients import Api, ApiFactory, assert_faults, assert_problem
from tests.factories import AT, Floor, via_api
from workorders.models import WorkOrder
from workorders.operations.ordering import change_work_order


@pytest.fixture
def work_order(floor: Floor) -> WorkOrder:
    return floor.make_work_order(10)


def change(work_order: WorkOrder, user: User, hours: int, **values: Any) -> None:
    row = WorkOrder.objects.get(pk=work_order.pk)
    for name, value in values.items():
        setattr(row, name, value)
    change_work_order(row, by=via_api(user), at=AT + timedelta(hours=hours))


def told(rows: list[dict[str, Any]]) -> list[tuple[str, Any, Any]]:
    return [(row["property"], row["old_value"], row["new_value"]) for row in rows]


def test_each_changed_property_is_a_row_the_newest_first(
    client: Api, floor: Floor, tom: User, work_order: WorkOrder
) -> None:
    change(work_order, floor.manager, 1, needed=12, label="Provision phones", location=floor.make_location())
    attach(work_order, "owner", tom, by=floor.by, at=AT + timedelta(hours=2))
    address = f"work-orders/{work_order.pk}/diff"

    page = client.get(address).json()

    rows = page["_embedded"]["nter:diffs"]
    assert told(rows) == [
        ("owner", None, "Tom Baker"),
        ("label", "Provision iPads", "Provision phones"),
        ("location", "Menands", "Annex"),
        ("needed", 10, 12),
    ]
    maria = {"user_id": str(floor.manager.user_id), "name": "Maria Santos", "email": floor.manager.email}
    assert [row["by_user"] for row in rows] == [maria] * 4
    assert [row["date"] for row in rows] == ["2026-03-02T10:30:00.000Z", *["2026-03-02T09:30:00.000Z"] * 3]
    assert (page["total_count"], page["offset"]) == (4, None)
    assert client.get(f"work-orders/{work_order.pk}").json()["_links"]["nter:work-order-diff"]["href"].endswith(address)


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 100])
def test_following_next_shows_each_once(client: Api, floor: Floor, work_order: WorkOrder, limit: int) -> None:
    for hours in range(3):
        change(work_order, floor.manager, hours, needed=11 + hours, label=f"Label {hours}")
        for _ in range(3):
            history.record(work_order, "looked at", by=floor.by, at=AT)  # which tells of no property
    change(work_order, floor.manager, 4, description="All of them")

    rows = client.collect(f"work-orders/{work_order.pk}/diff?limit={limit}", "nter:diffs")

    assert [row["property"] for row in rows] == ["description", *["label", "needed"] * 3]
    assert [row["new_value"] for row in rows if row["property"] == "needed"] == [13, 12, 11]


def test_what_changes_meanwhile_is_neither_repeated_nor_skipped(
    client: Api, floor: Floor, work_order: WorkOrder
) -> None:
    change(work_order, floor.manager, 1, needed=12, label="Provision phones")
    first = client.get(f"work-orders/{work_order.pk}/diff?limit=1").json()
    change(work_order, floor.manager, 2, needed=13)

    rest = client.get(first["_links"]["next"]["href"]).json()

    assert told(first["_embedded"]["nter:diffs"]) == [("label", "Provision iPads", "Provision phones")]
    assert told(rest["_embedded"]["nter:diffs"]) == [("needed", 10, 12)]
    assert rest["total_count"] == 3


def test_of_a_new_work_order_nothing_has_changed(client: Api, floor: Floor, work_order: WorkOrder) -> None:
    change(floor.make_work_order(), floor.manager, 1, needed=12)

    page = client.get(f"work-orders/{work_order.pk}/diff").json()

    assert (page["total_count"], page["_embedded"]) == (0, {"nter:diffs": []})


def test_a_wrong_query_is_refused(client: Api, work_order: WorkOrder) -> None:
    address = f"work-orders/{work_order.pk}/diff"

    assert assert_faults(client.get(f"{address}?filter[property]=label")) == {
        (".filter[property]", "additionalProperties")
    }
    assert assert_faults(client.get(f"{address}?offset=x")) == {(".offset", "format")}


def test_who_does_not_see_the_work_order_does_not_see_what_changed(
    api: ApiFactory, tom: User, work_order: WorkOrder
) -> None:
    assert_problem(api(tom).get(f"work-orders/{work_order.pk}/diff"), 404, "NotFound")


def test_a_page_costs_the_same_for_one_and_for_twenty(client: Api, floor: Floor, work_order: WorkOrder) -> None:
    costs = []
    for number in (1, 19):
        for at in range(number):
            change(work_order, floor.manager, at, label=f"Label {number} {at}")
        with CaptureQueriesContext(connection) as captured:
            page = client.get(f"work-orders/{work_order.pk}/diff").json()
        costs.append(len(captured))

    assert page["total_count"] == 20
    assert costs == [5, 5]
