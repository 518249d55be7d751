import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import orjson

from tests.bench.vendors.counting import Counting

given = "?"
take_next = ""  # one writes at a time
# As niagara.settings has it, and Django.
_SETTINGS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
_TIMEOUT = 20


# A column's name says how its values are read, which is less work than functions of SQL are.


def uuid(column: str) -> str:
    return f'{column} AS "[uuid]"'


def time(column: str) -> str:
    return f'{column} AS "[instant]"'


def json(column: str) -> str:
    return f'{column} AS "[json]"'


def boolean(condition: str) -> str:
    return f'{condition} AS "[boolean]"'


def _read_uuid(stored: bytes) -> str:
    digits = stored.decode()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _read_time(stored: bytes) -> str:
    """Microseconds are left out where there are none."""
    day, _, hours = stored.decode().partition(" ")
    return f"{day}T{hours[:12]}Z" if "." in hours else f"{day}T{hours}.000Z"


# Django's own connections read by the types that columns are declared with; none has one of these.
sqlite3.register_converter("uuid", _read_uuid)
sqlite3.register_converter("instant", _read_time)
sqlite3.register_converter("json", orjson.loads)
sqlite3.register_converter("boolean", b"1".__eq__)


def among(column: str) -> str:
    return f"{column} IN (SELECT replace(value, '-', '') FROM json_each(?))"


def with_sums(*, columns: str, row: str, key: str, where: str, sums: str, rows: Sequence[tuple[str, str]]) -> str:
    joined = " ".join(f"LEFT JOIN {table} ON {condition}" for table, condition in rows)
    return f"SELECT {columns}, {sums} FROM {row} {joined} WHERE {where} GROUP BY {key}"


class Connection(Counting, sqlite3.Connection):
    def execute(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """A list is given as JSON."""
        given = [orjson.dumps(one).decode() if isinstance(one, list) else one for one in values]
        cursor: sqlite3.Cursor = super().execute(statement, given)
        return cursor


def connect(url: str) -> Connection:
    connection: Connection = sqlite3.connect(
        name(url), _TIMEOUT, sqlite3.PARSE_COLNAMES, isolation_level=None, factory=Connection
    )
    connection.executescript(_SETTINGS)
    return connection


def columns(connection: Connection, table: str) -> list[str]:
    names = "SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0 ORDER BY cid"
    return [name for (name,) in connection.execute(names, [table])]


def value(read: Any) -> Any:
    return read


def many(table: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


def write(
    connection: Connection,
    many: Iterable[tuple[str, Sequence[Sequence[Any]]]],
    single: Iterable[tuple[str, Sequence[Any]]],
) -> None:
    with _transaction(connection):
        # These first: what is missing when a row comes that refers to it is looked for with each row from then on.
        for statement, values in single:
            connection.execute(statement, values)
        for insert, rows in many:
            connection.executemany(insert, rows)


@contextmanager
def unchecked(connection: Connection) -> Iterator[None]:
    connection.execute("PRAGMA foreign_keys=OFF")
    with _transaction(connection):
        yield
    connection.execute("PRAGMA foreign_keys=ON")


@contextmanager
def _transaction(connection: Connection) -> Iterator[None]:
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


def name(url: str) -> str:
    return url.removeprefix("sqlite:///")


def where(url: str) -> str:
    return name(url)


def create(url: str) -> None:
    Path(name(url)).parent.mkdir(exist_ok=True)


def settle(url: str) -> None:
    """Nothing."""


def copy(url: str) -> str:
    made = url.replace(".sqlite3", "_copy.sqlite3")
    drop(made)
    with closing(connect(url)) as original, closing(sqlite3.connect(name(made))) as copied:
        original.backup(copied)
    return made


def drop(url: str) -> None:
    """With what SQLite and the product keep beside it."""
    for path in Path(name(url)).parent.glob(f"{Path(name(url)).name}*"):
        path.unlink()
