"""The relations of what the directory holds; those of batches are tried in tests/batches/api."""

from typing import Any

import pytest

from niagara.accounts.models import User
from niagara.directory.models import Unit
from tests.clients import Api, ApiFactory, assert_problem
from tests.factories import Floor, make_user


def tech(user: User) -> dict[str, Any]:
    return {"relation": "tech", "entity": {"entity_id": str(user.user_id), "entity_type": "USER"}}


@pytest.mark.parametrize("name", ["customer", "program", "project", "location", "resource", "unit"])
def test_somebody_is_related_to_each_and_is_not_any_more(client: Api, floor: Floor, tom: User, name: str) -> None:
    rows = {
        "resource": floor.station,
        "unit": Unit(organization=floor.organization, label="iPad", serial_number="SN-1"),
    }
    row = rows.get(name) or getattr(floor, name)
    if name == "unit":
        row.customer, row.location = floor.customer, floor.location
        row.save()
    address = f"{name}s/{row.pk}/relations"

    made = client.post(address, tech(tom))

    assert made.status_code == 201, made.content
    link = made.json()["_links"]["self"]["href"]
    assert client.get(address).json()["_embedded"]["nter:relations"] == [client.get(link).json()] == [made.json()]
    assert client.delete(link).json() == made.json()
    assert client.get(address).json()["total_count"] == 0


def test_a_location_becomes_a_technician_s_own_and_stops_being_it(
    client: Api, api: ApiFactory, floor: Floor, tom: User
) -> None:
    """What a technician may do counts at the own locations; each request asks anew which those are."""
    batch, elsewhere = floor.make_batch(1), floor.make_batch(1, queue=floor.make_queue(location=floor.make_location()))
    toms, address = api(tom), f"batches/{batch.pk}"
    assert_problem(toms.get(address), 404, "NotFound")

    made = client.post(f"locations/{floor.location.pk}/relations", tech(tom)).json()

    assert toms.get(address).status_code == 200
    assert_problem(toms.get(f"batches/{elsewhere.pk}"), 404, "NotFound")
    [mine] = toms.get("me/locations").json()["_embedded"]["nter:locations"]
    assert mine["label"] == "Menands"

    client.delete(made["_links"]["self"]["href"])

    assert_problem(toms.get(address), 404, "NotFound")
    assert toms.get("me/locations").json()["total_count"] == 0


def test_nobody_gives_themselves_a_location(api: ApiFactory, floor: Floor, tom: User) -> None:
    manager = make_user(floor.organization, "Production manager")

    for user in (tom, manager):
        response = api(user).post(f"locations/{floor.location.pk}/relations", tech(user))
        assert "the permission location:attach" in assert_problem(response, 403, "Forbidden")["detail"]
