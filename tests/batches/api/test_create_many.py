"""PATCH /batches"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from batches.models import Batch, Cycle
from niagara.accounts.models import User
from niagara.records.models import Relation
from tests.batches.api.bodies import ABSENT, UNKNOWN, Bad, bad_references, by_field, new_batch
from tests.clients import ApiFactory, assert_faults, assert_problem
from tests.factories import Floor, make_user
from tests.rows import all_rows

BAD = [
    ("number_cycles", ABSENT, ".number_cycles", "required"),
    *[("number_cycles", value, ".number_cycles", "type") for value in (None, "4", 1.5, True, [], {})],
    *[("number_cycles", value, ".number_cycles", "minimum") for value in (0, -1)],
    *[("number_cycles", value, ".number_cycles", "maximum") for value in (10_001, 1e9)],
    *[("total", value, ".total", "type") for value in (None, "4", 1.5, True, [], {})],
    *[("total", value, ".total", "minimum") for value in (0, -1)],
    *[("total", value, ".total", "maximum") for value in (101, 1e9)],
    ("total", 11, ".number_cycles", "maximum"),
    ("work_order", ABSENT, ".work_order", "required"),
    *bad_references("work_order", "work_order_id"),
    ("queue", ABSENT, ".queue", "required"),
    *bad_references("queue", "queue_id"),
    *[("users", value, ".users", "type") for value in (None, 7, "tom", True, {"user_id": UNKNOWN})],
    *[("users", [value], ".users[0]", "type") for value in (None, 7, "tom", [])],
    ("users", [{}], ".users[0].user_id", "required"),
    ("users", [{"user_id": 1}], ".users[0].user_id", "type"),
    ("users", [{"user_id": UNKNOWN}], ".users[0].user_id", "enum"),
    ("users", [{"user_id": UNKNOWN}] * 101, ".users", "maxItems"),
    *bad_references("mixing_station", "resource_id", nullable=True),
    *bad_references("batch_group", "batch_group_id"),
    ("colour", "red", ".colour", "additionalProperties"),
    ("label", "All alike", ".label", "additionalProperties"),
]


@pytest.mark.parametrize("bad", by_field(BAD).values(), ids=by_field(BAD))
def test_a_wrong_value_is_named_and_nothing_is_made(api: ApiFactory, floor: Floor, bad: Bad) -> None:
    client, work_order = api(floor.manager), floor.make_work_order(10)
    before = all_rows()

    for field, value, path, keyword in bad:
        body = new_batch(work_order, floor.queue, **{"total": 1, field: value})
        assert (path, keyword) in assert_faults(client.patch("batches", body)), value

    assert all_rows() == before


def test_every_bad_user_is_named_by_the_place_in_the_list(api: ApiFactory, floor: Floor, tom: User, olga: User) -> None:
    users = [{"user_id": str(tom.user_id)}, {"user_id": str(olga.user_id)}, {"user_id": 1}, {"user_id": str(tom.pk)}]
    body = new_batch(floor.make_work_order(10), floor.queue, users=users)

    assert assert_faults(api(floor.manager).patch("batches", body)) == {
        (".users[1].user_id", "enum"),
        (".users[2].user_id", "type"),
        (".users[3].user_id", "enum"),
    }
    assert Batch.objects.count() == 0


def test_500_ipads_in_boxes_of_ten_are_50_batches(api: ApiFactory, floor: Floor) -> None:
    work_order = floor.make_work_order(500)

    response = api(floor.manager).patch("batches", new_batch(work_order, floor.queue, 10))

    assert response.status_code == 204
    assert list(Batch.objects.values_list("number_cycles", flat=True)) == [10] * 50
    assert Cycle.objects.pending().count() == 500


def test_without_a_total_the_last_batch_takes_the_remainder(api: ApiFactory, floor: Floor) -> None:
    api(floor.manager).patch("batches", new_batch(floor.make_work_order(25), floor.queue, 10))

    assert list(Batch.objects.in_processing_order().values_list("number_cycles", flat=True)) == [10, 10, 5]


def test_more_than_100_batches_at_once_are_refused(api: ApiFactory, floor: Floor) -> None:
    client = api(floor.manager)

    response = client.patch("batches", new_batch(floor.make_work_order(101), floor.queue, 1))

    assert assert_faults(response) == {(".total", "maximum")}
    assert Batch.objects.count() == 0
    assert client.patch("batches", new_batch(floor.make_work_order(100), floor.queue, 1)).status_code == 204
    assert Batch.objects.count() == 100


def test_nothing_left_is_refused(api: ApiFactory, floor: Floor) -> None:
    work_order, client = floor.make_work_order(10), api(floor.manager)
    floor.make_batch(10, work_order)

    assert assert_faults(client.patch("batches", new_batch(work_order, floor.queue))) == {(".number_cycles", "maximum")}
    assert Batch.objects.count() == 1


def test_the_same_user_twice_is_one_technician(api: ApiFactory, floor: Floor, tom: User) -> None:
    tina = make_user(floor.organization, "Technician")
    users = [{"user_id": str(user.user_id)} for user in (tom, tina, tom)]

    response = api(floor.manager).patch("batches", new_batch(floor.make_work_order(4), floor.queue, 2, users=users))

    assert response.status_code == 204
    assert Relation.objects.technicians().filter(relation="tech").count() == 4
    for batch in Batch.objects.all():
        assert set(Batch.objects.assigned_to(tom)) & set(Batch.objects.assigned_to(tina)) >= {batch}


def test_a_user_as_an_answer_shows_one_may_be_sent(api: ApiFactory, floor: Floor, tom: User) -> None:
    client = api(floor.manager)
    shown = client.get(f"batches/{floor.make_batch(2, technicians=[tom]).pk}").json()["assigned_users"]

    response = client.patch("batches", new_batch(floor.make_work_order(4), floor.queue, 4, users=shown))

    assert response.status_code == 204
    assert Batch.objects.assigned_to(tom).count() == 2


def test_a_media_type_of_another_operation_is_415(api: ApiFactory, floor: Floor) -> None:
    body = new_batch(floor.make_work_order(4), floor.queue)

    response = api(floor.manager).patch("batches", body, content_type="application/merge-patch+json")

    assert_problem(response, 415, "UnsupportedMediaType")


def test_100_batches_of_ten_cost_at_most_30_queries(api: ApiFactory, floor: Floor) -> None:
    client = api(floor.manager)
    users = [{"user_id": str(make_user(floor.organization, "Technician").user_id)} for _ in range(5)]
    body = new_batch(floor.make_work_order(1000), floor.queue, 10, total=100, users=users)

    with CaptureQueriesContext(connection) as captured:
        assert client.patch("batches", body).status_code == 204

    assert Cycle.objects.count() == 1000
    assert Relation.objects.technicians().filter(relation="tech").count() == 500
    # A savepoint is there only because the test itself is in a transaction, or costs next to nothing.
    assert len([one for one in captured if "SAVEPOINT" not in one["sql"]]) <= 30


def test_many_technicians_cost_no_more_queries_than_one(api: ApiFactory, floor: Floor) -> None:
    client, work_order = api(floor.manager), floor.make_work_order(100)
    users = [{"user_id": str(make_user(floor.organization, "Technician").user_id)} for _ in range(20)]
    client.patch("batches", new_batch(work_order, floor.queue, total=1))

    costs = []
    for some in (users[:1], users):
        with CaptureQueriesContext(connection) as captured:
            client.patch("batches", new_batch(work_order, floor.queue, total=1, users=some))
        costs.append(len(captured))

    assert costs[0] == costs[1]
