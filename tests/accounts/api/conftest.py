import pytest

from tests.clients import Api, ApiFactory
from tests.factories import Floor, make_user


@pytest.fixture
def client(api: ApiFactory, floor: Floor) -> Api:
    return api(make_user(floor.organization, "Administrator"))
