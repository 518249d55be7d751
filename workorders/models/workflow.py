from django.core.exceptions import ValidationError
from django.db import models

from niagara.accounts.access import RowQuerySet
from niagara.accounts.models import Row
from workorders.workflow import check


class Workflow(Row):
    """How a device is processed. Every change adds 1 to `workflow_version`."""

    entity_type = "WKF"
    resource = "work-flow"

    label = models.CharField(max_length=200)
    schema_version = models.CharField(max_length=10, default="1.0", editable=False)
    workflow_version = models.PositiveIntegerField(default=1, editable=False)
    applies_to = models.CharField(max_length=4, default="UNIT")
    starts_at = models.CharField(max_length=100)
    metadata = models.JSONField(default=dict, blank=True)
    steps = models.JSONField(default=dict)
    triggered_by = models.JSONField(default=list, blank=True)

    objects = RowQuerySet["Workflow"].as_manager()

    class Meta:
        ordering = ("label",)

    def __str__(self) -> str:
        return self.label

    @property
    def attachments(self) -> set[str]:
        """What its steps name to be shown: ids or labels, whether there is such a file or not."""
        return {step["attachment"].strip() for step in self.steps.values() if "attachment" in step}

    def clean(self) -> None:
        super().clean()
        messages: dict[str, list[str]] = {}
        for fault in check({"starts_at": self.starts_at, "steps": self.steps}):
            field = "starts_at" if fault.path[:1] == ("starts_at",) else "steps"
            messages.setdefault(field, []).append(fault.message)
        if messages:
            raise ValidationError(messages)
