"""Running the workflow of a cycle, or of a unit by itself: closing steps, and what that comes to."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from batches.models import Cycle
from batches.operations.moving import check_state, hold_cycle_of, move, move_to_failed
from batches.operations.scanning import SERIAL_NUMBER, find_location, find_status, write_on_unit
from batches.operations.tracing import trace_steps
from niagara.accounts import access
from niagara.accounts.actor import Actor
from niagara.accounts.operations import history
from niagara.accounts.operations.locking import hold
from niagara.accounts.operations.saving import check_version
from niagara.directory.models import Category, Resource, Unit
from niagara.refusals import Fault, Invalid
from workorders import workflow as engine
from workorders.models import Context, Workflow, WorkflowVersion
from workorders.workflow import Effect, Outcome


@transaction.atomic
def start_context(
    *, workflow: Workflow, unit: Unit, by: Actor, at: datetime, station: Resource | None = None
) -> Context:
    """Run a workflow on a unit by itself, without a work order.

    Raises PermissionMissing, Invalid.
    """
    access.require(by, "context:create", unit)
    if any(row is not None and row.organization_id != unit.organization_id for row in (workflow, station)):
        raise Invalid([Fault("enum", ("entity", "entity_id"), "Choose a unit of the workflow's organization.")])
    context = _new_context(workflow.pk, unit.organization_id, unit.location_id, at=at)
    context.unit, context.station = unit, station
    outcome = engine.start(context.definition, at=at, possible=possible_for(context))
    write_on_unit(outcome.effects, context, None, by=by, at=at)
    _keep(context, outcome, "started", by=by, at=at)
    return context


@transaction.atomic
def close_step(
    *,
    context: Context,
    step: str,
    by: Actor,
    at: datetime,
    kind: object = "close",
    items: object = None,
    fields: object = None,
    if_version: int | None = None,
) -> Context:
    """Close the step in hand of a context, or fail it, with what was answered; the cycle follows.

    Raises RemovedMeanwhile, PermissionMissing, ChangedMeanwhile, WrongState, ContextEnded, StepNotCurrent,
    StepNeedsNobody, SamePerson, BadAnswers, LockedKey, UnitElsewhere, SerialNumberTaken, BadUnit.
    """
    context, cycle = hold_context(context, by=by)
    check_version(context, if_version)
    outcome = engine.close_step(
        context.definition,
        context.run,
        step,
        kind=kind,
        items=items,
        fields=fields,
        by=by.user.pk,
        at=at,
        possible=possible_for(context, step),
    )
    follow(context, cycle, outcome, by=by, at=at)
    return context


def begin(cycle: Cycle, *, by: Actor, at: datetime) -> tuple[Effect, ...]:
    """Start the context of a held cycle. Returns what is to be done once the cycle is started."""
    context = _new_context(cycle.work_order.workflow_id, cycle.organization_id, cycle.location_id, at=at)
    context.unit, context.station = cycle.unit, cycle.station
    outcome = engine.start(context.definition, at=at, possible=possible_for(context))
    write_on_unit(outcome.effects, context, cycle, by=by, at=at)
    _keep(context, outcome, "started", by=by, at=at)
    cycle.context = context
    return outcome.effects


def go_on(cycle: Cycle) -> tuple[Effect, ...]:
    """Go on with the context of a held cycle that was given back, where the cycle is now."""
    assert cycle.context_id is not None
    Context.objects.filter(pk=cycle.context_id).update(location=cycle.location_id)
    return ()


def follow(context: Context, cycle: Cycle | None, outcome: Outcome, *, by: Actor, at: datetime) -> None:
    """Keep what the engine made of a held context, and do what that asks for."""
    write_on_unit(outcome.effects, context, cycle, by=by, at=at)
    closed = _keep(context, outcome, "moved on", by=by, at=at)
    if cycle is not None:
        trace_steps(cycle, context.workflow_version.workflow_id, closed)
        carry_out(outcome.effects, cycle, by=by, at=at)


def carry_out(effects: Iterable[Effect], cycle: Cycle, *, by: Actor, at: datetime) -> None:
    """Move a held cycle as its context asks for."""
    for effect in effects:
        match effect:
            case engine.SendToVerification():
                move(cycle, Category.VERIFYING, "sent to verification", by=by, at=at)
            case engine.PassVerification():
                move(cycle, Category.IN_PROGRESS, "verified", by=by, at=at)
            case engine.FailVerification():
                move(cycle, Category.IN_PROGRESS, "sent back", by=by, at=at)
            case engine.Complete():
                move(cycle, Category.COMPLETE, "completed", by=by, at=at, ended_at=at)
            case engine.Fail(reason):
                move_to_failed(cycle, reason=reason, by=by, at=at)


def hold_context(context: Context, *, by: Actor) -> tuple[Context, Cycle | None]:
    """The context as it is now, and its cycle if it is one's. The cycle is what is locked then."""
    cycle = hold_cycle_of(context, "context:step", by=by)
    if cycle is None:
        context = hold(Context.objects.select_related("workflow_version", "unit"), context.pk)
        access.require(by, "context:step", context)
        return context, None
    assert cycle.context is not None  # a cycle that got one keeps it
    if cycle.is_active:
        check_state(cycle, "work on")
    return cycle.context, cycle


def _new_context(workflow_id: UUID, organization_id: int, location_id: UUID, *, at: datetime) -> Context:
    newest = WorkflowVersion.objects.newest_of(workflow_id)
    return Context(
        organization_id=organization_id, workflow_version=newest, location_id=location_id, created=at, updated=at
    )


def possible_for(context: Context, step: str = "") -> Callable[[Effect], bool]:
    """Whether what a function step would set can be set, while `step` is closed."""
    closed = context.definition.steps.get(step)
    is_identified = any(field.entity_field == SERIAL_NUMBER for field in getattr(closed, "fields", ()))

    def possible(effect: Effect) -> bool:
        if context.unit is None and not is_identified:
            return False
        match effect:
            case engine.SetEntityStatus(status):
                return find_status(status, context.organization_id) is not None
            case engine.SetEntityLocation(location):
                return find_location(location, context.organization_id) is not None
        return True

    return possible


def _keep(context: Context, outcome: Outcome, verb: str, *, by: Actor, at: datetime) -> tuple[engine.StepRun, ...]:
    """Write what the engine made of a context. Returns the steps that were run."""
    before = None if context._state.adding else context.run
    context.version += before is not None
    context.run, context.updated = outcome.context, at
    context.save()
    if before is None or before.last_steps != outcome.context.last_steps:
        steps = (before and list(before.current_steps), list(outcome.context.current_steps))
        history.record(context, verb, by=by, at=at, changes={"current_steps": steps})
    return outcome.context.last_steps[len(before.last_steps) if before else 0 :]
