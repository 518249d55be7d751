"""The cast: Maria manages, Tom is a technician, Olga manages another organization."""

from typing import Any

import pytest

from batches.models import Batch
from niagara.accounts.models import User
from niagara.accounts.permissions import SCOPES
from tests.clients import Api, ApiFactory
from tests.factories import Floor, make_floor, make_user
from tests.walks import tally


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Tell what the calls drawn from the OpenAPI document came to; with -v or -rA, of each operation."""
    every_operation = terminalreporter.verbosity > 0 or "A" in terminalreporter.config.option.reportchars
    for line in tally.lines(terminalreporter.stats.get("passed", ()), every_operation=every_operation):
        terminalreporter.write_line(line)


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
