from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import orjson
import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.json import Jsonb, set_json_loads

from tests.bench.vendors.counting import Counting

given = "%s"
take_next = "FOR NO KEY UPDATE SKIP LOCKED"


def uuid(column: str) -> str:
    return f"{column}::text"


def time(column: str) -> str:
    return f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"""


def json(column: str) -> str:
    return column


def boolean(condition: str) -> str:
    return condition


def among(column: str) -> str:
    return f"{column} = ANY(%s::uuid[])"


def with_sums(*, columns: str, row: str, key: str, where: str, sums: str, rows: Sequence[tuple[str, str]]) -> str:
    (first, of), *more = rows
    joined = " ".join(f"JOIN {table} ON {condition}" for table, condition in more)
    summed = f"CROSS JOIN LATERAL (SELECT {sums} FROM {first} {joined} WHERE {of}) summed"
    return f"SELECT {columns}, summed.* FROM {row} {summed} WHERE {where}"


class Connection(Counting, psycopg.Connection): ...


def connect(url: str) -> Connection:
    connection = Connection.connect(url, autocommit=True)
    set_json_loads(orjson.loads, connection)
    return connection


def columns(connection: Connection, table: str) -> list[str]:
    names = """
        SELECT column_name FROM information_schema.columns
        WHERE table_name = %s AND table_schema = current_schema() AND is_generated = 'NEVER' ORDER BY ordinal_position
    """
    return [name for (name,) in connection.execute(names, [table])]


def value(read: Any) -> Any:
    return Jsonb(read) if isinstance(read, dict | list) else read


def many(table: str, columns: Sequence[str]) -> str:
    return f"COPY {table} ({', '.join(columns)}) FROM STDIN"


def write(
    connection: Connection,
    many: Iterable[tuple[str, Sequence[Sequence[Any]]]],
    single: Iterable[tuple[str, Sequence[Any]]],
) -> None:
    with connection.transaction():
        for copy, rows in many:
            with connection.cursor() as cursor, cursor.copy(copy) as into:
                for row in rows:
                    into.write_row(row)
        with connection.pipeline():
            for statement, values in single:
                connection.execute(statement, values)


@contextmanager
def unchecked(connection: Connection) -> Iterator[None]:
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        yield


def name(url: str) -> str:
    return str(conninfo_to_dict(url)["dbname"])


def where(url: str) -> str:
    parts = conninfo_to_dict(url)
    return f"{parts.get('host', 'localhost')}:{parts.get('port', 5432)}/{parts.get('dbname')}"


def create(url: str) -> None:
    try:
        with _elsewhere(url) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name(url)]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name(url))))
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise SystemExit(f"No PostgreSQL answers at {where(url)}; set BENCH_DATABASE_URL. ({reason})") from None


def settle(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def copy(url: str) -> str:
    made = f"{url.rpartition('/')[0]}/{name(url)}_copy"
    drop(made)
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
    with _elsewhere(url) as connection:
        connection.execute(statement.format(sql.Identifier(name(made)), sql.Identifier(name(url))))
    return made


def drop(url: str) -> None:
    with _elsewhere(url) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name(url))))


def _elsewhere(url: str) -> psycopg.Connection:
    return psycopg.connect(make_conninfo(url, dbname="postgres"), autocommit=True, connect_timeout=5)
