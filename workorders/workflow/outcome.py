"""What one call of the engine comes to."""

from collections.abc import Iterator
from dataclasses import dataclass

from workorders.workflow.context import Context
from workorders.workflow.effects import (
    Complete,
    Effect,
    Fail,
    FailVerification,
    PassVerification,
    SendToVerification,
    WakeAt,
)
from workorders.workflow.running import Run
from workorders.workflow.steps import Definition, InteractiveStep, StepType


@dataclass(frozen=True)
class Outcome:
    """The new context, and the effects to be done in their order."""

    context: Context
    effects: tuple[Effect, ...] = ()


def interactive_steps(definition: Definition, context: Context) -> list[str]:
    """Those of the current steps that wait for somebody."""
    return [name for name in context.current_steps if isinstance(definition.steps[name], InteractiveStep)]


def is_verifying(definition: Definition, context: Context) -> bool:
    """Whether the step in hand has to be closed by somebody who did no step of this run."""
    steps = (definition.steps[name] for name in context.current_steps)
    return any(isinstance(step, InteractiveStep) and step.is_qc for step in steps)


def outcome_of(run: Run, before: Context | None = None) -> Outcome:
    return Outcome(run.context, (*run.effects, *_for_the_cycle(run, before)))


def _for_the_cycle(run: Run, before: Context | None) -> Iterator[Effect]:
    """What follows from all the steps of one call together: at most one change of the cycle."""
    after = run.context
    if after.outcome is not None:
        end = run.definition.steps[after.last_steps[-1].step_name]
        yield Complete() if after.outcome == StepType.SUCCESS else Fail(end.label)
        return
    if before is not None and is_verifying(run.definition, before):
        if not is_verifying(run.definition, after):
            check = after.last_steps[len(before.last_steps)]
            yield FailVerification() if check.did_error else PassVerification()
    elif is_verifying(run.definition, after):
        yield SendToVerification()
    if after.waiting:
        yield WakeAt(after.waiting.next_look)
