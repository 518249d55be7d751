"""Organizations, the roles they start with, and the System user."""

from datetime import datetime
from typing import Any

from django.core.management.color import no_style
from django.db import connections, transaction
from django.utils.crypto import get_random_string

from niagara.accounts.actor import Actor
from niagara.accounts.models import SYSTEM_ID, Grant, HistoryEntry, Organization, Role, User
from niagara.accounts.operations.locking import hold
from niagara.accounts.permissions import ROLES
from niagara.refusals import NotAllowed


@transaction.atomic
def create_roles(organization: Organization, *, at: datetime) -> None:
    """Give a new organization the five roles it starts with."""
    for label, (everywhere, at_own_locations) in ROLES.items():
        role = Role.objects.create(organization=organization, label=label, created=at, updated=at)
        Grant.objects.bulk_create(
            Grant(role=role, permission=permission, match_location=match_location)
            for permissions, match_location in ((everywhere, False), (at_own_locations, True))
            for permission in permissions
        )


def ensure_system_user(using: str, **_: Any) -> None:
    """Make user 1, System, wherever the tables are new. Called after every migration."""
    users = User.objects.using(using)
    if users.filter(pk=SYSTEM_ID).exists():
        return
    # Nobody can sign in as System: the password is unusable and the account not active.
    users.create(
        pk=SYSTEM_ID,
        email="system@niagara.invalid",
        name="System",
        password=f"!{get_random_string(40)}",
        is_active=False,
        is_superuser=True,
    )
    connection = connections[using]
    with connection.cursor() as cursor:  # the next user gets 2
        for statement in connection.ops.sequence_reset_sql(no_style(), [User]):
            cursor.execute(statement)


@transaction.atomic
def rename_organization(organization: Organization, name: str, *, by: Actor, at: datetime) -> None:
    """Give an organization another name. Raises RemovedMeanwhile, and NotAllowed unless a superuser asks."""
    if not by.user.is_superuser:
        raise NotAllowed("Only a superuser may rename an organization.")
    organization = hold(Organization.objects.all(), organization.pk)
    before, organization.name, organization.updated = organization.name, name, at
    organization.save(update_fields=["name", "updated"])
    HistoryEntry.objects.create(
        organization=organization,
        at=at,
        user=by.user,
        via=by.via,
        client=by.client,
        entity_type="ORG",
        entity_id=str(organization.pk),
        label=name,
        verb="changed",
        changes={"name": [before, name]},
    )
