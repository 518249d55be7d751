"""Access tokens for those who don't come through OAuth2: the command line."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from oauth2_provider.models import AccessToken, Application, set_token_value
from oauthlib.common import generate_token

from niagara.accounts.models import User
from niagara.accounts.permissions import SCOPES
from niagara.refusals import Fault, Invalid

CLIENT_ID = "niagara-command-line"


class UnknownScope(Invalid):
    """There is no such scope."""

    def __init__(self, unknown: Sequence[str]) -> None:
        names = ", ".join(unknown)
        super().__init__([Fault("enum", ("scope",), f"There is no scope {names}; choose those such as batch:read.")])


@transaction.atomic
def issue_token(user: User, scopes: Iterable[str], *, at: datetime, hours: int) -> str:
    """A new access token of the user with these scopes, valid for so many hours. Raises UnknownScope."""
    scopes = list(dict.fromkeys(scopes))
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown:
        raise UnknownScope(unknown)
    token: str = generate_token()
    access_token = AccessToken(
        user=user,
        application=_command_line(),
        scope=" ".join(scopes),
        expires=at + timedelta(hours=hours),
    )
    set_token_value(access_token, token)
    access_token.save(force_insert=True)
    return token


def _command_line() -> Application:
    """The client these tokens belong to. It gets none by itself: nobody knows its secret."""
    client, _ = Application.objects.get_or_create(
        client_id=CLIENT_ID,
        defaults={
            "name": "Command line",
            "client_type": Application.CLIENT_CONFIDENTIAL,
            "authorization_grant_type": Application.GRANT_CLIENT_CREDENTIALS,
        },
    )
    return client
