"""The benchmark compares equals: its floor and its serializers give the product's answer."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test import RequestFactory
from oauth2_provider.models import AccessToken
from psycopg.conninfo import make_conninfo

from batches.models import Batch
from niagara.clock import now
from niagara.directory.models import AllowedStatus, Category, Project
from tests.bench.floors import batches, queues, work
from tests.bench.floors.writing import Written, look
from tests.bench.serializers import BatchList
from tests.bench.vendors import vendor
from tests.clients import Api
from tests.factories import Floor, make_user, relate

ROOT = "http://testserver/api"
LIMIT = 3

# The floor has a connection of its own, which sees only what is committed.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def api(floor: Floor) -> Api:
    """Its page holds what differs between batches: queues, technicians, stations, allowed statuses."""
    pending, done = floor.status(Category.PENDING), floor.status(Category.COMPLETE)
    AllowedStatus.objects.create(customer=floor.customer, status=pending)
    AllowedStatus.objects.create(project=floor.project, status=done)
    shared = floor.make_work_order(50)
    first = floor.make_batch(10, shared, mixing_station=floor.station)
    for number in range(6):
        relate(make_user(floor.organization, "Technician", f"Technician {number}"), "tech", first)
    floor.make_batch(5, shared, floor.make_queue(location=floor.make_location()))
    unplanned = Project.objects.create(
        organization=floor.organization, customer=floor.customer, label="Without program"
    )
    floor.make_batch(1, floor.make_work_order(1, project=unplanned))
    floor.make_batch(2)  # on the next page
    return Api(floor.manager)


def asked(api: Api) -> tuple[bytes, dict[str, Any]]:
    """The product's answer, and what of it holds the time."""
    response = api.get(f"batches?limit={LIMIT}")
    page = response.json()
    assert len(page["_embedded"]["nter:batches"]) == LIMIT
    return response.content, {"offset": page["offset"], "next_url": page["_links"]["next"]["href"]}


@pytest.fixture
def own(transactional_db: None) -> Iterator[Any]:
    """What the floor has: a connection of the driver, to the database of the test."""
    url = f"sqlite:///{connection.settings_dict['NAME']}"
    if connection.vendor == "postgresql":
        given = connection.get_connection_params()
        names = ("host", "port", "user", "password", "dbname")
        url = make_conninfo(**{name: given[name] for name in names if given.get(name)})
    with closing(vendor.connect(url)) as own:
        yield own


def test_the_floor_gives_the_same_page_of_batches(api: Api, own: Any) -> None:
    content, outside = asked(api)

    assert batches.page(own, str(api.token), ROOT, LIMIT, **outside) == content


def test_the_floor_gives_the_same_page_of_queues(api: Api, own: Any) -> None:
    content = api.get(f"queues?limit={LIMIT}").content

    assert queues.page(own, str(api.token), ROOT, LIMIT, offset=None, next_url=None) == content


def test_the_floor_gives_the_same_batch_and_work_order(api: Api, own: Any) -> None:
    for batch in Batch.objects.all():
        floors = batches.single(own, str(api.token), ROOT, str(batch.pk))
        assert floors == api.get(f"batches/{batch.pk}").content
        floors = work.single(own, str(api.token), ROOT, str(batch.work_order_id))
        assert floors == api.get(f"work-orders/{batch.work_order_id}").content


def test_the_floor_lets_nobody_in_whom_the_product_would_not(api: Api, own: Any) -> None:
    AccessToken.objects.update(expires=now())

    with pytest.raises(PermissionError):
        queues.page(own, str(api.token), ROOT, LIMIT, None, None)


def test_the_floor_writes_the_same_rows(api: Api, own: Any, floor: Floor) -> None:
    work_order = floor.make_work_order(20)
    before = look(own, work_order.pk)
    asked = {
        "work_order": {"work_order_id": str(work_order.pk)},
        "queue": {"queue_id": str(floor.queue.pk)},
        "number_cycles": 5,
        "total": 4,
    }
    assert api.patch("batches", asked).status_code == 204
    after = look(own, work_order.pk)

    written = Written(before, after)
    written.take_back(own)
    assert look(own, work_order.pk) == before
    written.prepared(own, str(api.token), "batch:update", "batch:create")()

    assert (len(after["batches_batch"]), len(after["batches_cycle"])) == (4, 20)
    assert look(own, work_order.pk) == after


def test_the_serializers_give_the_same_answer(api: Api) -> None:
    content, outside = asked(api)
    view = BatchList.as_view(limit=LIMIT, root=ROOT, **outside)

    response = view(RequestFactory().get("/api/batches", headers={"Authorization": f"Bearer {api.token}"}))

    assert orjson.loads(response.render().content) == orjson.loads(content)
