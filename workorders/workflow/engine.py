"""Runs a workflow: given a context and what happened, the new context and what is to be done for it.

It has no clock, keeps nothing, and changes nothing in place. A context runs the version of the
workflow it was started with: the caller passes that one each time.

- A step's `context` values are set when it is done, not when it fails. A lock holds for other steps:
  the one that set it may run again and write it again.
- A person who would write a locked key is refused and may fail the step; a step that needs nobody
  goes to `goto_fail` then.
- Closing a QC step is doing a step as well: who failed a check can't do the next one of that context.
- A wait goes on to `goto`, whether an event came or the time was up; in the latter case its run is
  marked `did_timeout`.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from niagara.refusals import Conflict, NotAllowed
from workorders.workflow.answers import OK, Answers, read_answers
from workorders.workflow.context import Context, Waiting
from workorders.workflow.effects import Effect, SetEntityLocation, SetEntityProperty, SetEntityStatus, WakeAt
from workorders.workflow.outcome import Outcome, outcome_of
from workorders.workflow.running import Run
from workorders.workflow.steps import ContextValue, Definition, InteractiveStep, WaitStep
from workorders.workflow.values import short
from workorders.workflow.writing import write_values

# These two of a unit's properties are other things, which function steps set as well.
_SETTERS: dict[str, Callable[[str], Effect]] = {"status": SetEntityStatus, "location": SetEntityLocation}


class ContextEnded(Conflict):
    """The run is over."""


class StepNotCurrent(Conflict):
    """Another step is in hand."""


class StepNeedsNobody(Conflict):
    """The step in hand goes on by itself."""


class SamePerson(NotAllowed):
    """Who did a step of this run can't check it."""


def _anything(effect: Effect) -> bool:
    return True


def start(definition: Definition, *, at: datetime, possible: Callable[[Effect], bool] = _anything) -> Outcome:
    """A new context, run on to the first step that needs somebody.

    `possible` says whether what a function step would set can be set; if not, that step fails.
    """
    context = Context(started_at=at, entered_at=at, current_steps=(definition.starts_at,))
    run = Run(definition, context, at, possible)
    run.go_on()
    return outcome_of(run)


def close_step(
    definition: Definition,
    context: Context,
    step: str,
    *,
    kind: object = "close",
    items: object = None,
    fields: object = None,
    by: int,
    at: datetime,
    possible: Callable[[Effect], bool] = _anything,
) -> Outcome:
    """Close the step in hand, or fail it, with what was answered, whatever shape that has.

    Raises ContextEnded, StepNotCurrent, StepNeedsNobody, SamePerson, BadAnswers, LockedKey.
    """
    closed = _step_in_hand(definition, context, step, by=by)
    answers = read_answers(closed, kind=kind, items=items, fields=fields)
    if answered := {**answers.items, **_confirmation_of(closed, answers)}:
        context = replace(context, answers={**context.answers, closed.name: answered})
    run = Run(definition, context, at, possible)
    if not answers.fails:
        run.context = write_values(context, closed.name, [*_values_of(answers), *closed.context])
        run.effects += _changes_of_unit(answers)
    run.leave(closed, failed=answers.fails, by=by)
    run.go_on()
    return outcome_of(run, before=context)


def resume(
    definition: Definition, context: Context, *, at: datetime, possible: Callable[[Effect], bool] = _anything
) -> Outcome:
    """Look at a wait: go on if its time is up, else say when to look again. Nothing if there is no wait."""
    waiting, step = context.waiting, _wait_in_hand(definition, context)
    if waiting is None or step is None:
        return Outcome(context)
    if at < waiting.until:
        waiting = _next_look(waiting, step, at)
        return Outcome(replace(context, waiting=waiting), (WakeAt(waiting.next_look),))
    run = Run(definition, context, at, possible)
    run.do(step, timed_out=True)
    run.go_on()
    return outcome_of(run, before=context)


def event(
    definition: Definition,
    context: Context,
    name: str,
    *,
    at: datetime,
    possible: Callable[[Effect], bool] = _anything,
) -> Outcome:
    """Go on if a wait listens for it. Nothing otherwise."""
    step = _wait_in_hand(definition, context)
    if context.waiting is None or step is None or name not in context.waiting.events:
        return Outcome(context)
    run = Run(definition, context, at, possible)
    run.do(step)
    run.go_on()
    return outcome_of(run, before=context)


def stop(context: Context, *, at: datetime) -> Context:
    """End a run that is given up: no step of it is left, and it has no outcome. Nothing if it is over."""
    if not context.active:
        return context
    return replace(context, current_steps=(), waiting=None, ended_at=max(at, context.entered_at))


def _step_in_hand(definition: Definition, context: Context, name: str, *, by: int) -> InteractiveStep:
    if not context.active:
        raise ContextEnded("This run is over; no step is left to close.")
    if name not in context.current_steps:
        current = ", ".join(f"“{definition.steps[one].label}”" for one in context.current_steps)
        raise StepNotCurrent(f"“{short(name)}” is not the step in hand; that is {current}.")
    step = definition.steps[name]
    if not isinstance(step, InteractiveStep):
        raise StepNeedsNobody(f"“{step.label}” goes on by itself.")
    if step.is_qc and context.took_part(by):
        raise SamePerson(f"“{step.label}” is for somebody who did no step of this run.")
    return step


def _wait_in_hand(definition: Definition, context: Context) -> WaitStep | None:
    steps = (definition.steps[name] for name in context.current_steps)
    return next((step for step in steps if isinstance(step, WaitStep)), None)


def _next_look(waiting: Waiting, step: WaitStep, at: datetime) -> Waiting:
    """The first look later than this one; those that were missed are not made up for."""
    if at < waiting.next_look:
        return waiting
    every = timedelta(seconds=step.time)
    next_look = waiting.next_look + ((at - waiting.next_look) // every + 1) * every
    return replace(waiting, next_look=min(next_look, waiting.until))


def _confirmation_of(step: InteractiveStep, answers: Answers) -> dict[str, str | None]:
    """Who closes a step that shows an attachment confirms that one."""
    return {} if step.attachment is None else {step.attachment: None if answers.fails else OK}


def _values_of(answers: Answers) -> Iterator[ContextValue]:
    for field, value in answers.fields.items():
        if field.path is not None:
            yield ContextValue(field.path, value, lock=False, ignore=False)


def _changes_of_unit(answers: Answers) -> Iterator[Effect]:
    for field, value in answers.fields.items():
        if field.path is None:
            setter = _SETTERS.get(field.entity_field)
            yield setter(str(value)) if setter else SetEntityProperty(field.entity_field, value)
