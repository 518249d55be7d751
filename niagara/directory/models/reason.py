from django.db import models

from niagara.accounts.access import RowQuerySet
from niagara.accounts.models import Row


class Reason(Row):
    """One of an organization's own words for why a cycle is blocked, or failed."""

    class Kind(models.TextChoices):
        BLOCK = "block", "for blocking"
        FAIL = "fail", "for failing"

    entity_type = "RSN"
    resource = "work-order"

    kind = models.CharField(max_length=5, choices=Kind.choices)
    label = models.CharField(max_length=100)
    order = models.PositiveIntegerField(default=1)

    objects = RowQuerySet["Reason"].as_manager()

    class Meta:
        ordering = ("kind", "order", "label")
        constraints = [
            models.UniqueConstraint(fields=["organization", "kind", "label"], name="reason_has_its_own_label"),
            models.CheckConstraint(condition=models.Q(kind__in=["block", "fail"]), name="reason_has_a_known_kind"),
        ]

    def __str__(self) -> str:
        return self.label
