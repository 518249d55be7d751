"""Every operation there is: without a token, without the scope, without the permission, with both."""

import re
from collections import defaultdict
from typing import Any

import pytest
from django.test import Client

from batches.models import Batch
from niagara.accounts.permissions import EVERYBODY, SCOPES
from niagara.api.viewsets import NiagaraViewSet
from niagara.records.models import Relation
from tests.clients import Api, ApiFactory, assert_problem
from tests.factories import make_user
from tests.walks.bodies import BODIES
from tests.walks.conftest import World
from tests.walks.routes import OPEN, Operation, api_patterns, operations

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}

every_operation = pytest.mark.parametrize("operation", operations(), ids=str)


def send(client: Api, operation: Operation, world: World) -> Any:
    return client.send(operation.method, operation.address(world.ids_of(operation)), world.body(operation))


def test_every_route_is_a_viewset_of_ours_or_known_to_be_open() -> None:
    strangers = {
        template
        for template, one in api_patterns()
        if not issubclass(getattr(one.callback, "cls", object), NiagaraViewSet)
    }

    assert strangers == OPEN


def test_every_operation_names_a_scope_that_exists() -> None:
    scopes = {str(one): (one.view.scopes.get(one.action, "none at all") or "").split() for one in operations()}

    assert {name: one for name, one in scopes.items() if not one or not SCOPES.keys() >= {*one}} == {
        "GET api": [],
        "GET api/search": [],  # it finds what the token has the scope to read
    }


def test_no_body_is_left_over() -> None:
    assert BODIES.keys() <= {str(one) for one in operations()}


@every_operation
def test_it_is_refused_without_the_token_the_scope_or_the_permission(
    operation: Operation, world: World, api: ApiFactory
) -> None:
    response = send(Api(None), operation, world)
    assert_problem(response, 401, "Unauthorized")
    assert response["WWW-Authenticate"].startswith("Bearer")

    for scope in operation.scopes:
        others = [one for one in SCOPES if one != scope]
        problem = assert_problem(send(api(world.floor.manager, *others), operation, world), 403, "Forbidden")
        assert f"the scope {scope}" in problem["detail"]
    if EVERYBODY.issuperset(operation.scopes):
        return

    nobody = api(make_user(world.floor.organization, None), *operation.scopes)
    problem = assert_problem(send(nobody, operation, world), 403, "Forbidden")
    assert re.search("the permission ([a-z:-]+)", problem["detail"])[1] in operation.scopes
    if operation.is_of_one_row:
        unknown = dict.fromkeys(operation.id_names, "01a20674-0cbf-7383-bee7-88665e943749")
        response = nobody.send(operation.method, operation.address(unknown), world.body(operation))
        assert assert_problem(response, 403, "Forbidden") == problem


@every_operation
def test_with_the_scope_and_the_permission_it_succeeds(operation: Operation, world: World, api: ApiFactory) -> None:
    response = send(api(world.floor.manager, *(operation.scopes or ["me:profile"])), operation, world)

    assert 200 <= response.status_code < 300, response.content


def test_a_method_that_is_not_there_is_405(world: World, api: ApiFactory) -> None:
    client = api(world.floor.manager)
    here: dict[str, set[str]] = defaultdict(set)
    for operation in operations():
        here[operation.address(world.ids)].add(operation.method)

    for address, methods in here.items():
        for method in METHODS - methods:
            response = client.send(method, address)
            assert_problem(response, 405, "MethodNotAllowed")
            assert {*re.split(r", *", response["Allow"])} - {"HEAD"} == methods


def test_head_needs_the_scope_as_get_does(world: World, api: ApiFactory) -> None:
    address = f"batches/{world.batch.pk}"

    assert Api(None).send("HEAD", address).status_code == 401
    assert api(world.floor.manager, "batch:all").send("HEAD", address).status_code == 403
    assert api(world.floor.manager, "batch:read").send("HEAD", address).status_code == 200


def test_a_technician_without_a_role_may_read_the_batch_and_no_more(world: World, api: ApiFactory) -> None:
    helper = make_user(world.floor.organization, None)
    Relation.objects.filter(pk=world.tech.pk).update(source_user=helper, source_id=helper.user_id)
    client, address, before = api(helper), f"batches/{world.batch.pk}", Batch.objects.count()

    assert client.get(address).status_code == 200
    assert_problem(client.patch(address, {"label": "Mine"}), 403, "Forbidden")
    assert_problem(client.delete(address), 403, "Forbidden")
    assert_problem(client.get("batches"), 403, "Forbidden")
    world.batch.refresh_from_db()
    assert world.batch.label == "Provision iPads #1"
    assert Batch.objects.count() == before


@pytest.mark.parametrize(
    "path",
    ["/api/nothing", "/api/batches/", "/api/", "/api/batches/a%20b", "/api/batches/%00", "/api/queues/x/nothing/y"],
)
def test_an_unknown_address_is_a_problem_and_never_a_page(path: str, world: World, api: ApiFactory) -> None:
    assert_problem(api(world.floor.manager).get(path), 404, "NotFound")


@pytest.mark.parametrize("method", sorted(METHODS))
def test_an_unknown_address_is_a_problem_to_a_client_without_cookies(method: str, db: None) -> None:
    client = Client(enforce_csrf_checks=True)  # as every client but Django's own for tests has them enforced

    assert_problem(client.generic(method, "/api/nothing"), 404, "NotFound")


def test_a_host_that_is_not_ours_is_a_problem(world: World, api: ApiFactory) -> None:
    response = api(world.floor.manager).get("batches", headers={"Host": "evil.example"})

    assert_problem(response, 400, "BadRequest")
