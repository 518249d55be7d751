"""The state of one run of a workflow, which is kept as JSON between its steps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from workorders.workflow.paths import Path, overlap, parse_path
from workorders.workflow.steps import StepType

_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class StepRun:
    """A step that was run. `by` is the user who closed or failed it; nobody for automatic steps."""

    step_name: str
    started_at: datetime
    ended_at: datetime
    did_error: bool
    did_timeout: bool
    by: int | None

    @property
    def time_to_run(self) -> int:
        return (self.ended_at - self.started_at) // _MILLISECOND

    def to_json(self) -> dict[str, Any]:
        times = {"started_at": self.started_at.isoformat(), "ended_at": self.ended_at.isoformat()}
        return {**vars(self), **times, "time_to_run": self.time_to_run}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Self:
        return cls(
            step_name=raw["step_name"],
            started_at=datetime.fromisoformat(raw["started_at"]),
            ended_at=datetime.fromisoformat(raw["ended_at"]),
            did_error=raw["did_error"],
            did_timeout=raw["did_timeout"],
            by=raw["by"],
        )


@dataclass(frozen=True)
class Waiting:
    """What a wait waits for: until when at most, when to look next, which events end it."""

    until: datetime
    next_look: datetime
    events: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "until": self.until.isoformat(),
            "next_look": self.next_look.isoformat(),
            "events": list(self.events),
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Self:
        until, next_look = datetime.fromisoformat(raw["until"]), datetime.fromisoformat(raw["next_look"])
        return cls(until, next_look, tuple(raw["events"]))


@dataclass(frozen=True)
class Context:
    """Never changed in place. While it is active it has one current step, in hand since `entered_at`."""

    started_at: datetime
    entered_at: datetime
    current_steps: tuple[str, ...]
    failed_steps: Mapping[str, int] = field(default_factory=dict)
    last_steps: tuple[StepRun, ...] = ()
    # The last answers to each task list: step → item's slug → ok, na, bad or None for left open; and of what was
    # to be followed: step → attachment → ok if it was confirmed.
    answers: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    # Path in the data → the step that locked it.
    locked: Mapping[str, str] = field(default_factory=dict)
    waiting: Waiting | None = None
    ended_at: datetime | None = None
    outcome: StepType | None = None

    @property
    def active(self) -> bool:
        return self.ended_at is None

    def time_to_run(self, at: datetime) -> int:
        """Milliseconds from the start to the end, or until now while it is active."""
        return max(0, ((self.ended_at or at) - self.started_at) // _MILLISECOND)

    def took_part(self, user: int) -> bool:
        """Whether the user closed or failed a step of this run, a QC step included."""
        return any(run.by == user for run in self.last_steps)

    def locked_by(self, path: Path, *, for_step: str) -> str | None:
        """The step that keeps this step from writing there. Its own locks don't: it may run again."""
        for locked, owner in self.locked.items():
            if owner != for_step and overlap(parse_path(locked), path):
                return owner
        return None

    def to_json(self) -> dict[str, Any]:
        return {
            "started_at": self.started_at.isoformat(),
            "entered_at": self.entered_at.isoformat(),
            "current_steps": list(self.current_steps),
            "failed_steps": [{"step": step, "failed_count": count} for step, count in self.failed_steps.items()],
            "last_steps": [run.to_json() for run in self.last_steps],
            "answers": {step: dict(answers) for step, answers in self.answers.items()},
            "data": dict(self.data),
            "locked": dict(self.locked),
            "waiting": self.waiting and self.waiting.to_json(),
            "ended_at": self.ended_at and self.ended_at.isoformat(),
            "active": self.active,
            "outcome": self.outcome and str(self.outcome),
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Self:
        return cls(
            started_at=datetime.fromisoformat(raw["started_at"]),
            entered_at=datetime.fromisoformat(raw["entered_at"]),
            current_steps=tuple(raw["current_steps"]),
            failed_steps={failed["step"]: failed["failed_count"] for failed in raw["failed_steps"]},
            last_steps=tuple(StepRun.from_json(run) for run in raw["last_steps"]),
            answers=raw["answers"],
            data=raw["data"],
            locked=raw["locked"],
            waiting=Waiting.from_json(raw["waiting"]) if raw["waiting"] else None,
            ended_at=datetime.fromisoformat(raw["ended_at"]) if raw["ended_at"] else None,
            outcome=StepType(raw["outcome"]) if raw["outcome"] else None,
        )
