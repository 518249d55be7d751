"""Paths in a context's data: `$.mdm.profile`, `$mdm.profile` and `mdm.profile` are the same place."""

import re
from collections.abc import Mapping
from typing import Any

Path = tuple[str, ...]

PART = r"[A-Za-z0-9_-]+"
# At most ten names deep: data is read and written by people.
PATTERN = re.compile(rf"\A\$?\.?{PART}(\.{PART}){{0,9}}\Z")


def parse_path(text: str) -> Path:
    return tuple(text.removeprefix("$").removeprefix(".").split("."))


def show_path(path: Path) -> str:
    return ".".join(path)


def read(data: Mapping[str, Any], path: Path) -> Any:
    """What stands at the path, or None where nothing does."""
    place: Any = data
    for name in path:
        if not isinstance(place, Mapping):
            return None
        place = place.get(name)
    return place


def write(data: Mapping[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """A copy of the data with the value in it. What stands in the way and is no object is replaced."""
    name, rest = path[0], path[1:]
    if rest:
        inner = data.get(name)
        value = write(inner if isinstance(inner, Mapping) else {}, rest, value)
    return {**data, name: value}


def overlap(one: Path, other: Path) -> bool:
    """Whether writing to the one changes the other: they are the same, or one lies within the other."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]
