"""Compares an answer with the shape a document gives it, key by key.

A shape is a file of JSON: each key with the name of its type. `"@queue"` is the shape in
`queue.json`, `"..."` begins with all keys of another shape, `["…"]` is a list of such, `"*"` stands
for any key, and a key that ends in `?` may be absent.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

_SHAPES = Path(__file__).parent / "shapes"
_ID = re.compile(r"[0-9a-zA-Z\-_]+")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_EVENT_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_OBSERVED_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00")
_KIND = re.compile(r"AgSync\.Drive\.Core\.Batches\.BatchGroupEvent\+[A-Za-z]+")
_CATEGORIES = {"PENDING", "IN_PROGRESS", "VERIFYING", "COMPLETE", "CANCELLED", "BLOCKED"}


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(matches: Callable[[str], Any]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and bool(matches(value))


TYPES: Mapping[str, Callable[[Any], bool]] = {
    "anything": lambda value: True,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: _number(value) and isinstance(value, int),
    "number": _number,
    "object": lambda value: isinstance(value, dict),
    "string": lambda value: isinstance(value, str),
    "category": _text(_CATEGORIES.__contains__),
    "date-time": _text(_TIME.fullmatch),
    "event-time": _text(_EVENT_TIME.fullmatch),
    "observed-time": _text(_OBSERVED_TIME.fullmatch),
    "kind": _text(_KIND.fullmatch),
    "text-or-null": lambda value: value is None or isinstance(value, str),
    "direction": _text({"INWARD", "OUTWARD"}.__contains__),
    "id": _text(_ID.fullmatch),
    "url": _text(lambda value: value.startswith("http://testserver/api")),
    "USER": _text("USER".__eq__),
}


@cache
def shape(name: str) -> Any:
    return json.loads((_SHAPES / f"{name}.json").read_text())


def differences(name: str, answer: Any) -> set[str]:
    """How the answer differs from the named shape, such as `missing: queue.label`."""
    return set(_compare(f"@{name}", answer, ""))


def _compare(wanted: Any, value: Any, path: str) -> Iterator[str]:
    if isinstance(wanted, str) and wanted.startswith("@"):
        yield from _compare(shape(wanted[1:]), value, path)
    elif isinstance(wanted, str):
        if not TYPES[wanted](value):
            yield f"not {wanted}: {path} = {value!r}"
    elif isinstance(wanted, list):
        if not isinstance(value, list):
            yield f"not a list: {path}"
        else:
            for one in value:
                yield from _compare(wanted[0], one, f"{path}[]")
    elif not isinstance(value, dict):
        yield f"not an object: {path} = {value!r}"
    else:
        yield from _compare_keys(_all_keys(wanted), value, path)


def _compare_keys(wanted: dict[str, Any], value: dict[str, Any], path: str) -> Iterator[str]:
    inside = f"{path}." if path else ""
    if "*" in wanted:
        for key, inner in value.items():
            yield from _compare(wanted["*"], inner, f"{inside}{key}")
        return
    known = set()
    for name, inner in wanted.items():
        key = name.removesuffix("?")
        known.add(key)
        if key in value:
            yield from _compare(inner, value[key], f"{inside}{key}")
        elif key == name:
            yield f"missing: {inside}{key}"
    for key in value.keys() - known:
        yield f"beyond the document: {inside}{key}"


def _all_keys(wanted: dict[str, Any]) -> dict[str, Any]:
    if "..." not in wanted:
        return wanted
    base = shape(wanted["..."].removeprefix("@"))
    return {**_all_keys(base), **{key: inner for key, inner in wanted.items() if key != "..."}}
