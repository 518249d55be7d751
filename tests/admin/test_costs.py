"""No page of the admin costs more for many rows than for a few: a walk over every model it keeps."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin import site
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from niagara.accounts.models import Organization, User
from tests.admin.helpers import url
from tests.admin.scene import grow
from tests.factories import Floor
from workorders.models import WorkOrder

MODELS = sorted(site._registry, key=lambda model: model._meta.label)


def cost(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200, address
    return [query["sql"][:150] for query in queries]


def test_no_page_costs_more_for_many_rows(signed_in: Callable[[User], Client], floor: Floor, tom: User) -> None:
    roots = signed_in(User.objects.create_superuser("root@example.com", "secret"))
    work_order = grow(floor, tom, 2)
    first = {model: model._default_manager.order_by("pk").first() for model in MODELS}
    addresses = [url(model, "changelist") for model in MODELS]
    addresses += [
        url(model, page, _row(first, model, floor, work_order).pk) for model in MODELS for page in _pages(model)
    ]
    for address in addresses:
        roots.get(address)  # what is remembered from now on
    few = {address: cost(roots, address) for address in addresses}
    counts = {model: model._default_manager.count() for model in MODELS}

    grow(floor, tom, 5, work_order)

    kept = [model for model in MODELS if model is not Organization]
    assert [model for model in kept if model._default_manager.count() <= counts[model]] == []
    grown: dict[str, Any] = {}
    for address in addresses:
        many = cost(roots, address)
        if len(many) > len(few[address]):
            grown[address] = [sql for sql in many if many.count(sql) > few[address].count(sql)]
    assert grown == {}


def _pages(model: Any) -> list[str]:
    return ["change", "history"] if hasattr(model, "entity_type") else ["change"]


def _row(first: dict[Any, Any], model: Any, floor: Floor, work_order: WorkOrder) -> Any:
    """A row below which there will be more."""
    held = [
        work_order,
        floor.customer,
        floor.program,
        floor.project,
        floor.location,
        floor.workflow,
        floor.queue,
        floor.station,
    ]
    return next((row for row in [*held, floor.organization] if type(row) is model), first[model])


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_list_can_be_searched_and_filtered(model: Any) -> None:
    admin = site.get_model_admin(model)

    assert admin.search_fields
    assert admin.list_display != ("__str__",)
