"""Users with their roles, and roles with their grants."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from niagara.accounts import access
from niagara.accounts.actor import Actor
from niagara.accounts.models import Grant, Role, User
from niagara.accounts.operations import history, saving
from niagara.accounts.operations.locking import hold
from niagara.accounts.permissions import SCOPES
from niagara.refusals import Conflict, Fault, Invalid, NotAllowed


class AboveYou(NotAllowed):
    """Only a superuser may make or change a superuser."""


class MoreThanYours(NotAllowed):
    """Nobody gives others what they don't hold themselves."""


class HasHistory(Conflict):
    """What a user did names the user."""


class NotOfTheOrganization(Invalid):
    """A role of another organization."""


@transaction.atomic
def create_user(user: User, *, roles: Collection[Role] = (), by: Actor, at: datetime) -> None:
    """Write a new user with these roles, who can't sign in before somebody sets a password.

    Raises PermissionMissing, AboveYou, MoreThanYours, Invalid.
    """
    _require_reach(user, by=by)
    if not user.password:
        user.set_unusable_password()
    saving.create_row(user, by=by, at=at)
    _give_roles(user, roles, by=by, at=at)


@transaction.atomic
def change_user(
    user: User, *, roles: Collection[Role] | None = None, by: Actor, at: datetime, if_version: int | None = None
) -> None:
    """Write what was changed on a user, who keeps the roles unless others are given.

    Raises RemovedMeanwhile, PermissionMissing, AboveYou, MoreThanYours, ChangedMeanwhile, Invalid.
    """
    _require_reach(hold(User.objects.all(), user.pk), by=by)
    _require_reach(user, by=by)
    saving.change_row(user, by=by, at=at, if_version=if_version)
    if roles is not None:
        _give_roles(user, roles, by=by, at=at)


@transaction.atomic
def remove_user(user: User, *, by: Actor, at: datetime, if_version: int | None = None) -> None:
    """Delete a user who did nothing yet.

    Raises RemovedMeanwhile, PermissionMissing, AboveYou, ChangedMeanwhile, HasHistory.
    """
    _require_reach(hold(User.objects.all(), user.pk, to_remove=True), by=by)
    try:
        saving.remove_row(user, by=by, at=at, if_version=if_version)
    except saving.StillInUse as error:
        raise HasHistory(f"{user} has a history, which stays. Set is_active to false instead.") from error


@transaction.atomic
def set_password(user: User, password: str, *, by: Actor, at: datetime) -> None:
    """Give a user another password; the history tells that, but never which.

    Everybody may change their own. Raises PermissionMissing, AboveYou.
    """
    if user.pk != by.user.pk:
        access.require(by, "user:update", user)
        _require_reach(user, by=by)
    user.set_password(password)
    user.updated = at
    user.save(update_fields=["password", "updated"])
    history.record(user, "given a new password", by=by, at=at)


@transaction.atomic
def create_role(role: Role, *, grants: Mapping[str, bool], by: Actor, at: datetime) -> None:
    """Write a new role that holds these permissions: name → whether only at the user's own locations.

    Raises PermissionMissing, MoreThanYours, Invalid, TakenMeanwhile.
    """
    made = _grants(role, grants)
    saving.create_row(role, by=by, at=at, changes={"grants": ([], [str(grant) for grant in made])})
    _require_held(grants, by=by)
    _write_grants(made)


@transaction.atomic
def change_role(
    role: Role, *, grants: Mapping[str, bool], by: Actor, at: datetime, if_version: int | None = None
) -> None:
    """Write what was changed on a role, and let it hold exactly these permissions.

    Raises RemovedMeanwhile, PermissionMissing, MoreThanYours, ChangedMeanwhile, Invalid, TakenMeanwhile.
    """
    saving.change_row(role, by=by, at=at, if_version=if_version)
    set_grants(role, grants, by=by, at=at)


@transaction.atomic
def set_grants(role: Role, grants: Mapping[str, bool], *, by: Actor, at: datetime) -> None:
    """Let a role hold exactly these permissions: name → whether only at the user's own locations.

    Raises RemovedMeanwhile, PermissionMissing, MoreThanYours, Invalid.
    """
    role = hold(Role.objects.all(), role.pk)
    access.require(by, "user:update", role)
    stored, wanted = list(role.grants.order_by("permission")), _grants(role, grants)
    before, after = ([str(grant) for grant in some] for some in (stored, wanted))
    if before == after:
        return
    had = {grant.permission: grant.match_location for grant in stored}
    _require_held(dict(grants.items() - had.items()), by=by)
    role.grants.all().delete()
    _write_grants(wanted)
    role.version, role.updated = role.version + 1, at
    role.save(update_fields=["version", "updated"])
    history.record(role, "changed", by=by, at=at, changes={"grants": (before, after)})


def _grants(role: Role, grants: Mapping[str, bool]) -> list[Grant]:
    return [Grant(role=role, permission=name, match_location=only) for name, only in sorted(grants.items())]


def _write_grants(grants: Collection[Grant]) -> None:
    for grant in grants:
        try:
            grant.clean_fields(exclude=["role"])
        except ValidationError as error:
            raise Invalid(saving.faults_of(error)) from error
    Grant.objects.bulk_create(grants)


def _give_roles(user: User, roles: Collection[Role], *, by: Actor, at: datetime) -> None:
    if any(role.organization_id != user.organization_id for role in roles):
        raise NotOfTheOrganization([Fault("enum", ("roles",), "Choose roles of the user's organization.")])
    before = sorted(role.label for role in user.roles.all())
    after = sorted({role.label for role in roles})
    if before != after:
        for role in set(roles) - set(user.roles.all()):
            _require_held({grant.permission: grant.match_location for grant in role.grants.all()}, by=by)
        user.roles.set(roles)
        user.version, user.updated = user.version + 1, at
        user.save(update_fields=["version", "updated"])
        history.record(user, "changed", by=by, at=at, changes={"roles": (before, after)})


def _require_held(grants: Mapping[str, bool], *, by: Actor) -> None:
    """Raise MoreThanYours unless the actor's user holds each of these permissions as widely."""
    held = by.user.grants
    for permission, match_location in sorted(grants.items()):
        if permission in SCOPES and not (held.get(permission) or (match_location and permission in held)):
            raise MoreThanYours(f"You can't give the permission {permission}, which you don't hold yourself.")


def _require_reach(user: User, *, by: Actor) -> None:
    if user.is_superuser and not by.user.is_superuser:
        raise AboveYou("Only a superuser may make or change a superuser.")
