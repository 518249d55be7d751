from functools import cache, cached_property
from uuid import UUID

from django.db import models
from django.db.models import F

from niagara.statements import Instances, Is
from workorders.models.workflow import Workflow
from workorders.workflow import Definition
from workorders.workflow.reading import read_steps


@cache
def _newest() -> "Instances[WorkflowVersion]":
    newest = WorkflowVersion.objects.filter(Is("workflow_id"), workflow_version=F("workflow__workflow_version"))
    return Instances(newest.order_by())


class WorkflowVersionQuerySet(models.QuerySet["WorkflowVersion"]):
    def newest_of(self, workflow_id: UUID) -> "WorkflowVersion":
        """What a context that is started now runs."""
        [newest] = _newest().read(id=workflow_id)
        return newest


class WorkflowVersion(models.Model):
    """A workflow as it was at one of its versions. Never changed: what was started with it ends with it."""

    workflow = models.ForeignKey(Workflow, models.CASCADE, related_name="versions", db_index=False)
    workflow_version = models.PositiveIntegerField()
    created = models.DateTimeField()

    label = models.CharField(max_length=200)
    schema_version = models.CharField(max_length=10)
    applies_to = models.CharField(max_length=4)
    starts_at = models.CharField(max_length=100)
    metadata = models.JSONField()
    steps = models.JSONField()
    triggered_by = models.JSONField()

    objects = WorkflowVersionQuerySet.as_manager()

    class Meta:
        ordering = ("workflow", "workflow_version")
        constraints = [
            models.UniqueConstraint(fields=["workflow", "workflow_version"], name="workflow_has_each_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.label}, version {self.workflow_version}"

    @cached_property
    def definition(self) -> Definition:
        """The steps in their types; they were checked when the workflow was saved."""
        return read_steps({"starts_at": self.starts_at, "steps": self.steps})
