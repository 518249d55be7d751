"""Every operation of the OpenAPI document, called as it allows and as it does not: no answer is a
defect of ours, none is one the document does not tell of, and most calls are really let in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client

from niagara.wsgi import application
from tests.clients import ApiFactory
from tests.walks.conftest import World
from tests.walks.drawing import call_all, name_of, operations_of
from tests.walks.grounding import Grounding
from tests.walks.routes import Operation, operations
from tests.walks.tally import PROPERTY

# Operations of which most calls fail though the document allows them → why.
RARELY_SUCCEED: dict[str, str] = {}


@cache
def document() -> dict[str, Any]:
    """The operations of the document, by their names."""
    drawn = Client().get("/api/schema", headers={"Accept": "application/json"}).json()
    return operations_of(drawn, app=application)


@contextmanager
def undone() -> Iterator[None]:
    """Undo what a call changes. It is made on the test's connection, which a server would close."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


def test_the_document_tells_of_every_operation_and_of_no_other(db: None) -> None:
    assert document().keys() == {name_of(one) for one in operations()}


def test_a_browser_shows_the_document(db: None) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

    response = Client().get("/api/schema", headers={"Accept": accept})

    assert response["Content-Type"] == "application/json"
    assert response["Content-Disposition"].startswith("inline")
    assert response.json()["openapi"].startswith("3.1")


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_no_call_is_answered_with_a_defect_or_with_what_the_document_does_not_tell_of(
    operation: Operation, world: World, api: ApiFactory, record_property: Callable[[str, Any], None]
) -> None:
    headers = {"Authorization": f"Bearer {api(world.floor.manager).token}"}

    tally = call_all(document()[name_of(operation)], Grounding(world, operation), undone, headers=headers)
    record_property(PROPERTY, [dict(tally.allowed), dict(tally.wrong)])

    assert (tally.succeeded > 0.2) == (str(operation) not in RARELY_SUCCEED), tally
    assert tally.turned_away < 0.05, tally
