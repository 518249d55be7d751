from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from niagara.accounts.models import User


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """A browser of somebody who has signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in
