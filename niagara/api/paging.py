"""Pages that continue from a row, not from a number.

`offset` is signed and holds the sort values of the last row shown: a page that continues neither
repeats nor skips a row when others are added or removed meanwhile.
"""

import re
from collections.abc import Mapping, Sequence
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

    @classmethod
    def read(cls, path: str, query: Mapping[str, Sequence[str]]) -> "PageRequest":
        """Raises Invalid for a limit or offset that can't be used."""
        text = (query.get("limit") or [str(DEFAULT_LIMIT)])[-1]
        if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= MAX_LIMIT:
            message = f"Give a limit between 1 and {MAX_LIMIT}."
            raise Invalid([Fault("maximum", ("limit",), message, {"minimum": 1, "limit": MAX_LIMIT})])
        return cls(path, query, int(text), query["offset"][-1] if query.get("offset") else None)

    def after(self, sort: Sequence[Key]) -> Q:
        """The condition for rows behind the offset; raises Invalid if the offset was not made for this list."""
        if self.offset is None:
            return Q()
        try:
            made_for, values = signing.loads(self.offset, salt=_SALT, max_age=settings.OFFSET_SECONDS)
            if made_for != self._list(sort):
                raise signing.BadSignature
            return _behind(sort, [key.read(value) for key, value in zip(sort, values, strict=True)])
        except (signing.BadSignature, ValueError, TypeError) as error:
            message = "The offset is not one this list gave out, or it is too old; start again without it."
            raise Invalid([Fault("format", ("offset",), message, {"format": "offset"})]) from error

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
