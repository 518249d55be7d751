from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import F
from rest_framework import serializers

from niagara.accounts.models import Grant, Role, User
from niagara.api.representations import Gathered, IdText, Representation
from niagara.statements import Among, Statement


class PersonRepresentation(Representation):
    """Somebody, as shown with what they did."""

    model = User

    user_id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.EmailField()


class UserRepresentation(Representation):
    model = User
    links = {"self": "users/{user_id}"}

    user_id = serializers.UUIDField()
    created = serializers.DateTimeField()
    updated = serializers.DateTimeField()
    name = serializers.CharField()
    email = serializers.EmailField()
    profile = serializers.CharField()
    picture = serializers.CharField()


class GrantRepresentation(Representation):
    model = Grant

    permission = serializers.CharField()
    match_location = serializers.BooleanField()


_GRANTS = Statement(
    Grant.objects.filter(Among("role_id"))
    .order_by("permission")
    .values_list(IdText(F("role_id")), "permission", "match_location")
)


def grants_of(keys: Mapping[type[models.Model], set[str]]) -> dict[str, list[dict[str, Any]]]:
    """What each role allows."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for role_id, permission, match_location in _GRANTS.read(ids=set().union(*keys.values())):
        found[role_id].append({"permission": permission, "match_location": match_location})
    return found


class RoleRepresentation(Representation):
    model = Role
    links = {"self": "roles/{pk}", "nter:role-users": "roles/{pk}/users"}

    role_id = serializers.UUIDField(source="pk")
    label = serializers.CharField()
    created = serializers.DateTimeField()
    updated = serializers.DateTimeField()
    grants = Gathered(grants_of, otherwise=[], shown=GrantRepresentation(many=True))


class RoleOfUserRepresentation(Representation):
    """A role as shown with a user."""

    model = Role

    role_id = serializers.UUIDField(source="pk")
    label = serializers.CharField()


_ROLES = Statement(
    User.roles.through.objects.filter(Among("user_id"))
    .order_by("role__label")
    .values_list("user_id", IdText(F("role_id")), "role__label")
)


def roles_of(keys: Mapping[type[models.Model], set[int]]) -> dict[int, list[dict[str, Any]]]:
    """The roles of each user."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for user_id, role_id, label in _ROLES.read(ids=set().union(*keys.values())):
        found[user_id].append({"role_id": role_id, "label": label})
    return found


class AccountRepresentation(UserRepresentation):
    """A user with what an administrator decides about them."""

    user_attributes = serializers.ListField(
        child=serializers.DictField(child=serializers.CharField()), source="attributes"
    )
    time_zone = serializers.CharField()
    is_active = serializers.BooleanField()
    roles = Gathered(roles_of, otherwise=[], shown=RoleOfUserRepresentation(many=True))


class MeRepresentation(AccountRepresentation):
    """The user who asks."""

    links = {
        "self": "me",
        "nter:me-batches": "me/batches",
        "nter:me-locations": "me/locations",
        "nter:me-notifications": "me/notifications",
    }
