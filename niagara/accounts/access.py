"""Who may do what: the one place that answers it.

A user holds a permission through the grants of their roles: everywhere, or, where the grant says
so, only for things at their own locations. Being related to a thing lets a user read it.

* `RowQuerySet.visible_to` says which rows a user may know of; everything starts from it.
* `RowQuerySet.permitted` says on which rows a user holds a permission.
* `allowed` and `require` say whether a user may do something to one row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Q

from niagara.refusals import NotAllowed

if TYPE_CHECKING:
    from niagara.accounts.actor import Actor
    from niagara.accounts.models import User

_Model = TypeVar("_Model", bound=models.Model)


class PermissionMissing(NotAllowed):
    """The user's roles do not allow it for this thing."""


class RowQuerySet(models.QuerySet[_Model]):
    """The QuerySet every model of an organization has."""

    def in_organization_of(self, user: User) -> Self:
        return self if user.is_superuser else self.filter(organization_id=user.organization_id)

    def permitted(self, user: User, permission: str) -> Self:
        """The rows on which the user holds the permission through a role."""
        rows = self.in_organization_of(user)
        everywhere = user.grants.get(permission)
        if everywhere:
            return rows
        if everywhere is None:
            return rows.none()
        return rows.filter(self._at_locations_of(user))

    def visible_to(self, user: User) -> Self:
        """The rows the user may know of; all others do not exist for them."""
        everywhere = user.grants.get(f"{self._kind().resource}:read")
        rows = self.in_organization_of(user)
        if everywhere:
            return rows
        related = self._related(user)
        return rows.filter(related if everywhere is None else related | self._at_locations_of(user))

    def related_to(self, user: User) -> Self:
        """The rows the user is the technician, owner, … of."""
        related = user.relations.filter(target_type=self._kind().entity_type)
        return self.filter(pk__in=related.values("target_id"))

    def _related(self, user: User) -> Q:
        """The condition of `related_to`. A model of which there are very many says it without looking for all of
        them first."""
        return Q(pk__in=self._kind()._default_manager.in_organization_of(user).related_to(user).values("pk"))

    def _at_locations_of(self, user: User) -> Q:
        path = self._kind().location_path
        return Q(pk__in=[]) if path is None else Q(**{f"{path}__in": user.location_ids})

    def _kind(self) -> Any:
        return self.model


class _Placed(Protocol):
    organization_id: Any

    @property
    def place_id(self) -> UUID | None: ...


def allowed(user: User, permission: str, row: _Placed) -> bool:
    """Whether the user holds the permission on this row."""
    if not user.is_superuser and row.organization_id != user.organization_id:
        return False
    everywhere = user.grants.get(permission)
    if everywhere is None:
        return False
    return everywhere or row.place_id in user.location_ids


def require(by: Actor, permission: str, row: _Placed) -> None:
    """Raise PermissionMissing unless the actor's user holds the permission on this row."""
    if not allowed(by.user, permission, row):
        raise PermissionMissing(f"You need the permission {permission} for this. Ask your administrator for it.")
