"""What technicians do to cycles, in one call each."""

from datetime import datetime
from typing import Any

from batches.models import Cycle
from batches.operations.running import close_step
from niagara.accounts.actor import Actor


def close(cycle: Cycle, *, by: Actor, at: datetime, **sent: Any) -> Cycle:
    """Close the step in hand of a cycle."""
    context = Cycle.objects.select_related("context").get(pk=cycle.pk).context
    assert context is not None
    [step] = context.run.current_steps
    close_step(context=context, step=step, by=by, at=at, **sent)
    return Cycle.objects.get(pk=cycle.pk)


def complete_cycle(*, cycle: Cycle, by: Actor, at: datetime) -> Cycle:
    """Close every step of a cycle that asks for no answers, up to its end."""
    cycle = close(cycle, by=by, at=at)
    while cycle.is_in_flight:
        cycle = close(cycle, by=by, at=at)
    return cycle
