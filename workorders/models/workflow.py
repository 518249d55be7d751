from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from niagara.accounts.access import RowQuerySet
from niagara.accounts.models import Row

validate_step_name = RegexValidator(
    r"\A[A-Za-z][A-Za-z0-9-]*\Z", "Name steps with a letter first, then letters, digits and -."
)


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

    def clean(self) -> None:
        super().clean()
        if not isinstance(self.steps, dict):
            raise ValidationError({"steps": "Write an object that leads from each step's name to the step."})
        for name in self.steps:
            validate_step_name(name)
        if self.starts_at not in self.steps:
            raise ValidationError({"starts_at": f"There is no step “{self.starts_at}”. Name one of the steps."})
