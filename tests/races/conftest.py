"""Real transactions: every test here commits, and the next one finds the tables empty again."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from niagara.accounts.models import User
from niagara.accounts.permissions import SCOPES
from tests.clients import Api, make_token

Ask = Callable[..., Any]


@pytest.fixture(autouse=True)
def in_real_transactions(transactional_db: None) -> None:
    """Nothing of what these tests show can be seen inside one transaction."""


@pytest.fixture(autouse=True)
def no_deadlock_was_broken(in_real_transactions: None) -> Iterator[None]:
    """PostgreSQL ends a deadlock by failing one of the two, and counts those it ended."""
    before = _deadlocks()
    yield
    assert _deadlocks() == before


def _deadlocks() -> int:
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        [number] = cursor.fetchone()
    return int(number)


@pytest.fixture
def ask(maria: User) -> Ask:
    """Send a request as Maria, from whichever thread."""
    token = make_token(maria, tuple(SCOPES))

    def ask(method: str, path: str, body: Any = None, **headers: str) -> Any:
        return Api(None).send(method, path, body, headers={"Authorization": f"Bearer {token}", **headers})

    return ask
