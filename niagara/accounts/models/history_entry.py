from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Func, Sum

from niagara import clock
from niagara.accounts.access import RowQuerySet
from niagara.accounts.models.organization import Organization
from niagara.accounts.models.row import time_ordered_id

if TYPE_CHECKING:
    from niagara.accounts.models.user import User


class _NumberOfKeys(Func):
    """How many keys an object of JSON has."""

    output_field = models.IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(SELECT COUNT(*) FROM json_each(%(expressions)s))")

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(SELECT COUNT(*) FROM jsonb_object_keys(%(expressions)s))")


class HistoryEntryQuerySet(RowQuerySet["HistoryEntry"]):
    def related_to(self, user: User) -> HistoryEntryQuerySet:
        """What the user did."""
        return self.filter(user=user)

    def of(self, row: models.Model) -> HistoryEntryQuerySet:
        """The history of one row, newest first."""
        return self.filter(entity_type=row.entity_type, entity_id=str(row.pk)).order_by("-id")  # type: ignore[attr-defined]

    def with_changes(self) -> HistoryEntryQuerySet:
        """Those that tell of properties."""
        return self.exclude(changes={})

    def number_of_changes(self) -> int:
        """How many properties all of them tell of."""
        return self.aggregate(number=Sum(_NumberOfKeys("changes")))["number"] or 0


class HistoryEntry(models.Model):
    """Who changed what, when and through what.

    Operations write these rows in the transaction of the change, for single rows and for many at
    once. A library that listens to `save()` would miss the bulk writes, and keeps a copy of every
    column of every row instead of what changed.

    `changes` maps a property to ``[old, new]``.
    """

    class Via(models.TextChoices):
        API = "api", "API"
        ADMIN = "admin", "admin"
        SCREEN = "screen", "screen"
        COMMAND = "command", "command"
        SYSTEM = "system", "system"

    resource = "user"
    location_path = None

    id = models.UUIDField(primary_key=True, default=time_ordered_id, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(default=clock.now)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    via = models.CharField(max_length=10, choices=Via.choices)
    client = models.CharField(max_length=255, blank=True)
    entity_type = models.CharField(max_length=4)
    entity_id = models.CharField(max_length=36)
    label = models.CharField(max_length=300)
    verb = models.CharField(max_length=40)
    changes = models.JSONField(default=dict)
    reason = models.CharField(max_length=1000, blank=True)

    objects = HistoryEntryQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        verbose_name_plural = "history entries"
        indexes = [
            models.Index(fields=["entity_id", "id"], name="history_of_one_row"),
            models.Index(fields=["organization", "id"], name="history_of_an_organization"),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.verb} by {self.user}"
