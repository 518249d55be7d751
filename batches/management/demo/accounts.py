"""Who works on the demo floor, and the OAuth2 clients of a newcomer's tour."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from oauth2_provider.models import Application

from batches.management.demo.names import Person
from niagara.accounts.actor import Actor
from niagara.accounts.models import Organization, Role, User
from niagara.accounts.operations.badges import issue_badge
from niagara.accounts.operations.people import create_user
from niagara.accounts.permissions import STAFF_ROLES
from niagara.directory.models import Location
from niagara.records.models import Relation
from niagara.records.operations.relating import attach

PASSWORD = "niagara"  # noqa: S105  # what demo accounts are for
# E-mail address → code and PIN.
BADGES = {
    "tech1@niagara.example": ("NIAGARA:BADGE:DEM0TECH00000001", "4711"),
    "tech2@niagara.example": ("NIAGARA:BADGE:DEM0TECH00000002", "4712"),
}
INTEGRATION_SECRET = "niagara-demo-secret"  # noqa: S105


def add_people(
    organization: Organization, people: Iterable[Person], *, at: datetime, may_sign_in: bool = True
) -> list[User]:
    # One hash for all of them: each costs a third of a second.
    password = make_password(PASSWORD) if may_sign_in else f"{UNUSABLE_PASSWORD_PREFIX}demo"
    roles = {role.label: role for role in Role.objects.filter(organization=organization)}
    by = Actor.system()
    users = []
    for person in people:
        user = User(
            organization=organization,
            email=person.email,
            name=person.name,
            password=password,
            time_zone=person.time_zone,
            is_staff=person.role in STAFF_ROLES,
        )
        create_user(user, roles=[roles[person.role]], by=by, at=at)
        users.append(user)
    return users


def place_people(people: Iterable[Person], locations: dict[str, Location], *, by: Actor, at: datetime) -> None:
    """Give everybody the location they work at."""
    for person in people:
        if person.location:
            user = User.objects.get(email=person.email)
            attach(locations[person.location], Relation.Type.TECH, user, by=by, at=at)


def add_badges(*, by: Actor, at: datetime) -> None:
    for email, (code, pin) in BADGES.items():
        issue_badge(User.objects.get(email=email), pin=pin, code=code, by=by, at=at)


def add_clients(admin: User, integration: User) -> None:
    Application.objects.create(
        client_id="niagara-demo",
        name="Demo client",
        client_type=Application.CLIENT_PUBLIC,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        redirect_uris="http://localhost:8765/callback",
        user=admin,  # whose organization it belongs to; it acts for whoever signs in
    )
    Application.objects.create(
        client_id="niagara-integration",
        name="Demo integration",
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
        client_secret=INTEGRATION_SECRET,
        user=integration,
    )
