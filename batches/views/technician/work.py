"""What a technician's screens show of the floor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from batches.models import Batch, Cycle
from niagara.accounts.models import User
from niagara.directory.models import IN_FLIGHT, Category
from workorders.workflow.steps import InteractiveStep, Step, WaitStep

SHOWN = 25
_OF_A_BATCH = ("work_order__project__customer", "queue__location", "mixing_station", "current_status")
_OF_A_CYCLE = ("work_order", "batch", "unit", "technician", "context__workflow_version")


@dataclass(frozen=True)
class InHand:
    """A cycle under way, and where it stands."""

    cycle: Cycle
    step: Step | None
    since: datetime

    @property
    def waits(self) -> bool:
        """Whether nobody can do anything now: it waits, or a machine is at it."""
        return isinstance(self.step, WaitStep) or getattr(self.step, "step_type", "") == "machine"

    @property
    def is_blocked(self) -> bool:
        return self.cycle.category == Category.BLOCKED

    @property
    def standing(self) -> str:
        """In a word or two, what can be done with it."""
        if self.is_blocked:
            return "Blocked"
        if self.cycle.category == Category.VERIFYING:
            return "To be checked"
        return "Waits" if self.waits else "In hand"


def in_hand(cycle: Cycle) -> InHand:
    """Where a cycle stands; one that was never started is at no step."""
    if cycle.context is None:
        return InHand(cycle, None, cycle.updated)
    run = cycle.context.run
    step = cycle.context.definition.steps[run.current_steps[0]] if run.current_steps else None
    return InHand(cycle, step, run.entered_at)


def cycles_of(user: User) -> list[InHand]:
    """The technician's own cycles under way, the oldest first."""
    rows = Cycle.objects.visible_to(user).filter(technician=user, category__in=IN_FLIGHT, context__isnull=False)
    return [in_hand(cycle) for cycle in rows.select_related(*_OF_A_CYCLE).order_by("started_at", "id")]


def to_check(user: User) -> tuple[list[InHand], list[InHand]]:
    """The cycles that wait for another pair of eyes, the oldest first: those the user may check, and those
    that somebody else has to, since the user did a step of them."""
    rows = Cycle.objects.permitted(user, "context:step").filter(category=Category.VERIFYING, context__isnull=False)
    free: list[InHand] = []
    own: list[InHand] = []
    for cycle in rows.select_related(*_OF_A_CYCLE).order_by("updated", "id")[:SHOWN]:
        assert cycle.context is not None
        found = in_hand(cycle)
        is_open = isinstance(found.step, InteractiveStep) and found.step.is_qc
        (own if is_open and cycle.context.run.took_part(user.pk) else free).append(found)
    return free, own


@dataclass(frozen=True)
class Offered:
    """Batches to work on, in processing order: those that are the technician's, those that are nobody's,
    and those in which nothing can be started, each with why."""

    assigned: Sequence[Batch]
    free: Sequence[Batch]
    stuck: Sequence[tuple[Batch, str]]

    @property
    def next(self) -> Batch | None:
        return next(iter([*self.assigned, *self.free]), None)


def offered_to(user: User) -> Offered:
    active: Any = Batch.objects.visible_to(user).active().select_related(*_OF_A_BATCH).in_order_of_queues()
    mine = list(active.assigned_to(user)[:SHOWN])
    free = active.startable().free_for(user)[:SHOWN]
    stuck = [(batch, why) for batch in mine if (why := why_not(batch))]
    return Offered([batch for batch in mine if not why_not(batch)], list(free), stuck)


def why_not(batch: Batch) -> str:
    """Why nothing of a batch can be started; empty if something can."""
    if batch.is_on_hold or batch.work_order.is_on_hold:
        return f"On hold: {batch.why_on_hold}"
    if not batch.queue.is_active:
        return f"The queue {batch.queue} is not in use."
    return "" if batch.pending else "Every cycle is under way or done."
