from datetime import datetime
from typing import Self, TypeVar

from django.db import models

from batches.models.cycle import Cycle
from niagara.accounts.access import RowQuerySet
from niagara.accounts.models import Organization, User, time_ordered_id
from niagara.directory.models import Location

_Trace = TypeVar("_Trace", bound="Trace")


class TraceQuerySet(RowQuerySet[_Trace]):
    def visible_to(self, user: User) -> Self:
        """Those of the cycles that the user may know of."""
        rows = self.in_organization_of(user)
        sees_all = user.grants.get(f"{Cycle.resource}:read")
        return rows if sees_all else rows.filter(cycle__in=Cycle.objects.visible_to(user))

    def between(self, start: datetime, end: datetime) -> Self:
        return self.filter(at__gte=start, at__lt=end)


class Trace(models.Model):
    """What happened to a cycle once, and where it was then. It is never changed, and is there to be counted."""

    id = models.UUIDField(primary_key=True, default=time_ordered_id, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", db_index=False)
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="%(class)ss", db_index=False)
    location = models.ForeignKey(Location, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["organization", "at"], name="%(class)ss_by_time")]
