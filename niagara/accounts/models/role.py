from django.core.exceptions import ValidationError
from django.db import models

from niagara.accounts.access import RowQuerySet
from niagara.accounts.models.row import Row
from niagara.accounts.permissions import SCOPES


class Role(Row):
    """A named list of grants."""

    entity_type = "ROLE"
    resource = "user"

    label = models.CharField(max_length=100)

    objects = RowQuerySet.as_manager()

    class Meta:
        ordering = ("label",)
        constraints = [
            models.UniqueConstraint(fields=["organization", "label"], name="role_has_its_own_label"),
        ]

    def __str__(self) -> str:
        return self.label


def validate_permission(permission: str) -> None:
    if permission not in SCOPES:
        raise ValidationError(f"There is no permission “{permission}”. Choose one such as batch:read.")


class Grant(models.Model):
    """One permission of a role; with `match_location` it counts only at the user's own locations."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="grants")
    permission = models.CharField(max_length=50, validators=[validate_permission])
    match_location = models.BooleanField(default=False, help_text="Count only for things at the user's own locations.")

    class Meta:
        ordering = ("permission",)
        constraints = [
            models.UniqueConstraint(fields=["role", "permission"], name="role_grants_a_permission_once"),
        ]

    def __str__(self) -> str:
        return f"{self.permission} (own locations)" if self.match_location else self.permission
