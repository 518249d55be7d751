"""Statements that cost little to make.

To compile a QuerySet costs about as much as to run it. Where the same one is run for every answer,
only with other ids, its SQL can be kept. To make a thousand instances costs more than to write a thousand rows.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.models import F
from django.db.models.lookups import Lookup
from django.db.models.query import get_related_populators

_Model = TypeVar("_Model", bound=models.Model)
Row = tuple[Any, ...]
Converter = tuple[int, Sequence[Callable[..., Any]], Any]  # the place in the row, functions, expression


class Among(Lookup):
    """Whether a column holds one of the ids that the statement is run with, under this name.

    All the ids are one parameter, so the SQL is the same however many they are.
    """

    prepare_rhs = False

    def __init__(self, column: str, name: str = "ids") -> None:
        super().__init__(F(column), _Ids(name))

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} {_AMONG['postgresql']}", [*params, self.rhs]

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} {_AMONG['sqlite']}", [*params, self.rhs]


class Is(Lookup):
    """Whether a column holds the one id that the statement is run with, under this name.

    PostgreSQL plans that otherwise than for some ids, of which it would expect ten.
    """

    prepare_rhs = False

    def __init__(self, column: str, name: str = "id") -> None:
        super().__init__(F(column), _Id(name))

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = %s", [*params, self.rhs]


class _Ids(str):
    """Stands among the parameters where ids go: their name."""

    __slots__ = ()


class _Id(str):
    """The same where one id goes."""

    __slots__ = ()


_AMONG = {"postgresql": "= ANY(%s)", "sqlite": "IN (SELECT value FROM json_each(%s))"}
_AMONG_QUERIED = {"postgresql": "= ANY(ARRAY({}))", "sqlite": "IN ({})"}


def _plain(kind: str, one: Any) -> Any:
    """An id as the database keeps it."""
    return str(one).replace("-", "") if kind == "sqlite" and not isinstance(one, int) else one


_AS_PARAMETER: Mapping[str, Callable[[Sequence[Any]], str]] = {
    "postgresql": lambda ids: f"{{{','.join(map(str, ids))}}}",
    "sqlite": lambda ids: json.dumps([_plain("sqlite", one) for one in ids]),
}


class _Compiled(NamedTuple):
    sql: str
    params: Sequence[Any]
    converters: Sequence[Converter]

    def params_with(self, ids: Mapping[str, Any], kind: str) -> list[Any]:
        params = []
        for param in self.params:
            if isinstance(param, _Ids):
                params.append(_AS_PARAMETER[kind]([one for one in ids[param] if one is not None]))
            else:
                params.append(_plain(kind, ids[param]) if isinstance(param, _Id) else param)
        return params


class Statement:
    """Reads the rows of a `values_list`, filtered by `Among` or `Is`."""

    def __init__(self, rows: models.QuerySet) -> None:
        self.rows = rows
        self._compiled: dict[str, _Compiled] = {}  # by the kind of database

    def read(self, **ids: Any) -> Sequence[Row]:
        """The rows with these ids: UUIDs, as such or as text, or integers; None stands for no row. One for `Is`, a
        collection for `Among`."""
        connection: Any = connections[self.rows.db]
        compiled = self._for(connection)
        return _run(connection, compiled.sql, compiled.params_with(ids, connection.vendor), compiled.converters)

    def read_queried(self, ids: models.QuerySet) -> Sequence[Row]:
        """The rows with the ids that a query gives."""
        connection: Any = connections[self.rows.db]
        compiled, kind = self._for(connection), connection.vendor
        try:
            query, query_params = ids.query.get_compiler(connection=connection).as_sql()
        except EmptyResultSet:
            return []
        sql = compiled.sql.replace(_AMONG[kind], _AMONG_QUERIED[kind].format(query))
        [at] = [at for at, param in enumerate(compiled.params) if isinstance(param, _Ids)]
        params = [*compiled.params[:at], *query_params, *compiled.params[at + 1 :]]
        return _run(connection, sql, params, compiled.converters)

    def _for(self, connection: Any) -> _Compiled:
        kind = connection.vendor
        if kind not in self._compiled:
            compiler: Any = _compiler_of(self.rows, connection)
            sql, params = compiler.as_sql()
            converters = compiler.get_converters([column for column, _, _ in compiler.select]).items()
            self._compiled[kind] = _Compiled(sql, params, [(at, *_quicker(*one)) for at, one in converters])
        return self._compiled[kind]


class Instances(Generic[_Model]):
    """Reads the instances of a QuerySet, filtered by `Among` or `Is`, with those that it selects along."""

    def __init__(self, rows: models.QuerySet[_Model]) -> None:
        self.rows = rows
        self._compiled: dict[str, tuple[_Compiled, Callable[[Row], _Model]]] = {}  # by the kind of database

    def read(self, **ids: Any) -> list[_Model]:
        """Those with these ids; see `Statement.read`."""
        connection: Any = connections[self.rows.db]
        if connection.vendor not in self._compiled:
            self._compiled[connection.vendor] = self._compile(connection)
        compiled, make = self._compiled[connection.vendor]
        params = compiled.params_with(ids, connection.vendor)
        return [make(row) for row in _run(connection, compiled.sql, params, compiled.converters)]

    def _compile(self, connection: Any) -> tuple[_Compiled, Callable[[Row], _Model]]:
        compiler: Any = _compiler_of(self.rows, connection)
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([column for column, _, _ in compiler.select]).items()
        # As `ModelIterable` makes them of a row.
        model, places = compiler.klass_info["model"], compiler.klass_info["select_fields"]
        own = slice(places[0], places[-1] + 1)
        names = [column.target.attname for column, _, _ in compiler.select[own]]
        along: Any = get_related_populators(compiler.klass_info, compiler.select, connection.alias)  # type: ignore[call-arg]

        def make(row: Row) -> _Model:
            made: _Model = model.from_db(connection.alias, names, row[own])
            for populator in along:
                populator.populate(row, made)
            return made

        return _Compiled(sql, params, [(at, *one) for at, one in converters]), make


def insert_alike(pattern: models.Model, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that are as `pattern` save for what each of `rows` tells: values by attribute (`batch_id`), of the
    same attributes in all. No column may hold JSON."""
    if not rows:
        return
    connection: Any = connections[type(pattern)._default_manager.db]
    fields = {field.attname: field for field in pattern._meta.concrete_fields}
    shared = {
        field.column: field.get_db_prep_save(field.pre_save(pattern, add=True), connection)
        for name, field in fields.items()
        if name not in rows[0]
    }
    told = [{fields[name].column: fields[name].get_db_prep_save(value, connection) for name, value in row.items()}
            for row in rows]  # fmt: skip
    table, own = connection.ops.quote_name(pattern._meta.db_table), list(told[0])
    columns = ", ".join(map(connection.ops.quote_name, [*shared, *own]))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            made = f"json_populate_recordset(json_populate_record(NULL::{table}, %s::json), %s::json)"
            as_json = [orjson.dumps(told_of).decode() for told_of in (shared, told)]
            statement = f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {made}"  # noqa: S608  # the model's names
            cursor.execute(statement, as_json)
        else:
            values = ", ".join([*["%s"] * len(shared), *(f"json_extract(value, '$.{column}')" for column in own)])
            statement = f"INSERT INTO {table} ({columns}) SELECT {values} FROM json_each(%s)"  # noqa: S608  # the model's names
            cursor.execute(statement, [*shared.values(), orjson.dumps(told).decode()])


def _compiler_of(rows: models.QuerySet, connection: Any) -> Any:
    """Of a query of its own: compiling changes one for a while, and another thread may be at it too."""
    return rows.query.chain().get_compiler(connection=connection)


def _run(connection: Any, sql: str, params: Sequence[Any], converters: Sequence[Converter]) -> Sequence[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: Sequence[Row] = cursor.fetchall()
    return _converted(rows, converters, connection) if converters else rows


def _quicker(functions: Sequence[Callable[..., Any]], expression: Any) -> tuple[Sequence[Callable[..., Any]], Any]:
    if isinstance(expression.output_field, models.JSONField):
        return [lambda text, *_: None if text is None else orjson.loads(text)], expression
    return functions, expression


def _converted(rows: Sequence[Row], converters: Sequence[Converter], connection: Any) -> Sequence[Row]:
    """The rows with those values made that the database has no type of its own for."""
    made = [list(row) for row in rows]
    for at, functions, expression in converters:
        for row in made:
            for function in functions:
                row[at] = function(row[at], expression, connection)
    return [tuple(row) for row in made]
