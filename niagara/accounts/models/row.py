from functools import reduce
from typing import ClassVar
from uuid import UUID

import uuid_utils.compat
from django.core.exceptions import ValidationError
from django.db import models

from niagara import clock
from niagara.accounts.models.organization import Organization


def time_ordered_id() -> UUID:
    """A UUID of version 7 (RFC 9562): rows made one after the other stand together in an index."""
    return uuid_utils.compat.uuid7()


class Row(models.Model):
    """What every row of an organization has.

    `version` counts the changes people make to the row itself; it is what `If-Match` compares.
    """

    entity_type: ClassVar[str]  # its code in relations, history and events: "BAT"
    resource: ClassVar[str]  # the first half of its permissions: "batch"
    location_path: ClassVar[str | None] = None  # leads to its location: "queue__location"

    id = models.UUIDField(primary_key=True, default=time_ordered_id, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", db_index=False)
    created = models.DateTimeField(default=clock.now, editable=False)
    updated = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    @property
    def place_id(self) -> UUID | None:
        """The id of the location the row is at, or None if it has none."""
        if self.location_path is None:
            return None
        *through, last = self.location_path.split("__")
        at = reduce(getattr, through, self)
        found: UUID | None = at.pk if last == "pk" else getattr(at, f"{last}_id")
        return found

    def clean(self) -> None:
        """Refuse to refer to a row of another organization."""
        super().clean()
        strangers = {
            field.name: f"Choose a {field.verbose_name} of the same organization."
            for field in self._meta.concrete_fields
            if isinstance(field, models.ForeignKey)
            and getattr(self, field.attname) is not None
            # A superuser belongs to no organization.
            and getattr(getattr(self, field.name), "organization_id", None) not in (None, self.organization_id)
        }
        if strangers:
            raise ValidationError(strangers)
