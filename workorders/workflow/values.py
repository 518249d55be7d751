"""Which JSON values can be kept, whoever sent them."""

import math
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

from niagara.refusals import Fault

MAX_DEPTH = 20
MAX_VALUES = 50_000
MAX_TEXT = 10_000
# Beyond it JSON's readers no longer agree on a number.
MAX_NUMBER = 2**53 - 1

Place = tuple[str | int, ...]


def faults_of_json(value: object) -> list[Fault]:
    """What can't be stored in a value; one fault if it is too big to look at every part."""
    faults: list[Fault] = []
    seen = 1
    # A queue instead of a recursive walk: whoever nests a million lists must not break the stack.
    waiting: deque[tuple[Place, object]] = deque([((), value)])
    while waiting:
        place, one = waiting.popleft()
        if not isinstance(one, Mapping | list):
            faults += _faults_of_single(place, one)
            continue
        seen += len(one)
        if seen > MAX_VALUES:
            return [Fault("maxProperties", (), f"It has more than {MAX_VALUES:,} values.", {"limit": MAX_VALUES})]
        if len(place) == MAX_DEPTH:
            return [Fault("maxDepth", place, f"It is more than {MAX_DEPTH} levels deep.", {"limit": MAX_DEPTH})]
        if isinstance(one, Mapping):
            faults += [_cant_be_named(place) for name in one if not isinstance(name, str) or not is_storable(name)]
        waiting.extend(_inside(place, one))
    return faults


def is_storable(text: str) -> bool:
    """PostgreSQL keeps no NUL, and half of a surrogate pair is no character."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def short(name: object) -> str:
    """A name as a sentence or a path may show it, whatever was sent."""
    text = name if isinstance(name, str) else "?"
    return (text if len(text) <= 60 else f"{text[:59]}…").encode("utf-8", "replace").decode().replace("\0", "?")


def _cant_be_named(place: Place) -> Fault:
    return Fault("propertyNames", place, "It has a name that can't be stored.")


def _inside(place: Place, one: Mapping[Any, Any] | list[Any]) -> Iterator[tuple[Place, object]]:
    if isinstance(one, list):
        return (((*place, position), inner) for position, inner in enumerate(one))
    return (((*place, short(name)), inner) for name, inner in one.items())


def _faults_of_single(place: Place, one: object) -> list[Fault]:
    match one:
        case bool() | None:
            return []
        case int() if abs(one) > MAX_NUMBER:
            return [Fault("maximum", place, "It is too big to be kept exactly.", {"limit": MAX_NUMBER})]
        case float() if not math.isfinite(one):
            return [Fault("type", place, "It is not a finite number.", {"type": "number"})]
        case int() | float():
            return []
        case str() if len(one) > MAX_TEXT:
            return [Fault("maxLength", place, f"It has more than {MAX_TEXT:,} characters.", {"limit": MAX_TEXT})]
        case str() if not is_storable(one):
            return [Fault("format", place, "It has a character that can't be stored.", {"format": "text"})]
        case str():
            return []
    return [Fault("type", place, "It is none of JSON's values.")]
