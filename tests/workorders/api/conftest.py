import pytest

from tests.clients import Api, ApiFactory
from tests.factories import Floor


@pytest.fixture
def client(api: ApiFactory, floor: Floor) -> Api:
    return api(floor.manager)
