"""Nothing a client sends is answered with a 500: every operation, sent all kinds of nonsense."""

import copy
import json
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

import pytest
from django.db import transaction

from niagara.api.filters import NiagaraFilterSet
from tests.clients import Api, ApiFactory, assert_faults, assert_problem
from tests.rows import all_rows
from tests.walks.bodies import BODIES
from tests.walks.conftest import World
from tests.walks.routes import Operation, operations

Path = tuple[Any, ...]
Answer = Callable[[list[Path], Any], Any]

every_writing_operation = pytest.mark.parametrize(
    "operation", [one for one in operations() if str(one) in BODIES], ids=str
)
DEEP = b'{"_links": ' + b"[" * 1000 + b"]" * 1000 + b"}"
NOT_JSON = {
    "nothing": b" ",
    "half": b'{"label": ',
    "not a number of JSON": b'{"number_cycles": NaN}',
    "beyond a double": b'{"number_cycles": 1e400}',
    "lone surrogate": b'{"label": "\\ud800"}',
    "half a surrogate in UTF-8": b'{"label": "\xed\xa0\x80"}',
    "not UTF-8": b'{"label": "\xff"}',
    "too deep": b"[" * 5000 + b"]" * 5000,
    "form": b"label=A&number_cycles=4",
    "NUL": b"\x00",
}
NOT_AN_OBJECT = [None, [], [{}], "text", 7, 1.5, True, "\x00"]
VALUES = [
    None, True, -1, 2**31, 1e308, 0.5, "", " ", "a\x00b", "\ufffe", "💥" * 400, "x" * 100_000, "' OR 1=1 --",
    "01a20674-0cbf-7383-bee7-88665e943749", [], [None] * 200, {}, {"\x00": 1}, "1e400", "9999-12-31T23:59:59-14:00",
]  # fmt: skip
QUERIES = [
    "%00", "a%00b", "%ff", "%ED%A0%80", "", "0", "-1", "1e9", "9" * 5000, "x" * 5000, "null", "[]", "💥",
    "01a20674-0cbf-7383-bee7-88665e943749", "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00",
    "2026-02-30T00:00:00Z", "INWARD", "PENDING", "-order", "--order",
]  # fmt: skip


def places(body: Any, path: Path = ()) -> Iterator[Path]:
    """The way to every value in a body."""
    pairs = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, inner in pairs:
        yield (*path, key)
        yield from places(inner, (*path, key))


def levels(body: Any) -> list[list[Path]]:
    """The places, those together of which none is inside of another."""
    found = sorted(places(body), key=len)
    return [list(level) for _, level in groupby(found, key=len)]


def replaced(body: Any, path: Path, value: Any) -> Any:
    changed = copy.deepcopy(body)
    at = changed
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return changed


def assert_each_is_blamed_or_let_in(answer: Answer, paths: list[Path], value: Any) -> None:
    """The value in all these places at once; then without those that are blamed, for nothing is let in
    beside a fault, until the rest is let in. Where that gets no further, each place by itself."""
    response = answer(paths, value)
    if response.status_code < 300:
        return
    blamed = blamed_places(response) if response.status_code == 400 else set()
    left = [path for path in paths if not any(one.startswith(place(path)) for one in blamed)]
    if len(left) < len(paths):
        if left:
            assert_each_is_blamed_or_let_in(answer, left, value)
    elif len(paths) > 1:
        for path in paths:
            assert_each_is_blamed_or_let_in(answer, [path], value)
    elif response.status_code == 400:
        # NUL is told of the whole of a part that holds anything, such as `metadata`.
        assert any(place(paths[0]).startswith(one) for one in blamed), (paths, value, blamed)
    else:
        assert_problem(response, 409, "Conflict")


def blamed_places(response: Any) -> set[str]:
    return {f"{data_path.replace('[', '.').replace(']', '')}." for data_path, _ in assert_faults(response)}


def place(path: Path) -> str:
    """Ends with a dot, so that it is the beginning only of what stands inside of it."""
    return "".join(f".{part}" for part in path) + "."


def filters_of(operation: Operation) -> type[NiagaraFilterSet]:
    page = operation.view.pages.get(operation.action)
    return page.filterset_class if page else NiagaraFilterSet


def one_operation_of_each_filterset() -> list[Operation]:
    found = {filters_of(one): one for one in operations() if one.method == "GET"}
    return list(found.values())


def send(client: Api, operation: Operation, world: World, body: Any, **kwargs: Any) -> Any:
    return client.send(operation.method, operation.address(world.ids_of(operation)), body, **kwargs)


