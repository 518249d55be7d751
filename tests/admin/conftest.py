from collections.abc import Callable

import pytest
from django.test import Client

from niagara.accounts.models import User
from tests.factories import Floor, make_user


@pytest.fixture
def signed_in(db: None) -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def marias(signed_in: Callable[[User], Client], maria: User) -> Client:
    """The admin as Maria, a production manager, sees it."""
    return signed_in(maria)


@pytest.fixture
def ada(floor: Floor) -> User:
    return make_user(floor.organization, "Administrator", "Ada Admin", is_staff=True)


@pytest.fixture
def adas(signed_in: Callable[[User], Client], ada: User) -> Client:
    return signed_in(ada)
