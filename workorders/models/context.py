from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from niagara.accounts.access import RowQuerySet
from niagara.accounts.models import Row, User
from niagara.directory.models import Location, Resource, Unit
from workorders import workflow
from workorders.models.workflow_version import WorkflowVersion


class ContextQuerySet(RowQuerySet["Context"]):
    def related_to(self, user: User) -> ContextQuerySet:
        """Those of cycles the user works on, or whose batch is assigned to the user."""
        return self.filter(self._related(user))

    def _related(self, user: User) -> Q:
        batches = user.relations.filter(target_type="BAT", relation="tech").values("target_id")
        return Q(cycle__technician=user) | Q(cycle__batch__in=batches)

    def due(self, at: datetime) -> ContextQuerySet:
        """Those whose wait is to be looked at."""
        return self.filter(wake_at__lte=at)


class Context(Row):
    """One run of a workflow, in the version it was started with.

    `state` is the engine's own record of the run, as JSON; the columns beside it are what lists and
    the worker look for. Whoever changes the context of a cycle holds the cycle.
    """

    entity_type = "CTX"
    resource = "context"
    location_path = "location"

    workflow_version = models.ForeignKey(WorkflowVersion, models.PROTECT, related_name="contexts", db_index=False)
    location = models.ForeignKey(Location, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="contexts", null=True, blank=True)
    station = models.ForeignKey(Resource, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    state = models.JSONField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    wake_at = models.DateTimeField(null=True)

    objects = ContextQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__isnull=False, wake_at=None),
                name="context_that_ended_waits_for_nothing",
            ),
        ]
        indexes = [
            models.Index(fields=["workflow_version", "id"], name="contexts_of_a_workflow"),
            models.Index(fields=["wake_at"], condition=Q(wake_at__isnull=False), name="contexts_to_wake"),
        ]

    def __str__(self) -> str:
        return f"{self.workflow_version.label}, started {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def run(self) -> workflow.Context:
        """The run as the engine knows it; assigning to it writes all columns that follow from it."""
        return workflow.Context.from_json(self.state)

    @run.setter
    def run(self, run: workflow.Context) -> None:
        self.state = run.to_json()
        self.started_at, self.ended_at = run.started_at, run.ended_at
        self.wake_at = run.waiting.next_look if run.waiting and run.active else None

    @property
    def definition(self) -> workflow.Definition:
        return self.workflow_version.definition

    @property
    def is_verifying(self) -> bool:
        """Whether the step in hand has to be closed by somebody who did no step of this run."""
        return workflow.is_verifying(self.definition, self.run)
