"""OAuth2 clients. A client belongs to a user, and through the user to an organization."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import AccessToken, Application, revoke_access_token

from niagara.accounts import access
from niagara.accounts.actor import Actor
from niagara.accounts.models import HistoryEntry
from niagara.accounts.operations import history
from niagara.accounts.operations.locking import hold
from niagara.accounts.operations.saving import faults_of
from niagara.refusals import Fault, Invalid

SHOWN = ("name", "client_type", "authorization_grant_type", "redirect_uris", "skip_authorization")


class NobodysClient(Invalid):
    """A client acts for a user, so it needs one."""


@transaction.atomic
def create_client(client: Application, *, by: Actor, at: datetime) -> str:
    """Write a new client. Returns its secret, which nobody can read afterwards. Raises PermissionMissing, Invalid."""
    _require(client, by=by)
    secret: str = generate_client_secret()
    client.client_secret = secret
    _validate(client)
    client.save(force_insert=True)
    _record(client, "created", {}, by=by, at=at)
    return secret


@transaction.atomic
def change_client(client: Application, *, by: Actor, at: datetime) -> None:
    """Write what was changed on a client. Raises RemovedMeanwhile, PermissionMissing, Invalid."""
    stored = hold(Application.objects.select_related("user"), client.pk)
    _require(stored, by=by)
    _require(client, by=by)
    _validate(client)
    changes = {
        name: [getattr(stored, name), getattr(client, name)]
        for name in SHOWN
        if getattr(stored, name) != getattr(client, name)
    }
    if stored.user_id != client.user_id:
        changes["user"] = [str(stored.user), str(client.user)]
    if changes:
        client.save(force_update=True)
        _record(client, "changed", changes, by=by, at=at)


@transaction.atomic
def remove_client(client: Application, *, by: Actor, at: datetime) -> None:
    """Delete a client with all its tokens. Raises PermissionMissing."""
    _require(client, by=by)
    _record(client, "removed", {}, by=by, at=at)
    client.delete()


@transaction.atomic
def revoke_token(token: AccessToken, *, by: Actor, at: datetime) -> None:
    """End an access token and what can renew it. Raises PermissionMissing."""
    holder = token.user or token.application.user
    access.require(by, "user:create", holder)
    revoke_access_token(token)
    history.record(holder, "token revoked", by=by, at=at, changes={"client": (token.application.name, None)})


def _require(client: Application, *, by: Actor) -> None:
    if client.user is None:
        raise NobodysClient([Fault("required", ("user",), "Choose the user whose permissions the client has.")])
    access.require(by, "user:create", client.user)  # clients are an administrator's business


def _validate(client: Application) -> None:
    try:
        client.full_clean()
    except ValidationError as error:
        raise Invalid(faults_of(error)) from error


def _record(client: Application, verb: str, changes: dict[str, Any], *, by: Actor, at: datetime) -> None:
    HistoryEntry.objects.create(
        organization_id=client.user.organization_id,
        at=at,
        user=by.user,
        via=by.via,
        client=by.client,
        entity_type="APP",
        entity_id=str(client.pk),
        label=client.name[:300],
        verb=verb,
        changes=changes,
    )
