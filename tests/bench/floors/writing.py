"""The least work that writes what the product wrote: the same rows, in one transaction.

What the product writes is found by looking before and after. It is taken back, and the floor writes it again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from psycopg import Connection, sql
from psycopg.types.json import Jsonb

from tests.bench.floors.people import asking

_BATCHES = "SELECT id FROM batches_batch WHERE work_order_id = %(work_order)s"
_CYCLES = "SELECT id FROM batches_cycle WHERE work_order_id = %(work_order)s"
_GROUPS = "SELECT id FROM batches_batchgroup WHERE work_order_id = %(work_order)s"
_CONTEXTS = "SELECT context_id FROM batches_cycle WHERE work_order_id = %(work_order)s"
# Table → which of its rows belong to a work order. What others refer to is first.
_ROWS = {
    "workorders_workorder": "id = %(work_order)s",
    "batches_batchgroup": "work_order_id = %(work_order)s",
    "batches_batch": "work_order_id = %(work_order)s",
    "workorders_context": f"id IN ({_CONTEXTS})",
    "batches_cycle": "work_order_id = %(work_order)s",
    "records_relation": f"target_id IN ({_BATCHES})",
    "batches_steprun": f"cycle_id IN ({_CYCLES})",
    "webhooks_event": f"subject_id IN ({_GROUPS})",
    "accounts_historyentry": f"""entity_id IN (
        SELECT id::text FROM ({_BATCHES} UNION ALL {_CYCLES} UNION ALL {_GROUPS} UNION ALL {_CONTEXTS}) AS of_it
        UNION ALL SELECT %(work_order)s::text)""",
}
_COLUMNS = """
SELECT column_name FROM information_schema.columns
WHERE table_name = %s AND table_schema = current_schema() AND is_generated = 'NEVER' ORDER BY ordinal_position"""

Rows = Mapping[str, Mapping[Any, Mapping[str, Any]]]  # table → id → column → value


def look(connection: Connection, work_order: Any) -> Rows:
    """All that a work order has."""
    found = {}
    for table, condition in _ROWS.items():
        columns = [name for (name,) in connection.execute(_COLUMNS, [table])]
        at = columns.index("id")
        rows = connection.execute(
            sql.SQL("SELECT {} FROM {} WHERE ").format(_names(columns), sql.Identifier(table)) + sql.SQL(condition),  # type: ignore[arg-type]
            {"work_order": work_order},
        )
        found[table] = {row[at]: dict(zip(columns, row, strict=True)) for row in rows}
    return found


@dataclass(frozen=True)
class Written:
    """What is in the second look and was not in the first."""

    before: Rows
    after: Rows

    def _new(self) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
        for table, rows in self.after.items():
            new = [row for row_id, row in rows.items() if row_id not in self.before[table]]
            if new:
                yield table, new

    def _changed(self, to: Rows) -> Iterator[tuple[str, dict[str, Any], Any]]:
        """Table, columns with the values they shall have, id."""
        for table, rows in self.after.items():
            for row_id in rows.keys() & self.before[table].keys():
                old, new = self.before[table][row_id], rows[row_id]
                names = [name for name in new if new[name] != old[name]]
                if names:
                    yield table, {name: to[table][row_id][name] for name in names}, row_id

    def take_back(self, connection: Connection) -> None:
        with connection.transaction():
            # Else each row that goes is looked for in all tables that might refer to it.
            connection.execute("SET LOCAL session_replication_role = replica")
            for statement, values in self._updates(self.before):
                connection.execute(statement, values)
            for table, rows in reversed(list(self._new())):
                delete = sql.SQL("DELETE FROM {} WHERE id = ANY(%s)").format(sql.Identifier(table))
                connection.execute(delete, [[row["id"] for row in rows]])

    def prepared(self, connection: Connection, token: str, *asked: str) -> Any:
        """What writes it again when it is called, for who has this token."""
        many, single = [], list(self._updates(self.after))
        for table, rows in self._new():
            columns = list(rows[0])
            into = sql.SQL("{} ({})").format(sql.Identifier(table), _names(columns))
            if len(rows) > 1:
                many.append((sql.SQL("COPY {} FROM STDIN").format(into), [_values(row) for row in rows]))
            else:
                values = sql.SQL(", ").join([sql.Placeholder()] * len(columns))
                insert = sql.SQL("INSERT INTO {} VALUES ({})").format(into, values)
                single.append((insert, _values(rows[0])))

        def write() -> None:
            asking(connection, token, *asked)
            with connection.transaction():
                for copy, rows in many:
                    with connection.cursor() as cursor, cursor.copy(copy) as into:
                        for row in rows:
                            into.write_row(row)
                with connection.pipeline():
                    for statement, values in single:
                        connection.execute(statement, values)

        return write

    def _updates(self, to: Rows) -> Iterator[tuple[sql.Composed, list[Any]]]:
        for table, values, row_id in self._changed(to):
            sets = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in values)
            update = sql.SQL("UPDATE {} SET {} WHERE id = %s").format(sql.Identifier(table), sets)
            yield update, [*_values(values), row_id]


def _names(columns: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _values(row: Mapping[str, Any]) -> list[Any]:
    return [Jsonb(value) if isinstance(value, dict | list) else value for value in row.values()]
