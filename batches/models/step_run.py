from typing import Any

from django.db import models
from django.db.models import Count, Q

from batches.models.percentiles import Percentiles
from batches.models.trace import Trace, TraceQuerySet
from workorders.models import Workflow

# Names of steps may be longer; nobody tells them apart by what comes after that.
MAX_STEP = 100


class StepRunQuerySet(TraceQuerySet["StepRun"]):
    def times(self) -> Any:
        """(workflow, step, [seconds that half of the runs did not exceed, that nine of ten did not], runs)"""
        by_step = self.order_by().values_list("workflow", "step")
        return by_step.annotate(times=Percentiles("seconds", 50, 90), number=Count("pk"))


class StepRun(Trace):
    """Somebody closed a step of a cycle's workflow, or failed it."""

    workflow = models.ForeignKey(Workflow, models.PROTECT, related_name="+", db_index=False)
    step = models.CharField(max_length=MAX_STEP)
    seconds = models.PositiveIntegerField()
    failed = models.BooleanField()

    objects = StepRunQuerySet.as_manager()

    class Meta(Trace.Meta):
        indexes = [
            models.Index(fields=["organization", "at"], name="step_runs_by_time"),
            models.Index(fields=["cycle"], condition=Q(failed=True), name="steps_that_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.step}, {self.at:%Y-%m-%d %H:%M}"
