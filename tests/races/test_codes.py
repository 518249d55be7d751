"""What is used once comes thrice at the same moment: one who sent it may be a thief, so nobody keeps anything."""

from functools import partial

import pytest
from django.test import Client
from oauth2_provider.models import AccessToken, Application, RefreshToken

from niagara.accounts.models import User
from tests.accounts.oauth.flow import CALLBACK, answer, exchange, refresh, sent_back, tokens_of
from tests.races.together import together


@pytest.fixture
def browser(tom: User) -> Client:
    """Tom's, signed in; and a client that may ask him."""
    Application.objects.create(
        name="Floor board",
        client_id="floor-board",
        client_type=Application.CLIENT_PUBLIC,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        redirect_uris=CALLBACK,
    )
    browser = Client()
    browser.force_login(tom)
    return browser


def assert_nothing_works() -> None:
    assert not AccessToken.objects.exists()
    assert not RefreshToken.objects.filter(revoked=None).exists()


def test_a_code(browser: Client) -> None:
    for _ in range(5):
        code = sent_back(answer(browser))["code"]

        outcomes = together(*[partial(exchange, code)] * 3)

        assert sorted(one.status_code for one in outcomes) == [200, 400, 400]
        assert_nothing_works()


def test_a_refresh_token(browser: Client) -> None:
    for _ in range(5):
        renewal = tokens_of(browser)["refresh_token"]

        outcomes = together(*[partial(refresh, renewal)] * 3)

        assert sorted(one.status_code for one in outcomes) == [200, 400, 400]
        assert_nothing_works()
