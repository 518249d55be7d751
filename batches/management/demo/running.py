"""Going through the steps of a workflow as a technician does, all being well."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from batches.models import Cycle
from batches.operations.running import close_step
from batches.operations.waiting import look_at_wait
from niagara.accounts.actor import Actor
from niagara.accounts.models import User
from niagara.directory.models import Category, Unit
from workorders import workflow as engine
from workorders.models import Context, WorkflowVersion
from workorders.workflow.answers import OK
from workorders.workflow.steps import InteractiveStep

# What cycles of these categories have come to, or past, is a check.
_CHECKED = frozenset({Category.VERIFYING, Category.COMPLETE})


@dataclass(frozen=True)
class Run:
    """Who goes through the steps of which version for which unit, and from when to when."""

    version: WorkflowVersion
    unit: Unit
    technician: User
    checker: User
    begun: datetime
    last: datetime


def finish(cycle: Cycle, *, technician: Actor, checker: Actor, moments: Iterator[datetime], rng: Random) -> None:
    """Close every step of a cycle that was started, through the operations."""
    context = cycle.context
    assert context is not None
    while context.run.active:
        if waiting := context.run.waiting:
            look_at_wait(context=context, by=technician, at=waiting.until)
        else:
            step = _step_in_hand(context.definition, context.run)
            unit = Cycle.objects.select_related("unit").get(pk=cycle.pk).unit
            assert unit is not None
            by = checker if step.is_qc else technician
            close_step(context=context, step=step.name, by=by, at=next(moments), **answers_to(step, unit, rng))
        context = Context.objects.select_related("workflow_version").get(pk=context.pk)


def run_until(category: Category, run: Run, rng: Random) -> engine.Context:
    """A run up to where a cycle of this category stands, without the operations."""
    definition = run.version.definition
    context = engine.start(definition, at=run.begun).context
    step_time = (run.last - run.begun) / (
        sum(isinstance(one, InteractiveStep) for one in definition.steps.values()) + 1
    )
    to_close = len(definition.steps) if category in _CHECKED else rng.randrange(3)
    at = run.begun
    while context.active and (to_close or context.waiting):
        if context.waiting:
            context = engine.resume(definition, context, at=context.waiting.until).context
            continue
        step = _step_in_hand(definition, context)
        if step.is_qc and category is not Category.COMPLETE:
            break
        at, to_close = max(context.entered_at, at + step_time * rng.uniform(0.5, 1)), to_close - 1
        at = at.replace(microsecond=0)
        by = run.checker if step.is_qc else run.technician
        answers = answers_to(step, run.unit, rng)
        closed = engine.close_step(definition, context, step.name, by=by.pk, at=at, **answers).context
        if category not in _CHECKED and engine.is_verifying(definition, closed):
            break
        context = closed
    return context


def make_context(cycle: Cycle, run: Run, state: engine.Context) -> Context:
    """The context of a cycle, not yet written."""
    context = Context(
        organization_id=cycle.organization_id,
        workflow_version=run.version,
        location_id=cycle.location_id,
        unit=run.unit,
        created=run.begun,
        updated=state.ended_at or state.entered_at,
    )
    context.run = state
    return context


def has_check(version: WorkflowVersion) -> bool:
    return any(isinstance(step, InteractiveStep) and step.is_qc for step in version.definition.steps.values())


def answers_to(step: InteractiveStep, unit: Unit, rng: Random) -> Mapping[str, Any]:
    """What a step is answered with when all is well."""
    known: Mapping[str, Any] = {
        "serial_number": unit.serial_number,
        "attributes.asset_tag": f"LDS-{rng.randrange(10**5, 10**6)}",
        "$battery": rng.randint(25, 95),
    }
    return {
        "items": [{"slug": item.slug, "value": OK} for item in step.items],
        "fields": [{"label": field.label, "value": known[field.entity_field]} for field in step.fields],
    }


def _step_in_hand(definition: engine.Definition, context: engine.Context) -> InteractiveStep:
    step = definition.steps[context.current_steps[0]]
    assert isinstance(step, InteractiveStep)
    return step
