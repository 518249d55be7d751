"""What happened to the cycles of the bulk: which steps were closed, how long they took, what was blocked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from uuid import UUID

from batches.management.demo.bulk_rows import Rows
from batches.management.demo.progress import BLOCKED_BY
from batches.models import Block, Cycle, StepRun
from batches.operations.tracing import step_runs
from niagara.directory.models import Category
from workorders import workflow as engine
from workorders.models import WorkflowVersion
from workorders.workflow.steps import EndStep, InteractiveStep, OnwardStep

# How far back it goes: as far as one looks. Of a whole year it would take longer to load than all else.
TRACED = timedelta(days=100)
_AGAIN = 0.04  # of the cycles have a step that failed and was done again
_BLOCKED = 0.03  # of those that ended had been blocked
_SECOND = timedelta(seconds=1)
# No step takes longer than a shift: what is left over, the device lay waiting to be begun.
_LONGEST = timedelta(hours=8)

Way = tuple[tuple[str, bool], ...]  # steps that somebody closed, and whether they failed


@dataclass
class Traces:
    step_runs: list[StepRun] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


def make_traces(rows: Rows, versions: Mapping[UUID, WorkflowVersion], *, since: datetime, rng: Random) -> Traces:
    """The traces of the cycles among these rows that were begun, and did not end before `since`."""
    traces = Traces()
    contexts = {context.pk: context for context in rows.contexts}
    workflows = {work_order.pk: work_order.workflow_id for work_order in rows.work_orders}
    ways = {workflow_id: _ways(version.definition) for workflow_id, version in versions.items()}
    for cycle in rows.cycles:
        if cycle.started_at is None or (cycle.ended_at is not None and cycle.ended_at < since):
            continue
        workflow_id = workflows[cycle.work_order_id]
        if cycle.context_id is not None:
            traces.step_runs += step_runs(cycle, workflow_id, contexts[cycle.context_id].run.last_steps)
        elif cycle.ended_at is not None:  # without a context to go by
            straight, again = ways[workflow_id]
            way = again if rng.random() < _AGAIN else straight
            if cycle.category == Category.CANCELLED:  # it failed at one of its steps
                way = (*way[:1], (way[1][0], True))
            traces.step_runs += _run(cycle, workflow_id, way, cycle.started_at, cycle.ended_at, rng)
        if cycle.category == Category.BLOCKED or (cycle.ended_at and rng.random() < _BLOCKED):
            traces.blocks.append(_block(cycle, rng))
    return traces


def _ways(definition: engine.Definition) -> tuple[Way, Way]:
    """The way of a device with which all is well, and that of one whose last step fails at first."""
    straight = [step.name for step in _follow(definition, definition.starts_at)]
    last = definition.steps[straight[-1]]
    assert isinstance(last, InteractiveStep)
    back = [step.name for step in _follow(definition, last.goto_fail)]
    well = tuple((name, False) for name in straight)
    return well, (*well[:-1], (straight[-1], True), *((name, False) for name in back)) if back else well


def _follow(definition: engine.Definition, name: str) -> Iterator[InteractiveStep]:
    while not isinstance(step := definition.steps[name], EndStep):
        assert isinstance(step, OnwardStep)
        if isinstance(step, InteractiveStep):
            yield step
        name = step.goto


def _run(cycle: Cycle, workflow_id: UUID, way: Way, begun: datetime, ended: datetime, rng: Random) -> Iterator[StepRun]:
    whole = min(ended - begun, _LONGEST)
    marks = [0.0, *sorted(rng.random() for _ in way[1:]), 1.0]
    for (name, failed), (start, end) in zip(way, pairwise(marks), strict=True):
        yield StepRun(
            organization_id=cycle.organization_id,
            cycle_id=cycle.pk,
            location_id=cycle.location_id,
            at=ended - whole * (1 - end),
            workflow_id=workflow_id,
            step=name,
            seconds=whole * (end - start) // _SECOND,
            failed=failed,
        )


def _block(cycle: Cycle, rng: Random) -> Block:
    assert cycle.started_at is not None
    return Block(
        organization_id=cycle.organization_id,
        cycle_id=cycle.pk,
        location_id=cycle.location_id,
        at=cycle.started_at + (cycle.updated - cycle.started_at) * rng.uniform(0.2, 0.8),
        reason=cycle.reason if cycle.category == Category.BLOCKED else rng.choice(BLOCKED_BY),
    )
