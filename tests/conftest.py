"""The cast: Maria manages, Tom is a technician, Olga manages another organization."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase

from batches.models import Batch, BatchTotal
from niagara.accounts.models import User
from niagara.accounts.operations.organizing import ensure_system_user
from niagara.accounts.permissions import SCOPES
from niagara.webhooks import sending
from tests.clients import Api, ApiFactory
from tests.factories import Floor, make_floor, make_user
from tests.walks import tally
from tests.webhooks.receiver import Receiver, listening


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--deliveries", type=int, default=1000, help="how many there are at least in tests/webhooks/test_crashes.py"
    )


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Tell what the calls drawn from the OpenAPI document came to; with -v or -rA, of each operation."""
    every_operation = terminalreporter.verbosity > 0 or "A" in terminalreporter.config.option.reportchars
    for line in tally.lines(terminalreporter.stats.get("passed", ()), every_operation=every_operation):
        terminalreporter.write_line(line)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The walks first: they are the longest, and at the end one process would wait for the other."""
    items.sort(key=lambda item: item.path.parent.name != "walks")


# What Django itself fills after migrating, and would again after each flush.
LEFT_FILLED = {"django_content_type", "auth_permission"}


@pytest.fixture(scope="session", autouse=True)
def only_what_is_filled_is_emptied() -> Iterator[None]:
    """After a test that commits: Django's flush empties every table and makes all permissions anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: empty_what_is_filled())
        yield


def empty_what_is_filled() -> None:
    quoted = connection.ops.quote_name
    tables = set(connection.introspection.django_table_names(only_existing=True)) - LEFT_FILLED
    filled = " UNION ALL ".join(f"SELECT '{one}' WHERE EXISTS (SELECT 1 FROM {quoted(one)})" for one in tables)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(filled)
        for (table,) in sorted(cursor.fetchall(), key=lambda row: row[0] == BatchTotal._meta.db_table):  # counted last
            cursor.execute(f"DELETE FROM {quoted(table)}")
    ensure_system_user(connection.alias)


@pytest.fixture
def floor(db: None) -> Floor:
    return make_floor()


@pytest.fixture
def maria(floor: Floor) -> User:
    return floor.manager


@pytest.fixture
def tom(floor: Floor) -> User:
    return make_user(floor.organization, "Technician", "Tom Baker")


@pytest.fixture
def other_floor(db: None) -> Floor:
    return make_floor("Other Works", "Olga Petrova")


@pytest.fixture
def olga(other_floor: Floor) -> User:
    return other_floor.manager


@pytest.fixture
def batch_of_ten(floor: Floor) -> Batch:
    return floor.make_batch(10)


@pytest.fixture
def api(db: None) -> ApiFactory:
    """A client of the API for a user, with a token of these scopes; of all when none are named."""

    def signed_in(user: User, *scopes: str) -> Api:
        return Api(user, scopes or tuple(SCOPES))

    return signed_in


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver of webhooks, on a real socket of this machine."""
    with listening() as receiver:
        yield receiver
        sending.close_connections()
