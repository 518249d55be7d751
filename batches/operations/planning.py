"""What breaking a work order down comes to, before anything is written."""

from collections.abc import Sequence
from hashlib import sha256

import orjson

from niagara.refusals import Fault, Invalid, Outdated
from niagara.wording import counted
from workorders.models import WorkOrder

MAX_BATCHES = 100


class MoreThanIsLeft(Invalid):
    """The work order does not need that many more cycles."""

    def __init__(self, left: int) -> None:
        number = counted(left, "cycle of the work order is", "cycles of the work order are")
        message = f"Only {number} not in a batch yet; ask for that many at most."
        if left == 0:
            message = "All that the work order needs is in batches or done already; raise what it needs first."
        super().__init__([Fault("maximum", ("number_cycles",), message, {"limit": left})])


class TooManyBatches(Invalid):
    """One request makes at most 100 batches."""

    def __init__(self, number: int) -> None:
        message = f"This would make {number} batches; make at most {MAX_BATCHES} at once by giving a total."
        super().__init__([Fault("maximum", ("total",), message, {"limit": MAX_BATCHES})])


class NotWhatWasShown(Outdated):
    """Other batches would be made than the asker looked at."""


def plan(left: int, number_cycles: int, total: int | None = None) -> list[int]:
    """The sizes of the batches that `left` cycles make. Raises MoreThanIsLeft, TooManyBatches."""
    if total is not None:
        if total * number_cycles > left:
            raise MoreThanIsLeft(left)
        if total > MAX_BATCHES:
            raise TooManyBatches(total)
        return [number_cycles] * total
    if left == 0:
        raise MoreThanIsLeft(left)
    full, rest = divmod(left, number_cycles)
    if full + bool(rest) > MAX_BATCHES:
        raise TooManyBatches(full + bool(rest))
    return [number_cycles] * full + [rest] * bool(rest)


def label_of(work_order: WorkOrder, position: int, prefix: str = "") -> str:
    """What the next batch but so many of a work order is called."""
    return f"{prefix or work_order.label} #{work_order.batches_made + position}"


def mark_of(work_order: WorkOrder, sizes: Sequence[int], prefix: str = "") -> str:
    """Stands for a set of batches that could be made now. Once batches were made it is another."""
    planned = [label_of(work_order, 1, prefix), *sizes]
    return sha256(orjson.dumps(planned)).hexdigest()[:16]
