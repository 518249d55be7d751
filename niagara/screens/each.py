"""Doing something to many rows, one after the other: what is refused is skipped, and why is told."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.text import capfirst

from niagara.refusals import Refusal
from niagara.wording import counted

REPORTED = 10


def do_each(rows: Iterable[Any], operation: Callable[[Any], object]) -> tuple[int, list[str]]:
    """To how many rows it was done, and a sentence for each that was skipped, the first ones at least."""
    number, skipped = 0, []
    for row in rows:
        label = str(row)
        try:
            operation(row)
        except Refusal as refusal:
            names_it = refusal.sentence.startswith(label)
            skipped.append(capfirst(refusal.sentence if names_it else f"{label}: {refusal.sentence}"))
        else:
            number += 1
    if len(skipped) > REPORTED:
        more = counted(len(skipped) - REPORTED, "more was", "more were")
        skipped[REPORTED:] = [f"{more} skipped."]
    return number, skipped
