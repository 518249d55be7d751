"""Customers, programs, projects, locations, resources and units: what is special about each. What
they have in common is walked over in tests/walks/test_rows.py."""

from typing import Any

import pytest

from niagara.accounts.models import User
from niagara.directory.models import Customer, Resource, Unit
from tests.clients import Api, ApiFactory, assert_faults, assert_problem
from tests.factories import Floor, relate
from tests.rows import all_rows

ADDRESS = {"country": "USA", "locality": "Menands"}


def customer_of(floor: Floor) -> dict[str, Any]:
    return {"customer": {"customer_id": str(floor.customer.pk)}}


def location_of(floor: Floor) -> dict[str, Any]:
    return {"location": {"location_id": str(floor.location.pk)}}


def unit(floor: Floor, serial_number: str = "SN-1") -> dict[str, Any]:
    return {"label": "iPad", "serial_number": serial_number, **customer_of(floor), **location_of(floor)}


def test_what_is_in_use_stays_and_says_by_what(client: Api, floor: Floor) -> None:
    before = all_rows()

    for address, holders in (
        (f"customers/{floor.customer.pk}", "programs, projects"),
        (f"programs/{floor.program.pk}", "projects"),
        (f"locations/{floor.location.pk}", "queues, resources"),
    ):
        problem = assert_problem(client.delete(address), 409, "Conflict")
        assert f"is still used by {holders}." in problem["detail"]

    assert all_rows() == before


def test_the_lists_below_a_customer_a_program_and_a_location(client: Api, floor: Floor) -> None:
    other = Customer.objects.create(organization=floor.organization, label="Another")
    project = client.post("projects", {"label": "Library", **customer_of(floor)}).json()
    client.post("units", unit(floor))
    expected = {
        f"customers/{floor.customer.pk}/programs": ["Devices for all"],
        f"customers/{floor.customer.pk}/projects": ["Middle School", "Library"],
        f"customers/{other.pk}/projects": [],
        f"programs/{floor.program.pk}/projects": ["Middle School"],
        f"customers/{floor.customer.pk}/units": ["iPad"],
        f"customers/{other.pk}/units": [],
        f"locations/{floor.location.pk}/resources": ["Bench 1"],
        f"locations/{floor.location.pk}/units": ["iPad"],
        f"locations/{floor.make_location().pk}/units": [],
    }

    assert project["program"] is None
    for address, labels in expected.items():
        [rows] = client.get(address).json()["_embedded"].values()
        assert [row["label"] for row in rows] == labels


def test_what_is_left_out_takes_its_default(client: Api, floor: Floor) -> None:
    made = client.post("projects", {"label": "Library", "description": "Long", **customer_of(floor)}).json()

    replaced = client.put(f"projects/{made['project_id']}", {"label": "Library", **customer_of(floor)}).json()

    assert (made["description"], replaced["description"]) == ("Long", "")


def test_a_project_belongs_to_a_program_of_its_own_customer(client: Api, floor: Floor) -> None:
    other = Customer.objects.create(organization=floor.organization, label="Another")
    program = {"program": {"program_id": str(floor.program.pk)}}

    response = client.post("projects", {"label": "P", "customer": {"customer_id": str(other.pk)}, **program})

    assert assert_faults(response) == {(".program", "enum")}


@pytest.mark.parametrize("collection", ["programs", "projects"])
def test_nothing_ends_before_it_starts(client: Api, floor: Floor, collection: str) -> None:
    dates = {"start_date": "2026-03-02T00:00:00Z", "end_date": "2026-03-01T00:00:00Z"}

    response = client.post(collection, {"label": "Late", **customer_of(floor), **dates})

    assert assert_faults(response) == {(".end_date", "formatMinimum")}


def test_what_is_wrong_with_an_address_is_named_where_it_stands(client: Api) -> None:
    body = {"label": "Annex", "location_type": "moon", "address": {"country": "us", "locality": "x" * 101, "zip": "1"}}

    assert assert_faults(client.post("locations", body)) == {
        (".location_type", "enum"),
        (".address.country", "pattern"),
        (".address.locality", "maxLength"),
        (".address.zip", "additionalProperties"),
    }


def test_a_location_shows_the_address_that_was_sent(client: Api) -> None:
    made = client.post("locations", {"label": "Annex", "location_type": "facility", "address": ADDRESS}).json()

    assert made["address"].items() >= ADDRESS.items()
    assert made["formatted_address"] == "Annex\nMenands USA"


def test_a_resource_can_not_stand_inside_itself(client: Api, floor: Floor) -> None:
    body = {"label": "Bench 1", "resource_type": "work-station", **location_of(floor)}
    part = client.post("resources", {**body, "parent_id": str(floor.station.pk)}).json()

    response = client.put(f"resources/{floor.station.pk}", {**body, "parent_id": part["resource_id"]})

    assert part["parent_id"] == str(floor.station.pk)
    assert assert_faults(response) == {(".parent_id", "enum")}
    assert Resource.objects.get(pk=floor.station.pk).parent is None
    assert_problem(client.delete(f"resources/{floor.station.pk}"), 409, "Conflict")


def test_a_serial_number_is_given_once(client: Api, floor: Floor) -> None:
    made = client.post("units", unit(floor)).json()

    other = client.post("units", {**unit(floor, "SN-2"), "label": "Phone"}).json()
    again = client.post("units", {**unit(floor), "label": "Another"})
    changed = client.put(f"units/{other['unit_id']}", {**unit(floor), "label": "Phone"})

    for response in (again, changed):
        assert assert_faults(response) == {(".serial_number", "unique")}
        assert response.json()["detail"] == "The unit “iPad” has this serial number already."
    assert client.put(f"units/{made['unit_id']}", {**unit(floor), "label": "iPad"}).status_code == 200
    assert Unit.objects.count() == 2
    [found] = client.get("units?filter[serial_number]=SN-1").json()["_embedded"]["nter:units"]
    assert found["unit_id"] == made["unit_id"]


def test_a_unit_shows_the_status_it_was_given(client: Api, floor: Floor) -> None:
    status = {"status": "Blocked", "category": "BLOCKED"}

    made = client.post("units", {**unit(floor), "current_status": status}).json()
    unknown = client.post("units", {**unit(floor, "SN-2"), "current_status": {**status, "status": "Nowhere"}})

    assert made["current_status"].items() >= status.items()
    assert assert_faults(unknown) == {(".current_status.status", "enum")}


def test_a_technician_changes_the_units_at_their_location(
    client: Api, api: ApiFactory, floor: Floor, tom: User
) -> None:
    relate(tom, "owner", floor.location)
    made = client.post("units", {**unit(floor), "current_status": {"status": "Blocked", "category": "BLOCKED"}}).json()
    away = {**made, "location": {"location_id": str(floor.make_location().pk)}}
    address = f"units/{made['unit_id']}"

    assert api(tom).put(address, made).json() == made
    assert api(tom).put(address, {**made, "label": "iPad mini"}).json()["label"] == "iPad mini"
    assert assert_faults(api(tom).put(address, away)) == {(".location.location_id", "enum")}


def test_attributes_are_what_can_be_stored(client: Api, floor: Floor) -> None:
    deep: Any = "end"
    for _ in range(30):
        deep = [deep]

    for value, keyword in (({"a": "\x00"}, "format"), ({"\x00": 1}, "format"), ({"a": deep}, "maxDepth"), ([], "type")):
        response = client.post("units", {**unit(floor), "attributes": value})
        assert assert_faults(response) == {(".attributes", keyword)}
