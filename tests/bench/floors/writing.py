"""The least work that writes what the product wrote: the same rows, in one transaction.

What the product writes is found by looking before and after. It is taken back, and the floor writes it again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.bench.floors.people import asking
from tests.bench.vendors import vendor

_BATCHES = "SELECT id FROM batches_batch WHERE work_order_id = {id}"
_CYCLES = "SELECT id FROM batches_cycle WHERE work_order_id = {id}"
_GROUPS = "SELECT id FROM batches_batchgroup WHERE work_order_id = {id}"
_CONTEXTS = "SELECT context_id FROM batches_cycle WHERE work_order_id = {id}"
# Table → which of its rows belong to a work order. What others refer to is first.
_ROWS = {
    "workorders_workorder": "id = {id}",
    "batches_batchgroup": "work_order_id = {id}",
    "batches_batch": "work_order_id = {id}",
    "workorders_context": f"id IN ({_CONTEXTS})",
    "batches_cycle": "work_order_id = {id}",
    "records_relation": f"target_id IN ({_BATCHES})",
    "batches_steprun": f"cycle_id IN ({_CYCLES})",
    "webhooks_event": f"subject_id IN ({_GROUPS})",
    "accounts_historyentry": "organization_id = (SELECT organization_id FROM workorders_workorder WHERE id = {id})",
}
Rows = Mapping[str, Mapping[Any, Mapping[str, Any]]]  # table → id → column → value


def look(connection: Any, work_order: UUID) -> Rows:
    """All that a work order has, and the history of its organization."""
    found = {}
    for table, condition in _ROWS.items():
        columns = vendor.columns(connection, table)
        at = columns.index("id")
        of_it = condition.format(id=f"'{work_order.hex}'")  # both take a UUID for what it is without dashes
        rows = connection.execute(f"SELECT {', '.join(_quoted(columns))} FROM {table} WHERE {of_it}")
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

    def take_back(self, connection: Any) -> None:
        with vendor.unchecked(connection):
            for statement, values in self._updates(self.before):
                connection.execute(statement, values)
            for table, rows in reversed(list(self._new())):
                delete = f"DELETE FROM {table} WHERE id = {vendor.given}"
                connection.cursor().executemany(delete, [[row["id"]] for row in rows])

    def prepared(self, connection: Any, token: str, *asked: str) -> Callable[[], None]:
        """What writes it again when it is called, for who has this token."""
        many, single = [], list(self._updates(self.after))
        for table, rows in self._new():
            columns = _quoted(rows[0])
            if len(rows) > 1:
                many.append((vendor.many(table, columns), [_values(row) for row in rows]))
            else:
                given = [vendor.given] * len(columns)
                insert = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(given)})"
                single.append((insert, _values(rows[0])))

        def write() -> None:
            asking(connection, token, *asked)
            vendor.write(connection, many, single)

        return write

    def _updates(self, to: Rows) -> Iterator[tuple[str, list[Any]]]:
        for table, values, row_id in self._changed(to):
            sets = ", ".join(f'"{name}" = {vendor.given}' for name in values)
            yield f"UPDATE {table} SET {sets} WHERE id = {vendor.given}", [*_values(values), row_id]


def _quoted(columns: Iterable[str]) -> list[str]:
    return [f'"{name}"' for name in columns]


def _values(row: Mapping[str, Any]) -> list[Any]:
    return [vendor.value(value) for value in row.values()]
