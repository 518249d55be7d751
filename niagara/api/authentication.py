import hashlib

from oauth2_provider.models import get_access_token_model
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from niagara.accounts.models import User

_OF_USERS = ("user_id", "organization", "email", "name", "is_active", "is_superuser")
_NEEDED = (
    *("expires", "scope", "user", "application", "application__user", "application__name", "application__client_id"),
    *(f"{path}__{column}" for path in ("user", "application__user") for column in _OF_USERS),
)


class BearerAuthentication(BaseAuthentication):
    """A bearer token in the `Authorization` header, RFC 6750, and nowhere else.

    A machine's token (client credentials) acts as the user its client is tied to. One query reads
    the token, the client and the user, which the toolkit's own class takes four for.
    """

    def authenticate(self, request: Request) -> tuple[User, object] | None:
        scheme, _, token = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        token_model = get_access_token_model()
        checksum = hashlib.sha256(token.strip()).hexdigest()
        # There is one at most, so it needs no `first()`, which would sort: twice the work.
        tokens = token_model.objects.select_related("user", "application__user").only(*_NEEDED)
        tokens = tokens.filter(token_checksum=checksum)
        found = next(iter(tokens), None)
        if found is None or found.is_expired():
            raise AuthenticationFailed("The access token is not valid or has expired.")
        user = found.user or (found.application and found.application.user)
        if user is None or not user.is_active:
            raise AuthenticationFailed("The access token belongs to nobody who may sign in.")
        return user, found

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'
