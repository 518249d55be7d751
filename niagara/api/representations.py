"""How rows look in answers.

A `Representation` declares, key by key, what an answer shows of a row: its fields are Django REST
framework's, from which the OpenAPI schema follows, but they are never asked to render. A `Drawing`
reads plain rows (`values_list`) instead of model instances, each distinct row an answer mentions
once, and renders it once: a page of 100 batches of one work order holds the same bytes 100 times.
That is what makes a long page cheap; see `make bench`.

A field takes its value from

* a column: ``source`` names it, with ``__`` through foreign keys;
* another row, read and rendered on its own: a nested representation, ``source`` names the foreign key;
* the same row: a nested representation with ``inline`` set to the prefix of its columns;
* a function of columns: `Derived`;
* something gathered for many rows at once: `Gathered`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Func
from rest_framework import serializers

Gather = Callable[[Mapping[type[models.Model], set[Any]]], Mapping[Any, Any]]


class UtcText(Func):
    """A time as text, in UTC with milliseconds; the database writes it faster than Python would."""

    output_field = models.CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Of the text that Django keeps there; strftime would round the milliseconds, sometimes up."""
        [moment] = self.source_expressions
        sql, params = compiler.compile(moment)
        return f"(substr({sql}, 1, 10) || 'T' || substr({sql} || '.000', 12, 12) || 'Z')", params * 2

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = """to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"""
        return self.as_sql(compiler, connection, template=template)


def utc_text(moment: datetime) -> str:
    """The same of a time that was read."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


class IdText(Func):
    """A UUID as text: so it is written, compared and looked up without an object being made for it."""

    output_field = models.CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        [column] = self.source_expressions
        sql, params = compiler.compile(column)
        parts = " || '-' || ".join(f"substr({sql}, {start}, {length})" for start, length in _HYPHENATED)
        return f"({parts})", params * len(_HYPHENATED)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="%(expressions)s::text")


_HYPHENATED = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))  # where the groups of 32 digits begin, how long they are


class Derived(serializers.Field):
    """A value computed from columns of the row: ``Derived(function, "column", …, shown=CharField())``."""

    def __init__(self, function: Callable[..., Any], *columns: str, shown: serializers.Field) -> None:
        super().__init__(read_only=True)
        self.function, self.columns, self.shown = function, columns, shown


class Gathered(serializers.Field):
    """A value looked up for all rows of an answer at once.

    `gather` is called once with the keys of each model that uses it and returns value by key. The
    key is the row's id, or the tuple of the `columns` named. `pick` takes this field's part of the
    value, `otherwise` stands where there is none.
    """

    def __init__(
        self,
        gather: Gather,
        *,
        shown: serializers.Field,
        columns: Sequence[str] = ("pk",),
        pick: Callable[[Any], Any] = lambda value: value,
        otherwise: Any = None,
    ) -> None:
        super().__init__(read_only=True)
        self.gather, self.shown, self.columns = gather, shown, columns
        self.pick, self.otherwise = pick, otherwise


class Constant(serializers.Field):
    """A value that is the same for every row."""

    def __init__(self, value: Any, *, shown: serializers.Field) -> None:
        super().__init__(read_only=True)
        self.value, self.shown = value, shown


class Representation(serializers.Serializer):
    """What an answer shows of a row of `model`."""

    model: ClassVar[type[models.Model]]
    # Link relation → path below /api, perhaps with a column in braces; left out where that is null.
    links: ClassVar[Mapping[str, str]] = {}
    # Key in `_embedded` of a single answer → (representation, the column with the id), or a
    # function from the row's id to the rows to embed instead of the column.
    embeds: ClassVar[Mapping[str, tuple[type[Representation], str | Callable[[Any], models.QuerySet]]]] = {}

    # Shown as it was once written: perhaps with more keys than these, and without links.
    is_verbatim: ClassVar[bool] = False

    def __init__(self, *args: Any, inline: str | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("read_only", True)
        super().__init__(*args, **kwargs)
        self.inline = inline

    @classmethod
    def annotated(cls, rows: models.QuerySet) -> models.QuerySet:
        """The rows with the annotations that the fields name."""
        return rows

    @classmethod
    def rows(cls) -> models.QuerySet:
        return cls.annotated(cls.model._default_manager.all())