@every_writing_operation
def test_what_is_not_json_is_refused_in_one_sentence(operation: Operation, world: World, api: ApiFactory) -> None:
    client, before = api(world.floor.manager), all_rows()

    for name, body in NOT_JSON.items():
        problem = assert_problem(send(client, operation, world, body), 400, "BadRequest")
        assert problem["detail"].startswith("The body is not JSON"), name

    assert all_rows() == before


@every_writing_operation
def test_what_is_not_an_object_is_refused(operation: Operation, world: World, api: ApiFactory) -> None:
    client, before = api(world.floor.manager), all_rows()

    for body in NOT_AN_OBJECT:
        assert assert_faults(send(client, operation, world, json.dumps(body).encode())) == {("", "type")}

    assert all_rows() == before


@every_writing_operation
def test_a_body_beyond_1_mib_is_413(operation: Operation, world: World, api: ApiFactory) -> None:
    body = json.dumps({"label": "x" * 2 * 1024 * 1024}).encode()

    assert_problem(send(api(world.floor.manager), operation, world, body), 413, "PayloadTooLarge")


@every_writing_operation
def test_another_media_type_is_415(operation: Operation, world: World, api: ApiFactory) -> None:
    client = api(world.floor.manager)

    for media_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x", ""):
        response = send(client, operation, world, world.body(operation), content_type=media_type)
        assert_problem(response, 415, "UnsupportedMediaType")


@every_writing_operation
def test_deep_nesting_is_refused_or_ignored_also_with_a_key(
    operation: Operation, world: World, api: ApiFactory
) -> None:
    client = api(world.floor.manager)

    assert send(client, operation, world, DEEP).status_code < 500
    keyed = send(client, operation, world, DEEP, headers={"Idempotency-Key": "deep"})
    assert_problem(keyed, 400, "BadRequest")


@every_writing_operation
def test_nonsense_in_any_place_of_a_body_is_never_a_500(operation: Operation, world: World, api: ApiFactory) -> None:
    client, good = api(world.floor.manager), world.body(operation)

    def answer(paths: list[Path], value: Any) -> Any:
        body = good
        for path in paths:
            body = replaced(body, path, value)
        with transaction.atomic():
            response = send(client, operation, world, body)
            transaction.set_rollback(True)
        return response

    for paths in levels(good):
        for value in VALUES:
            assert_each_is_blamed_or_let_in(answer, paths, value)


@pytest.mark.parametrize("operation", one_operation_of_each_filterset(), ids=str)
def test_nonsense_in_a_query_is_never_a_500(operation: Operation, world: World, api: ApiFactory) -> None:
    client, address = api(world.floor.manager), operation.address(world.ids_of(operation))
    names = ["limit", "offset", "sort", "embed", "nonsense", "%00", *filters_of(operation).get_filters()]

    for name in names:
        for value in QUERIES:
            response = client.get(f"{address}?{name}={value}")
            if response.status_code != 200:
                assert_faults(response)


@pytest.mark.parametrize("operation", [one for one in operations() if one.is_of_one_row], ids=str)
def test_a_nonsense_id_is_404(operation: Operation, world: World, api: ApiFactory) -> None:
    client, before = api(world.floor.manager), all_rows()

    for name in operation.id_names:
        for nonsense in ("x", "0", "-", "_", "z" * 3000, "01a20674", world.ids_of(operation)[name].replace("-", "_")):
            if nonsense == world.ids_of(operation)[name]:
                continue
            address = operation.address({**world.ids_of(operation), name: nonsense})
            assert_problem(client.send(operation.method, address, world.body(operation)), 404, "NotFound")

    assert all_rows() == before


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("Authorization", "Bearer", 401),
        ("Authorization", "Bearer é", 401),
        ("Authorization", "Bearer a b", 401),
        ("Authorization", "Basic bWFyaWE6c2VjcmV0", 401),
        ("Accept", "text/html", 406),
        ("Accept", "nonsense", 406),
        ("If-None-Match", "nonsense", 200),
        ("If-None-Match", '"', 200),
        ("If-Match", "nonsense", 200),
    ],
)
def test_a_nonsense_header_is_answered(header: str, value: str, status: int, world: World, api: ApiFactory) -> None:
    response = api(world.floor.manager).client.get(
        f"/api/batches/{world.batch.pk}",
        headers={"Authorization": f"Bearer {api(world.floor.manager).token}", header: value},
    )

    assert response.status_code == status
    if status >= 400:
        assert_problem(response, status, {401: "Unauthorized", 406: "NotAcceptable"}[status])
