"""GET /batches"""

from typing import Any
from urllib.parse import quote

from django.db import connection
from django.test.utils import CaptureQueriesContext

from batches.models import Batch, BatchGroup
from batches.operations.cycling import start_cycle
from niagara.accounts.models import User
from niagara.directory.models import Category, Status
from tests.batches.api.bodies import UNKNOWN, as_ids, ids
from tests.clients import Api, ApiFactory, assert_faults
from tests.cycles import complete_cycle
from tests.factories import AT, Floor, grant_only, make_user, relate


def found(client: Api, **filters: Any) -> set[str]:
    query = "&".join(f"filter[{name}]={quote(str(value))}" for name, value in filters.items())
    page = client.get(f"batches?limit=100&{query}").json()
    assert page["total_count"] == len(page["_embedded"]["nter:batches"])
    return set(ids(page["_embedded"]["nter:batches"]))


def test_each_filter_narrows(client: Api, floor: Floor, tom: User, seven: list[Batch]) -> None:
    relate(tom, "tech", seven[4])
    group = BatchGroup.objects.create(organization=floor.organization, name="First", work_order=seven[0].work_order)
    Batch.objects.filter(pk=seven[2].pk).update(batch_group=group)

    assert found(client, queue_id=floor.queue.pk) == as_ids(seven[1], seven[4], seven[6])
    assert found(client, work_order_id=seven[0].work_order_id) == as_ids(*seven[:3])
    assert found(client, tech_id=tom.user_id) == as_ids(seven[4])
    assert found(client, batch_group_id=group.pk) == as_ids(seven[2])
    assert found(client, due_before="2026-03-10T00:00:00.000Z") == as_ids(*seven[3:])
    assert found(client, due_after="2026-03-10T00:00:00+01:00") == as_ids(*seven[:3])
    assert found(client, due_before="2026-03-03T08:30:00.000Z") == set()  # before, and not until
    assert found(client, queue_id=floor.queue.pk, work_order_id=seven[0].work_order_id) == as_ids(seven[1])
    assert found(client) == as_ids(*seven)


def test_a_status_filter_takes_a_label_or_a_category(client: Api, floor: Floor, seven: list[Batch]) -> None:
    own = Status.objects.create(
        organization=floor.organization, status="Reticulating Splines", category=Category.IN_PROGRESS, order=9
    )
    for batch in seven[:2]:
        start_cycle(cycle=batch.cycles.get(), technician=floor.manager, by=floor.by, at=AT)
    Batch.objects.filter(pk=seven[0].pk).update(current_status=own)
    start_cycle(cycle=seven[2].cycles.get(), technician=floor.manager, by=floor.by, at=AT)
    complete_cycle(cycle=seven[2].cycles.get(), by=floor.by, at=AT)

    assert found(client, status="Reticulating Splines") == as_ids(seven[0])
    assert found(client, status="IN_PROGRESS") == as_ids(seven[0], seven[1])
    assert found(client, status="In Progress") == as_ids(seven[1])
    assert found(client, status="COMPLETE") == as_ids(seven[2])
    assert found(client, status="BLOCKED") == set()


BAD_FILTERS = [
    ("status", "Nowhere", "enum"),
    ("status", "pending", "enum"),
    ("status", "", "minLength"),
    *[(name, UNKNOWN, "format") for name in ("queue_id", "work_order_id", "tech_id", "batch_group_id")],
    *[(name, "nonsense", "format") for name in ("queue_id", "work_order_id", "tech_id", "batch_group_id")],
    *[(name, "", "minLength") for name in ("queue_id", "work_order_id", "tech_id", "batch_group_id")],
    *[(name, value, "format") for name in ("due_before", "due_after") for value in ("soon", "7", "2026-02-30")],
    ("due_before", "", "minLength"),
    ("colour", "red", "additionalProperties"),
]


def test_a_filter_that_is_unknown_or_has_a_wrong_value_is_refused(client: Api) -> None:
    for name, value, keyword in BAD_FILTERS:
        assert assert_faults(client.get(f"batches?filter[{name}]={value}")) == {(f".filter[{name}]", keyword)}


def test_every_fault_of_a_query_is_named_at_once(client: Api, floor: Floor) -> None:
    filters = "filter[status]=Nowhere&filter[queue_id]=x&filter[due_before]=soon&filter[colour]=red&status=PENDING"

    assert assert_faults(client.get(f"batches?limit=0&sort=colour&embed=x&{filters}")) == {
        (".limit", "maximum"),
        (".sort", "enum"),
        (".embed", "additionalProperties"),
        (".filter[status]", "enum"),
        (".filter[queue_id]", "format"),
        (".filter[due_before]", "format"),
        (".filter[colour]", "additionalProperties"),
        (".status", "additionalProperties"),
    }


def test_a_parameter_that_comes_twice_is_refused(client: Api, floor: Floor) -> None:
    query = "filter[status]=PENDING&filter[status]=BLOCKED&limit=1&limit=2"

    assert assert_faults(client.get(f"batches?{query}")) == {(".filter[status]", "maxItems"), (".limit", "maxItems")}


def test_a_sort_the_list_does_not_offer_is_refused(client: Api) -> None:
    for sort in ("colour", "", "-", "--order", "order,created", "ORDER", "id"):
        assert assert_faults(client.get(f"batches?sort={sort}")) == {(".sort", "enum")}, sort


def test_things_of_another_organization_are_no_filter(client: Api, other_floor: Floor) -> None:
    theirs = other_floor.make_batch(1)

    for name, value in (
        ("queue_id", theirs.queue_id),
        ("work_order_id", theirs.work_order_id),
        ("batch_group_id", theirs.batch_group_id),
        ("tech_id", other_floor.manager.user_id),
    ):
        assert assert_faults(client.get(f"batches?filter[{name}]={value}")) == {(f".filter[{name}]", "format")}


def test_a_user_sees_the_batches_at_their_own_locations(api: ApiFactory, floor: Floor) -> None:
    annex = floor.make_location()
    here, there = floor.make_batch(1), floor.make_batch(1, queue=floor.make_queue(location=annex))
    local = make_user(floor.organization, None)
    grant_only(local, "batch:all", match_location=True)
    relate(local, "contact", annex)
    client = api(local)

    assert found(client) == as_ids(there)
    assert client.get(f"batches/{there.pk}").status_code == 200
    assert client.get(f"batches/{here.pk}").status_code == 404


def test_a_page_of_100_batches_costs_the_same_as_of_one(client: Api, floor: Floor, tom: User) -> None:
    costs = []
    for number in (1, 99):
        for position in range(number):
            queue = floor.queue if position % 2 else floor.make_queue(f"Lane {position}")
            floor.make_batch(1, floor.make_work_order(3), queue, technicians=[tom], mixing_station=floor.station)
        with CaptureQueriesContext(connection) as captured:
            page = client.get("batches?limit=100&sort=due_date").json()
        costs.append(len(captured))

    assert page["total_count"] == len(page["_embedded"]["nter:batches"]) == 100
    assert costs[0] == costs[1] <= 14
