"""Small checks of a JSON value, put together into tables of keys. Each tells what is wrong and where."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from niagara.refusals import Fault
from workorders.workflow.values import Place, short

Check = Callable[[object, Place], Iterator[Fault]]


@dataclass(frozen=True)
class Key:
    check: Check
    required: bool = False


def anything(value: object, at: Place) -> Iterator[Fault]:
    yield from ()


def flag(value: object, at: Place) -> Iterator[Fault]:
    if not isinstance(value, bool):
        yield Fault("type", at, f"{_name(at)} has to be true or false.", {"type": "boolean"})


def text(limit: int, pattern: re.Pattern[str] | None = None, form: str = "") -> Check:
    """A text that is not blank; `form` says in words what the pattern asks for."""

    def check(value: object, at: Place) -> Iterator[Fault]:
        if not isinstance(value, str):
            yield Fault("type", at, f"{_name(at)} has to be a text.", {"type": "string"})
        elif not value.strip():
            yield Fault("minLength", at, f"{_name(at)} can't be blank.", {"limit": 1})
        elif len(value) > limit:
            yield Fault("maxLength", at, f"{_name(at)} can't have more than {limit} characters.", {"limit": limit})
        elif pattern and not pattern.match(value):
            yield Fault("pattern", at, f"{_name(at)} has to be {form}.", {"pattern": pattern.pattern})

    return check


def whole(lowest: int, highest: int) -> Check:
    def check(value: object, at: Place) -> Iterator[Fault]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield Fault("type", at, f"{_name(at)} has to be a whole number.", {"type": "integer"})
        elif not lowest <= value <= highest:
            keyword, limit = ("minimum", lowest) if value < lowest else ("maximum", highest)
            yield Fault(keyword, at, f"{_name(at)} has to be {lowest} to {highest}.", {"limit": limit})

    return check


def one_of(words: Iterable[str]) -> Check:
    allowed = [str(word) for word in words]

    def check(value: object, at: Place) -> Iterator[Fault]:
        if value not in allowed:
            params = {"allowedValues": allowed}
            yield Fault("enum", at, f"{_name(at)} has to be one of {', '.join(allowed)}.", params)

    return check


def list_of(check_each: Check, *, most: int, least: int = 0, unique: Collection[str] = ()) -> Check:
    """A list. `unique` names the keys in which no two of its objects may agree; "" is the value itself."""

    def check(value: object, at: Place) -> Iterator[Fault]:
        if not isinstance(value, list):
            yield Fault("type", at, f"{_name(at)} has to be a list.", {"type": "array"})
        elif len(value) < least:
            yield Fault("minItems", at, f"{_name(at)} needs at least {least}.", {"limit": least})
        elif len(value) > most:
            yield Fault("maxItems", at, f"{_name(at)} can't have more than {most}.", {"limit": most})
        else:
            for position, one in enumerate(value):
                yield from check_each(one, (*at, position))
            for key in unique:
                yield from _repeated(value, key, at)

    return check


def keys(table: Mapping[str, Key]) -> Check:
    """An object with these keys and no others."""

    def check(value: object, at: Place) -> Iterator[Fault]:
        if not isinstance(value, Mapping):
            yield Fault("type", at, f"{_name(at)} has to be an object.", {"type": "object"})
            return
        for name, key in table.items():
            if name in value:
                yield from key.check(value[name], (*at, name))
            elif key.required:
                yield Fault("required", (*at, name), f"{_name((*at, name))} is missing.", {"missingProperty": name})
        for name in value:
            if name not in table:
                message = f"{_name((*at, short(name)))} is not known here."
                yield Fault("additionalProperties", (*at, short(name)), message, {"additionalProperty": short(name)})

    return check


def _repeated(values: list[Any], key: str, at: Place) -> Iterator[Fault]:
    seen: set[str] = set()
    for position, one in enumerate(values):
        value = one.get(key) if key and isinstance(one, Mapping) else one
        if not isinstance(value, str):
            continue
        if value in seen:
            place = (*at, position, key) if key else (*at, position)
            yield Fault("uniqueItems", place, f"{_name(place)} “{short(value)}” is there twice.")
        seen.add(value)


def _name(at: Place) -> str:
    """`items[2].label`, for a sentence about what stands there."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in at)
    return "".join(parts).removeprefix(".") or "It"
