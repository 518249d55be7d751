import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, models
from oauth2_provider.models import get_access_token_model, get_application_model
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from niagara.accounts.models import User
from niagara.statements import Among, Statement

_OF_USERS = {"id", "user_id", "organization_id", "email", "name", "is_active", "is_superuser"}
_OF_CLIENTS = {"id", "client_id", "name"}
_OF_TOKENS = {"id", "expires", "scope", "token_checksum"}


class _Part(NamedTuple):
    """One of the rows that a token leads to: how, and which columns of it are read."""

    path: str
    model: type[models.Model]
    names: list[str]

    def made(self, values: Sequence[Any]) -> Any:
        return None if values[0] is None else self.model.from_db(DEFAULT_DB_ALIAS, self.names, values)


@cache
def _parts() -> list[_Part]:
    wanted = [
        ("", get_access_token_model(), _OF_TOKENS),
        ("user__", User, _OF_USERS),
        ("application__", get_application_model(), _OF_CLIENTS),
        ("application__user__", User, _OF_USERS),
    ]
    # `from_db` takes them in the order of the model.
    return [
        _Part(path, model, [field.attname for field in model._meta.concrete_fields if field.attname in names])
        for path, model, names in wanted
    ]


@cache
def _tokens() -> Statement:
    columns = [f"{part.path}{name}" for part in _parts() for name in part.names]
    return Statement(get_access_token_model().objects.filter(Among("token_checksum")).values_list(*columns))


class BearerAuthentication(BaseAuthentication):
    """A bearer token in the `Authorization` header, RFC 6750, and nowhere else.

    A machine's token (client credentials) acts as the user its client is tied to. One query reads
    the token, the client and the user, which the toolkit's own class takes four for.
    """

    def authenticate(self, request: Request) -> tuple[User, object] | None:
        scheme, _, token = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        rows = _tokens().read(ids=[hashlib.sha256(token.strip()).hexdigest()])
        values = iter(rows[0] if rows else ())
        found, owner, client, of_client = (part.made([next(values, None) for _ in part.names]) for part in _parts())
        if found is None or found.is_expired():
            raise AuthenticationFailed("The access token is not valid or has expired.")
        found.application, user = client, owner or of_client
        if user is None or not user.is_active:
            raise AuthenticationFailed("The access token belongs to nobody who may sign in.")
        return user, found

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'
