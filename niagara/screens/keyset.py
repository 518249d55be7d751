"""Pages of a long list that go on from a row, not from a number: the last costs what the first does."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any

from django.core import signing
from django.db.models import Q, QuerySet

AFTER, BEFORE = "after", "before"
COUNTED = 10_000  # at most; to count more takes longer than anybody waits
_SALT = "niagara.screens.keyset"


@dataclass(frozen=True)
class Stretch:
    """Some of the rows of a list. `after` and `before` are what the query string says on the pages beside it."""

    rows: Sequence[Any]
    count: int
    after: str
    before: str

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    @property
    def most_counted(self) -> int | None:
        """Set when there are more than that."""
        return COUNTED if self.count > COUNTED else None


def stretch_of(rows: QuerySet, sort: Sequence[str], asked: Mapping[str, str], size: int) -> Stretch:
    """The rows that the query string asks for; the first ones if it asks for none that this list knows.

    `sort` names columns that are never null, all in one direction, and together unique: ("-ended_at", "-pk").
    """
    count = rows.order_by()[: COUNTED + 1].count()
    after, before = (_read(asked.get(name, ""), sort) for name in (AFTER, BEFORE))
    going = [name[1:] if name.startswith("-") else f"-{name}" for name in sort] if before else sort
    if start := before or after:
        rows = rows.filter(_behind(going, start))
    found = list(rows.order_by(*going)[: size + 1])
    shown, is_more = found[:size], len(found) > size
    if before:
        shown.reverse()
    return Stretch(
        rows=shown,
        count=count,
        after=_write(shown[-1], sort) if shown and (before or is_more) else "",
        before=_write(shown[0], sort) if shown and (after or (before and is_more)) else "",
    )


def _behind(sort: Sequence[str], start: Sequence[str]) -> Q:
    way = "lt" if sort[0].startswith("-") else "gt"
    beyond = Q()
    for name, value in zip(reversed(sort), reversed(start), strict=True):
        column = name.removeprefix("-")
        beyond = Q(**{f"{column}__{way}": value}) | beyond
        if name != sort[-1]:
            # It says what the rest does too, so that an index on the column is used.
            beyond = Q(**{f"{column}__{way}e": value}) & beyond
    return beyond


def _write(row: Any, sort: Sequence[str]) -> str:
    values = [reduce(getattr, name.removeprefix("-").split("__"), row) for name in sort]
    plain = [value.isoformat() if isinstance(value, datetime) else str(value) for value in values]
    return signing.dumps([list(sort), plain], salt=_SALT)


def _read(text: str, sort: Sequence[str]) -> list[str] | None:
    """What `_write` made of a row of a list in this order. The columns know how to read it."""
    try:
        made_for, values = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        return None
    return values if made_for == list(sort) else None
