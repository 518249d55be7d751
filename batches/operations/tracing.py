"""Keeping what happened to cycles, so that it can be counted without reading their contexts or their history."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from batches.models import Block, Cycle, StepRun
from batches.models.step_run import MAX_STEP
from workorders.workflow import StepRun as Run

_SECOND = timedelta(seconds=1)


def trace_steps(cycle: Cycle, workflow_id: UUID, runs: Iterable[Run]) -> None:
    """Keep which steps were closed, and how long they took."""
    closed = list(runs)
    StepRun.objects.bulk_create(step_runs(cycle, workflow_id, closed))
    if closed and cycle.paused_seconds:
        cycle.paused_seconds = 0
        cycle.save(update_fields=["paused_seconds"])


def end_of_pause(cycle: Cycle, *, at: datetime) -> dict[str, Any]:
    """What changes in a cycle that somebody goes on with: the break is no time of the step in hand."""
    if cycle.paused_at is None:
        return {}
    seconds = max(at - cycle.paused_at, timedelta(0)) // _SECOND
    return {"paused_at": None, "paused_seconds": cycle.paused_seconds + seconds}


def trace_block(cycle: Cycle, reason: str, *, at: datetime) -> None:
    Block.objects.create(
        organization_id=cycle.organization_id, cycle=cycle, location_id=cycle.location_id, at=at, reason=reason
    )


def step_runs(cycle: Cycle, workflow_id: UUID, runs: Iterable[Run]) -> list[StepRun]:
    """The rows of those that somebody closed, not yet written. The others take nobody's time. Breaks were in the first,
    which was in hand."""
    rows, paused = [], cycle.paused_seconds
    for run in runs:
        if run.by is not None:
            rows.append(
                StepRun(
                    organization_id=cycle.organization_id,
                    cycle_id=cycle.pk,
                    location_id=cycle.location_id,
                    at=run.ended_at,
                    workflow_id=workflow_id,
                    step=run.step_name[:MAX_STEP],
                    seconds=max((run.ended_at - run.started_at) // _SECOND - paused, 0),
                    failed=run.did_error,
                )
            )
        paused = 0
    return rows
