"""What the OpenAPI document says of the scopes."""

from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator


@pytest.fixture(scope="module")
def paths() -> dict[str, Any]:
    found: dict[str, Any] = SchemaGenerator().get_schema(public=True)["paths"]
    return found


@pytest.mark.parametrize(
    ("path", "scopes"),
    [
        ("/api/batches", ["batch:all"]),
        ("/api/work-orders/{work_order_id}/notes", ["work-order:read", "note:read"]),
        ("/api/search", []),
    ],
)
def test_an_operation_names_every_scope_it_needs(paths: dict[str, Any], path: str, scopes: list[str]) -> None:
    operation = paths[path]["get"]

    assert operation["security"] == [{"oauth2": scopes}, {"token": []}]
    assert [scope for scope in scopes if f"`{scope}`" in operation["description"]] == scopes
