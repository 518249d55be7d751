"""Every resource that is made, replaced and removed as a whole, each alike."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from niagara.accounts.models import HistoryEntry
from niagara.api.rows import RowViewSet
from tests.clients import Api, ApiFactory, assert_faults, assert_problem
from tests.factories import Floor, make_user
from tests.rows import all_rows
from tests.walks.conftest import World
from tests.walks.routes import Operation, operations

CREATIONS = [
    one
    for one in operations()
    if one.action == "create" and issubclass(one.view, RowViewSet) and "update" in one.view.scopes
    if one.view.inputs.keys() >= {"create", "update"}
    if "label" in one.view.inputs["create"]._declared_fields
]

every_resource = pytest.mark.parametrize("creation", CREATIONS, ids=lambda one: one.collection)


@dataclass
class Made:
    """A row that was just made, and the body it was made of."""

    client: Api
    collection: str
    body: dict[str, Any]
    answer: dict[str, Any]
    row_id: str

    @property
    def address(self) -> str:
        return f"{self.collection}/{self.row_id}"

    @property
    def history(self) -> list[tuple[str, str]]:
        entries = HistoryEntry.objects.filter(entity_id=self.row_id).order_by("id")
        return list(entries.values_list("verb", "via"))


def make(creation: Operation, world: World, client: Api) -> Made:
    body = world.body(creation) | {"label": "Nothing like it"}
    response = client.post(creation.collection, body)
    assert response.status_code == 200, response.content
    answer = response.json()
    return Made(client, creation.collection, body, answer, answer[creation.view.id_name])


@pytest.fixture
def made(creation: Operation, world: World, api: ApiFactory) -> Made:
    return make(creation, world, api(world.floor.manager))


def test_these_are_all() -> None:
    assert {one.collection for one in CREATIONS} == {
        "customers", "programs", "projects", "locations", "resources", "units", "queues", "work-orders", "work-flows",
        "roles",
    }  # fmt: skip


@every_resource
def test_it_shows_what_was_sent_and_is_found_by_its_label(made: Made) -> None:
    shown = {key: made.answer[key] for key, value in made.body.items() if not isinstance(value, dict)}
    assert shown.items() <= made.body.items()
    assert made.answer["_links"]["self"]["href"] == f"http://testserver/api/{made.address}"
    assert made.client.get(made.address).json() == made.answer
    [rows] = made.client.get(f"{made.collection}?filter[label]=nothing like").json()["_embedded"].values()
    assert [row["label"] for row in rows] == ["Nothing like it"]
    assert made.history == [("created", "api")]


@every_resource
def test_its_answer_sent_back_changes_nothing(made: Made) -> None:
    before = all_rows()

    response = made.client.put(made.address, made.answer)

    assert response.status_code == 200, response.content
    assert response.json() == made.answer
    assert all_rows() == before


@every_resource
def test_it_is_replaced_by_the_first_of_two_who_saw_it(made: Made) -> None:
    seen = {"If-Match": made.client.get(made.address)["ETag"]}

    first = made.client.put(made.address, {**made.body, "label": "First"}, headers=seen)
    second = made.client.put(made.address, {**made.body, "label": "Second"}, headers=seen)
    removal = made.client.delete(made.address, headers=seen)

    assert first.status_code == 200, first.content
    assert_problem(second, 412, "PreconditionFailed")
    assert_problem(removal, 412, "PreconditionFailed")
    assert made.client.get(made.address).json() == first.json()
    assert first.json()["label"] == "First"
    assert made.history == [("created", "api"), ("changed", "api")]


@every_resource
def test_it_is_removed_and_leaves_its_history(made: Made) -> None:
    response = made.client.delete(made.address)

    assert (response.status_code, response.content) == (205, b"")
    assert_problem(made.client.get(made.address), 404, "NotFound")
    assert made.history == [("created", "api"), ("removed", "api")]


@every_resource
def test_who_may_only_read_it_writes_nothing(creation: Operation, made: Made, world: World, api: ApiFactory) -> None:
    viewer = api(make_user(world.floor.organization, "Viewer"))
    before = all_rows()

    for method, verb in (("PUT", "update"), ("DELETE", "delete")):
        problem = assert_problem(viewer.send(method, made.address, made.body), 403, "Forbidden")
        assert f"the permission {creation.view.representation.model.resource}:{verb}" in problem["detail"]

    assert viewer.get(made.address).json() == made.answer
    assert all_rows() == before


@every_resource
def test_every_fault_is_named(made: Made) -> None:
    bad = {**made.body, "colour": "red", "label": "x" * 201}
    before = all_rows()

    for response in (made.client.post(made.collection, bad), made.client.put(made.address, bad)):
        assert assert_faults(response) == {(".colour", "additionalProperties"), (".label", "maxLength")}
    assert (".label", "required") in assert_faults(made.client.put(made.address, {}))

    assert all_rows() == before


@every_resource
def test_it_refers_to_nothing_of_another_organization(made: Made, world: World, other_floor: Floor) -> None:
    theirs = {
        "customer_id": other_floor.customer.pk,
        "location_id": other_floor.location.pk,
        "program_id": other_floor.program.pk,
        "project_id": other_floor.project.pk,
        "work_flow_id": other_floor.workflow.pk,
    }
    known = json.dumps(made.body)
    named = [name for name in theirs if world.ids[name] in known]
    before = all_rows()

    for name in named:
        body = json.loads(known.replace(world.ids[name], str(theirs[name])))
        for response in (made.client.post(made.collection, body), made.client.put(made.address, body)):
            [(path, keyword)] = assert_faults(response)
            assert (path.split(".")[-1], keyword) == (name, "enum")

    assert all_rows() == before
