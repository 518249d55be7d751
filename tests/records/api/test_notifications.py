"""/me/notifications"""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from batches.models import Batch
from batches.operations.deleting import delete_batch
from niagara.accounts.models import User
from niagara.records.models import Notification, Relation
from niagara.records.operations.relating import detach
from tests.clients import Api, ApiFactory, assert_problem
from tests.factories import AT, Floor, make_user
from tests.rows import all_rows

ADDRESS = "me/notifications"


@pytest.fixture
def toms(api: ApiFactory, tom: User) -> Api:
    return api(tom, "me:profile", "batch:read")


@pytest.fixture
def batch(floor: Floor, tom: User) -> Batch:
    return floor.make_batch(2, label="First pallet", technicians=[tom])


def notifications(client: Api) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = client.get(ADDRESS).json()["_embedded"]["nter:notifications"]
    return rows


def test_a_technician_is_told_who_made_them_one_of_what(toms: Api, batch: Batch) -> None:
    [told] = notifications(toms)

    assert told["message"] == "Maria Santos made you a technician of First pallet."
    assert told["kind"] == "assigned"
    assert told["created"] == "2026-03-02T08:30:00.000Z"
    assert told["entity"] == {"entity_type": "BAT", "entity_id": str(batch.pk), "label": "First pallet"}
    links = {name: link["href"] for name, link in told["_links"].items()}
    assert links == {
        "self": f"http://testserver/api/me/notifications/{told['notification_id']}",
        "nter:batch": f"http://testserver/api/batches/{batch.pk}",
    }
    assert toms.get(links["self"]).json() == told
    assert toms.get(links["nter:batch"]).status_code == 200


def test_the_newest_comes_first_and_each_once(toms: Api, floor: Floor, tom: User) -> None:
    for label in ("First", "Second", "Third"):
        floor.make_batch(1, label=label, technicians=[tom])

    rows = toms.collect(f"{ADDRESS}?limit=1", "nter:notifications")

    assert [row["entity"]["label"] for row in rows] == ["Third", "Second", "First"]


def test_nobody_is_told_what_they_did_themselves(api: ApiFactory, floor: Floor) -> None:
    floor.make_batch(1, technicians=[floor.manager])

    assert notifications(api(floor.manager)) == []


def test_what_was_read_is_dismissed_once_and_by_nobody_else(toms: Api, api: ApiFactory, batch: Batch) -> None:
    address = f"{ADDRESS}/{notifications(toms)[0]['notification_id']}"
    administrator = api(make_user(batch.organization, "Administrator"))

    for method in ("GET", "DELETE"):
        assert_problem(administrator.send(method, address), 404, "NotFound")
    assert_problem(toms.delete(address, headers={"If-Match": '"7.0a"'}), 412, "PreconditionFailed")
    assert toms.delete(address).status_code == 205

    assert notifications(toms) == []
    assert_problem(toms.delete(address), 404, "NotFound")


def test_there_is_no_link_to_what_is_gone_or_no_longer_theirs_to_see(
    toms: Api, floor: Floor, tom: User, batch: Batch
) -> None:
    other = floor.make_batch(1, technicians=[tom])
    detach(other, Relation.objects.technicians().get(target_id=other.pk), by=floor.by, at=AT)
    delete_batch(batch=batch, by=floor.by, at=AT)

    assert [list(row["_links"]) for row in notifications(toms)] == [["self"], ["self"]]


def test_a_page_costs_the_same_for_one_and_for_ten(toms: Api, floor: Floor, tom: User) -> None:
    costs = []
    for number in (1, 9):
        for _ in range(number):
            floor.make_batch(1, technicians=[tom])
        with CaptureQueriesContext(connection) as captured:
            assert len(notifications(toms)) == Notification.objects.count()
        costs.append(len(captured) - 1)  # that of the test itself

    assert costs == [6, 6]


def test_a_user_who_goes_takes_them_along(api: ApiFactory, floor: Floor, tom: User, batch: Batch) -> None:
    assert Notification.objects.get().user == tom

    response = api(make_user(floor.organization, "Administrator")).delete(f"users/{tom.user_id}")

    assert response.status_code == 205
    assert all_rows()["records.Notification"].total() == 0
