"""Going from step to step, until somebody or something has to come."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from niagara.refusals import Conflict
from workorders.workflow.comparing import compare
from workorders.workflow.context import Context, StepRun, Waiting
from workorders.workflow.effects import Effect, SetEntityLocation, SetEntityStatus
from workorders.workflow.paths import read
from workorders.workflow.steps import (
    DecisionStep,
    Definition,
    EndStep,
    Function,
    FunctionStep,
    InteractiveStep,
    OnwardStep,
    Step,
    WaitStep,
)
from workorders.workflow.writing import LockedKey, write_values

_FUNCTIONS: Mapping[Function, Callable[[str], Effect]] = {
    Function.SET_ENTITY_STATUS: SetEntityStatus,
    Function.SET_ENTITY_LOCATION: SetEntityLocation,
}


class EndlessLoop(Conflict):
    """The workflow runs in circles by itself. The checker lets none such pass."""


@dataclass
class Run:
    """One call of the engine: how far it is, and what is to be done for it."""

    definition: Definition
    context: Context
    at: datetime
    possible: Callable[[Effect], bool]
    effects: list[Effect] = field(default_factory=list)

    def __post_init__(self) -> None:
        # Two clocks may differ a little; nothing ends before it started for that.
        self.at = max(self.at, self.context.entered_at)

    @property
    def step(self) -> Step:
        return self.definition.steps[self.context.current_steps[0]]

    def go_on(self) -> None:
        """Run the steps that need nobody, up to one that does, a wait, or the end."""
        for _ in range(len(self.definition.steps) + 1):
            match self.step:
                case EndStep() as step:
                    return self._end(step)
                case WaitStep() as step:
                    return self._wait(step)
                case InteractiveStep():
                    return None
                case OnwardStep() as step:
                    self.do(step)
        raise EndlessLoop(f"“{self.step.label}” leads back to itself over steps that need nobody.")

    def do(self, step: OnwardStep, *, timed_out: bool = False) -> None:
        """Do what an automatic step does, and leave it. What it can't do fails it: nobody is there to ask."""
        effect = _FUNCTIONS[step.function](step.parameter) if isinstance(step, FunctionStep) else None
        goes_on = not isinstance(step, DecisionStep) or self._is_so(step)
        try:
            written = write_values(self.context, step.name, step.context)
        except LockedKey:
            return self.leave(step, failed=True, timed_out=timed_out)
        if effect is not None:
            if not self.possible(effect):
                return self.leave(step, failed=True)
            self.effects.append(effect)
        self.context = written
        return self.leave(step, to=step.goto if goes_on else step.goto_fail, timed_out=timed_out)

    def leave(
        self, step: OnwardStep, *, to: str = "", failed: bool = False, timed_out: bool = False, by: int | None = None
    ) -> None:
        """Go to another step: if this one failed, to its `goto_fail`."""
        self._note(step, failed=failed, timed_out=timed_out, by=by)
        failures = self.context.failed_steps
        if failed:
            to, failures = step.goto_fail, {**failures, step.name: failures.get(step.name, 0) + 1}
        self.context = replace(
            self.context, current_steps=(to or step.goto,), failed_steps=failures, entered_at=self.at, waiting=None
        )

    def _is_so(self, step: DecisionStep) -> bool:
        return compare(read(self.context.data, step.variable), step.operator, step.value)

    def _wait(self, step: WaitStep) -> None:
        until = self.at + timedelta(seconds=step.stop_at)
        next_look = min(until, self.at + timedelta(seconds=step.time))
        self.context = replace(self.context, waiting=Waiting(until, next_look, step.events))

    def _end(self, step: EndStep) -> None:
        self._note(step)
        self.context = replace(
            self.context, current_steps=(), entered_at=self.at, ended_at=self.at, outcome=step.step_type
        )

    def _note(self, step: Step, *, failed: bool = False, timed_out: bool = False, by: int | None = None) -> None:
        run = StepRun(step.name, self.context.entered_at, self.at, did_error=failed, did_timeout=timed_out, by=by)
        self.context = replace(self.context, last_steps=(*self.context.last_steps, run))
