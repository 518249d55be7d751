import pytest
from django.test import Client
from oauth2_provider.models import Application

from niagara.accounts.models import User
from tests.accounts.oauth.flow import CALLBACK, SECRET


@pytest.fixture
def board(tom: User) -> Application:
    """A public client, such as an app on a tablet."""
    return Application.objects.create(
        name="Floor board",
        client_id="floor-board",
        client_type=Application.CLIENT_PUBLIC,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        redirect_uris=CALLBACK,
    )


@pytest.fixture
def machine(tom: User) -> Application:
    """A confidential client that works as the user Tom."""
    return Application.objects.create(
        name="Label printer",
        client_id="label-printer",
        client_secret=SECRET,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
        user=tom,
    )


@pytest.fixture
def browser(tom: User) -> Client:
    """Tom's, signed in."""
    client = Client()
    client.force_login(tom)
    return client
