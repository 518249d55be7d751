"""The benchmark compares equals: its floor and its serializers give the product's answer."""

from typing import Any

import orjson
import pytest
from django.db import connection
from django.test import RequestFactory

from niagara.directory.models import AllowedStatus, Category, Project
from tests.bench.floors import batches
from tests.bench.floors.connecting import connect
from tests.bench.serializers import BatchList
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
    return Api(floor.manager, ("batch:all",))


def asked(api: Api) -> tuple[bytes, dict[str, Any]]:
    """The product's answer, and what of it holds the time."""
    response = api.get(f"batches?limit={LIMIT}")
    page = response.json()
    assert len(page["_embedded"]["nter:batches"]) == LIMIT
    return response.content, {"offset": page["offset"], "next_url": page["_links"]["next"]["href"]}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the statements of the floor are for PostgreSQL")
def test_the_floor_gives_the_same_bytes(api: Api) -> None:
    content, outside = asked(api)
    given = connection.get_connection_params()
    conninfo = {name: given[name] for name in ("host", "port", "user", "password", "dbname") if given.get(name)}

    with connect(**conninfo) as own:
        assert batches.page(own, str(api.token), ROOT, LIMIT, **outside) == content


def test_the_serializers_give_the_same_answer(api: Api) -> None:
    content, outside = asked(api)
    view = BatchList.as_view(limit=LIMIT, root=ROOT, **outside)

    response = view(RequestFactory().get("/api/batches", headers={"Authorization": f"Bearer {api.token}"}))

    assert orjson.loads(response.render().content) == orjson.loads(content)
