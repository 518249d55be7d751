"""Every operation there is, asked for by Olga of another organization, whose token has every scope."""

from typing import Any
from uuid import UUID

import pytest
from django.apps import apps

from niagara.accounts.models import User
from tests.clients import Api, ApiFactory, assert_problem
from tests.rows import all_rows
from tests.walks.conftest import World, become_administrator
from tests.walks.routes import Operation, operations

UNKNOWN = "01a20674-0cbf-7383-bee7-88665e943749"

every_operation = pytest.mark.parametrize("operation", operations(), ids=str)


def ids_of(world: World) -> set[str]:
    """Everything that would tell of the other organization."""
    found = {str(value) for value in world.ids.values()}
    for model in apps.get_models():
        fields = {field.name for field in model._meta.fields}
        if "organization" in fields:
            rows = model._base_manager.filter(organization=world.floor.organization)
            found |= {str(one) for one in rows.values_list("pk", flat=True) if isinstance(one, UUID)}
    return found


def is_of_nothing_else(operation: Operation, body: Any, world: World) -> bool:
    """Whether it makes something that refers to nothing, so that anybody may."""
    named = [one for one in ids_of(world) if one in str(body)]
    return operation.method == "POST" and not operation.is_of_one_row and not named


@pytest.fixture
def stranger(api: ApiFactory, olga: User, other_floor: Any) -> Api:
    other_floor.make_batch(2)
    become_administrator(olga)
    return api(olga)


@every_operation
def test_nothing_of_another_organization_is_shown_or_changed(operation: Operation, world: World, stranger: Api) -> None:
    body, before = world.body(operation), all_rows()

    response = stranger.send(operation.method, operation.address(world.ids_of(operation)), body)

    after, shown = all_rows(), response.content.decode()
    assert {one for one in ids_of(world) if one in shown} == set()
    if is_of_nothing_else(operation, body, world):
        assert response.status_code == 200  # it is one of Olga's own
        assert {table for table, rows in before.items() if rows - after[table]} == set()
        written = " ".join(row for table, rows in after.items() for row in rows - before[table])
        assert {one for one in ids_of(world) if one in written} == set()
        return
    assert after == before
    if operation.is_of_one_row:
        # As if it had never been: the answer for an id that nobody has is the same.
        nowhere = operation.address(dict.fromkeys(operation.id_names, UNKNOWN))
        unknown = stranger.send(operation.method, nowhere, world.body(operation))
        assert assert_problem(response, 404, "NotFound") == assert_problem(unknown, 404, "NotFound")
    elif operation.method == "GET":
        assert response.status_code in (200, 403)
    else:
        assert_problem(response, 400, "BadRequest")


def test_a_reference_to_another_organization_and_to_nothing_are_the_same(
    world: World, stranger: Api, other_floor: Any
) -> None:
    work_order = other_floor.make_work_order(3)
    body = {"work_order": {"work_order_id": str(work_order.pk)}, "number_cycles": 1}
    before = all_rows()

    foreign = stranger.post("batches", {**body, "queue": {"queue_id": world.ids["queue_id"]}})
    unknown = stranger.post("batches", {**body, "queue": {"queue_id": UNKNOWN}})

    assert foreign.status_code == unknown.status_code == 400
    assert assert_problem(foreign, 400, "BadRequest") == assert_problem(unknown, 400, "BadRequest")
    assert all_rows() == before


def test_the_rows_of_the_walk_change_when_they_may(world: World, api: ApiFactory) -> None:
    """So that the comparison above would notice."""
    before = all_rows()

    assert api(world.floor.manager).delete(f"batches/{world.batch.pk}").status_code == 205

    assert all_rows() != before
