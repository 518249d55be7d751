"""Checks workflows and runs them. Plain Python: no framework, no database, no clock."""

from workorders.workflow.answers import BadAnswers
from workorders.workflow.checker import BadWorkflow, check, read_definition
from workorders.workflow.context import Context, StepRun, Waiting
from workorders.workflow.effects import (
    Complete,
    Effect,
    Fail,
    FailVerification,
    PassVerification,
    SendToVerification,
    SetEntityLocation,
    SetEntityProperty,
    SetEntityStatus,
    WakeAt,
)
from workorders.workflow.engine import (
    ContextEnded,
    SamePerson,
    StepNeedsNobody,
    StepNotCurrent,
    close_step,
    event,
    resume,
    start,
    stop,
)
from workorders.workflow.outcome import Outcome, interactive_steps, is_verifying
from workorders.workflow.running import EndlessLoop
from workorders.workflow.steps import Definition
from workorders.workflow.writing import LockedKey

__all__ = [
    "BadAnswers",
    "BadWorkflow",
    "Complete",
    "Context",
    "ContextEnded",
    "Definition",
    "Effect",
    "EndlessLoop",
    "Fail",
    "FailVerification",
    "LockedKey",
    "Outcome",
    "PassVerification",
    "SamePerson",
    "SendToVerification",
    "SetEntityLocation",
    "SetEntityProperty",
    "SetEntityStatus",
    "StepNeedsNobody",
    "StepNotCurrent",
    "StepRun",
    "Waiting",
    "WakeAt",
    "check",
    "close_step",
    "event",
    "interactive_steps",
    "is_verifying",
    "read_definition",
    "resume",
    "start",
    "stop",
]
