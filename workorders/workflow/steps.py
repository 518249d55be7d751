"""A workflow's steps as types."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from workorders.workflow.comparing import Operator
from workorders.workflow.paths import Path, parse_path


class StepType(StrEnum):
    USER = "user"
    MACHINE = "machine"
    DECISION = "decision"
    FUNCTION = "function"
    PASS = "pass"  # noqa: S105 (no password)
    WAIT = "wait"
    SUCCESS = "success"
    FAIL = "fail"


class Component(StrEnum):
    TASK_LIST = "task-list"
    MANUAL_DATA_ENTRY = "manual-data-entry"
    FOLLOW_PDF_INSTRUCTIONS = "follow-pdf-instructions"


class Function(StrEnum):
    SET_ENTITY_STATUS = "set-entity-status"
    SET_ENTITY_LOCATION = "set-entity-location"


INTERACTIVE = frozenset({StepType.USER, StepType.MACHINE})
ENDS = frozenset({StepType.SUCCESS, StepType.FAIL})
AUTOMATIC = frozenset(StepType) - INTERACTIVE - ENDS

# Which key says what a function sets.
PARAMETER: Mapping[Function, str] = {
    Function.SET_ENTITY_STATUS: "status",
    Function.SET_ENTITY_LOCATION: "location",
}

# A step's actions are kept and shown as they were written; nothing carries them out.
ACTIONS = ("on_start", "on_complete")


@dataclass(frozen=True)
class ContextValue:
    """A value a step sets when it is done. `lock`: other steps can't write it from then on."""

    path: Path
    value: Any
    lock: bool
    ignore: bool


@dataclass(frozen=True)
class Item:
    slug: str
    label: str
    evaluated: bool
    allow_na: bool


@dataclass(frozen=True)
class Field:
    label: str
    required: bool
    entity_field: str

    @property
    def path(self) -> Path | None:
        """Where it goes in the context's data; None if it is a property of the unit."""
        return parse_path(self.entity_field) if self.entity_field.startswith("$") else None


@dataclass(frozen=True)
class Step:
    name: str
    label: str
    step_type: StepType


@dataclass(frozen=True)
class EndStep(Step):
    """`success` or `fail`."""


@dataclass(frozen=True)
class OnwardStep(Step):
    """Any step but an end. `goto_fail` is where it goes when it fails."""

    goto: str
    goto_fail: str
    context: tuple[ContextValue, ...]


@dataclass(frozen=True)
class InteractiveStep(OnwardStep):
    """Somebody closes it: a `user`, or for a `machine` an API client. Without component: confirmed."""

    component: Component | None
    items: tuple[Item, ...]
    fields: tuple[Field, ...]
    attachment: str | None
    is_qc: bool
    can_stack: bool


@dataclass(frozen=True)
class DecisionStep(OnwardStep):
    """Goes to `goto` when it is so, else to `goto_fail`, which here is no failure."""

    variable: Path
    operator: Operator
    value: Any


@dataclass(frozen=True)
class FunctionStep(OnwardStep):
    function: Function
    parameter: str


@dataclass(frozen=True)
class PassStep(OnwardStep):
    pass


@dataclass(frozen=True)
class WaitStep(OnwardStep):
    """Looked at every `time` seconds; goes on after `stop_at` seconds in all, or at one of the events."""

    time: int
    stop_at: int
    events: tuple[str, ...]


@dataclass(frozen=True)
class Definition:
    """A version of a workflow: what a context runs from its start to its end."""

    starts_at: str
    steps: Mapping[str, Step]
