"""Writing to a context's data past the locks that steps put on it."""

from collections.abc import Iterable
from dataclasses import replace

from niagara.refusals import Conflict
from workorders.workflow.context import Context
from workorders.workflow.paths import show_path, write
from workorders.workflow.steps import ContextValue


class LockedKey(Conflict):
    """An earlier step locked what this one would write."""


def write_values(context: Context, step: str, values: Iterable[ContextValue]) -> Context:
    """The context with the values in its data, all or none. Raises LockedKey, which names each locked key."""
    data, locked = context.data, dict(context.locked)
    refused: list[str] = []
    for value in values:
        owner = context.locked_by(value.path, for_step=step)
        if owner is None:
            data = write(data, value.path, value.value)
            if value.lock:
                locked[show_path(value.path)] = step
        elif not value.ignore:
            refused.append(f"“{show_path(value.path)}” was locked by the step “{owner}”")
    if refused:
        raise LockedKey(f"{', '.join(refused)}.")
    return replace(context, data=data, locked=locked)
