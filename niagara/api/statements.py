"""Statements compiled once.

To compile a QuerySet costs about as much as to run it. Where the same one is run for every answer,
only with other ids, its SQL can be kept.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connections, models
from django.db.models import F
from django.db.models.lookups import Lookup

Row = tuple[Any, ...]
Converter = tuple[int, Sequence[Callable[..., Any]], Any]  # the place in the row, functions, expression

_IDS: Any = object()  # stands among the parameters where the ids go


class _OneOf(Lookup):
    """Whether a column holds one of the ids; one parameter holds them all, however many."""

    prepare_rhs = False

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", [*params, _IDS]

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} IN (SELECT value FROM json_each(%s))", [*params, _IDS]  # noqa: S608


class _Compiled(NamedTuple):
    sql: str
    params: Sequence[Any]
    converters: Sequence[Converter]


# How the ids are handed over as one parameter, by the kind of database.
_LISTS: Mapping[str, Callable[[Collection[Any]], Any]] = {
    "postgresql": list,
    "sqlite": lambda ids: json.dumps([one.hex if isinstance(one, UUID) else one for one in ids]),
}


class Statement:
    """Reads the rows of `rows`, a `values_list`, whose `column` holds one of the ids it is run with."""

    def __init__(self, rows: models.QuerySet, column: str = "pk") -> None:
        self.rows = rows.filter(_OneOf(F(column), _IDS))
        self._compiled: dict[str, _Compiled] = {}  # by the kind of database

    def read(self, ids: Collection[Any]) -> Sequence[Row]:
        connection: Any = connections[self.rows.db]
        kind: str = connection.vendor
        if kind not in self._compiled:
            self._compiled[kind] = self._compile(connection)
        sql, params, converters = self._compiled[kind]
        given = _LISTS[kind](ids)
        with connection.cursor() as cursor:
            cursor.execute(sql, [given if param is _IDS else param for param in params])
            rows: Sequence[Row] = cursor.fetchall()
        return _converted(rows, converters, connection) if converters else rows

    def _compile(self, connection: Any) -> _Compiled:
        compiler: Any = self.rows.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([column for column, _, _ in compiler.select])
        return _Compiled(sql, list(params), [(at, *converter) for at, converter in converters.items()])


def _converted(rows: Sequence[Row], converters: Sequence[Converter], connection: Any) -> Sequence[Row]:
    """The rows with those values made that the database has no type of its own for."""
    made = [list(row) for row in rows]
    for at, functions, expression in converters:
        for row in made:
            for function in functions:
                row[at] = function(row[at], expression, connection)
    return [tuple(row) for row in made]
