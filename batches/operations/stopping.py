"""Ending the runs of cycles that are given up."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from batches.models import Cycle
from workorders.models import Context
from workorders.workflow import stop


def stop_runs(cycles: Sequence[Cycle] | QuerySet[Cycle], *, at: datetime) -> None:
    """End the contexts of these held cycles, as far as they have one that is not over."""
    contexts = list(Context.objects.filter(cycle__in=cycles, ended_at=None))
    for context in contexts:
        context.run, context.updated = stop(context.run, at=at), at
        context.version += 1
    Context.objects.bulk_update(contexts, ["state", "ended_at", "wake_at", "updated", "version"], batch_size=500)
