"""Pages that continue from a row, not from a number.

`offset` is signed and holds the sort values of the last row shown: a page that continues neither
repeats nor skips a row when others are added or removed meanwhile.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db.models import Q, QuerySet

from niagara.refusals import Fault, Invalid

DEFAULT_LIMIT = 25
MAX_LIMIT = 100
_SALT = "niagara.api.paging"
_WRONG_OFFSET = Fault(
    "format",
    ("offset",),
    "The offset is not one this list gave out, or it is too old; start again without it.",
    {"format": "offset"},
)


@dataclass(frozen=True)
class Key:
    """A column to sort by; the last key of a sort is unique."""

    column: str
    descending: bool = False
    read: Any = str  # makes the column's value of what JSON holds

    @classmethod
    def time(cls, column: str, descending: bool = False) -> "Key":
        return cls(column, descending, datetime.fromisoformat)

    @classmethod
    def id(cls, descending: bool = False) -> "Key":
        return cls("id", descending, UUID)


BY_ID: Sequence[Key] = (Key.id(),)


@dataclass(frozen=True)
class PageRequest:
    """What the query string says about the page: the limit and where to go on."""

    path: str
    query: Mapping[str, Sequence[str]]
    limit: int
    offset: str | None
    # What the offset holds: the list it was made for, and the sort values of the last row shown.
    position: tuple[Any, Any] | None = None

    @classmethod
    def read(cls, path: str, query: Mapping[str, Sequence[str]]) -> "PageRequest":
        """Raises Invalid for a limit and an offset that can't be used."""
        text = (query.get("limit") or [str(DEFAULT_LIMIT)])[-1]
        faults = []
        if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= MAX_LIMIT:
            message = f"Give a limit between 1 and {MAX_LIMIT}."
            faults.append(Fault("maximum", ("limit",), message, {"minimum": 1, "limit": MAX_LIMIT}))
        offset = query["offset"][-1] if query.get("offset") else None
        position = None
        if offset is not None:
            try:
                made_for, values = signing.loads(offset, salt=_SALT, max_age=settings.OFFSET_SECONDS)
                position = (made_for, values)
            except (signing.BadSignature, ValueError, TypeError):
                faults.append(_WRONG_OFFSET)
        if faults:
            raise Invalid(faults)
        return cls(path, query, int(text), offset, position)

    def after(self, sort: Sequence[Key]) -> Q:
        """The condition for rows behind the offset; raises Invalid if the offset was not made for this list."""
        values = self.last_shown(sort)
        return Q() if values is None else _behind(sort, values)

    def last_shown(self, sort: Sequence[Key]) -> list[Any] | None:
        """The sort values of the row to go on behind; raises Invalid if the offset was not made for this list."""
        if self.position is None:
            return None
        made_for, values = self.position
        if made_for != self._list(sort):
            raise Invalid([_WRONG_OFFSET])
        try:
            return [key.read(value) for key, value in zip(sort, values, strict=True)]
        except (ValueError, TypeError) as error:
            raise Invalid([_WRONG_OFFSET]) from error

    def page_of(
        self,
        found: Sequence[Any],
        sort: Sequence[Key],
        *,
        name: str,
        total: int,
        draw: Callable[[Sequence[Any]], Sequence[Mapping[str, Any]]],
        position: Callable[[Any], Sequence[Any]] | None = None,
    ) -> dict[str, Any]:
        """The page of what was found, which is one more than it shows if there is more.

        `position` gives the sort values of one of these; otherwise they are its attributes.
        """
        shown, offset = found[: self.limit], None
        if len(found) > self.limit:
            last = shown[-1]
            values = position(last) if position else [getattr(last, key.column) for key in sort]
            offset = self.next_offset(sort, values)
        links = {"self": {"href": self.url(self.offset)}}
        if offset is not None:
            links["next"] = {"href": self.url(offset)}
        return {
            "total_count": total,
            "limit": self.limit,
            "offset": offset,
            "_embedded": {name: draw(shown)},
            "_links": links,
        }

    def next_offset(self, sort: Sequence[Key], values: Sequence[Any]) -> str:
        plain = [value.isoformat() if isinstance(value, datetime) else str(value) for value in values]
        return signing.dumps([self._list(sort), plain], salt=_SALT)

    def url(self, offset: str | None) -> str:
        """The address of the page at `offset`, with the filters of this one."""
        pairs = [(name, value) for name, values in self.query.items() for value in values if name != "offset"]
        if offset is not None:
            pairs.append(("offset", offset))
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    def _list(self, sort: Sequence[Key]) -> list[Any]:
        chosen = sorted((name, list(values)) for name, values in self.query.items() if name not in ("limit", "offset"))
        return [self.path, [list(pair) for pair in chosen], [key.column for key in sort]]


def order(rows: QuerySet, sort: Sequence[Key]) -> QuerySet:
    return rows.order_by(*(f"-{key.column}" if key.descending else key.column for key in sort))


def _behind(sort: Sequence[Key], values: Sequence[Any]) -> Q:
    condition, equal = Q(), Q()
    for key, value in zip(sort, values, strict=True):
        beyond = Q(**{f"{key.column}__{'lt' if key.descending else 'gt'}": value})
        condition |= equal & beyond
        equal &= Q(**{key.column: value})
    return condition
