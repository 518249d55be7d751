"""GET /me/batches"""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from batches.models import Batch
from batches.operations.cycling import cancel_cycle
from niagara.accounts.models import User
from tests.clients import Api, ApiFactory
from tests.factories import AT, Floor, relate


def labels(client: Api) -> list[str]:
    return [row["label"] for row in client.collect("me/batches?limit=2", "nter:batches")]


def test_they_are_in_processing_order_queue_by_queue(api: ApiFactory, floor: Floor, tom: User) -> None:
    slow = floor.make_queue()
    for label, queue, order in (("D", slow, "b"), ("B", floor.queue, "b"), ("C", slow, "a"), ("A", floor.queue, "a")):
        floor.make_batch(1, queue=queue, label=label, order=order, technicians=[tom])

    assert labels(api(tom, "me:profile")) == ["A", "B", "C", "D"]


def test_what_is_done_and_what_others_do_is_not_among_them(api: ApiFactory, floor: Floor, tom: User) -> None:
    done, mine = (floor.make_batch(1, technicians=[tom]) for _ in range(2))
    cancel_cycle(cycle=done.cycles.get(), by=floor.by, at=AT)
    floor.make_batch(1, technicians=[floor.manager])
    relate(tom, "viewer", floor.make_batch(1))

    page = api(tom).get("me/batches").json()

    assert [row["batch_id"] for row in page["_embedded"]["nter:batches"]] == [str(mine.pk)]
    assert page["total_count"] == 1


def test_a_page_costs_the_same_for_one_and_for_ten(api: ApiFactory, floor: Floor, tom: User) -> None:
    client, costs = api(tom, "me:profile"), []
    for number in (1, 9):
        for _ in range(number):
            floor.make_batch(1, technicians=[tom])
        with CaptureQueriesContext(connection) as captured:
            assert client.get("me/batches").status_code == 200
        costs.append(len(captured))

    assert Batch.objects.assigned_to(tom).count() == 10
    assert costs[0] == costs[1] <= 15
