"""The databases of the benchmark, one for each size of the demo: made and filled once, then used again."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

ROOT = Path(__file__).parents[2]
DEFAULT_URL = "postgres://postgres@127.0.0.1:5432/niagara_bench_{size}"


def url_of(size: str) -> str:
    return os.environ.get("BENCH_DATABASE_URL", DEFAULT_URL).format(size=size)


def prepare(size: str) -> str:
    """The address of the database with the demo of this size in it. Ends the run if there is no PostgreSQL."""
    url = url_of(size)
    try:
        _create(url)
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise SystemExit(f"No PostgreSQL answers at {_where(url)}; set BENCH_DATABASE_URL. ({reason})") from None
    _manage(url, "migrate", "--verbosity", "0")
    with psycopg.connect(url) as connection:
        [(is_empty,)] = connection.execute("SELECT NOT EXISTS (SELECT FROM batches_batch)").fetchall()
    if is_empty:
        print(f"Loading the {size} demo into {_where(url)}, once.", flush=True)
        _manage(url, "demo", "--size", size)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
    return url


class Databases:
    """Which of the databases Django works on, here and in the threads and processes that are started."""

    def __init__(self, sizes: list[str]) -> None:
        self.sizes = sizes
        self._urls = {size: prepare(size) for size in sizes}
        self._open: dict[str, Any] = {}
        os.environ["DATABASE_URL"] = self._urls[sizes[0]]

    @property
    def largest(self) -> str:
        return self.sizes[-1]

    def url(self, size: str) -> str:
        return self._urls[size]

    def use(self, size: str) -> None:
        from django.db import connections

        os.environ["DATABASE_URL"] = self._urls[size]
        connections.settings["default"]["NAME"] = conninfo_to_dict(self._urls[size])["dbname"]  # for other threads
        if size not in self._open:
            made = self._open[size] = connections.create_connection("default")
            made.settings_dict = {**made.settings_dict}
        connections["default"] = self._open[size]

    @contextmanager
    def copied(self) -> Iterator[str]:
        """A copy of the largest, to write in; it is gone afterwards. Gives its address."""
        original, size = self._urls[self.largest], f"copy of {self.largest}"
        template = str(conninfo_to_dict(original)["dbname"])
        name = f"{template}_copy"
        for one in self._open.values():
            one.close()
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        with _elsewhere(original) as connection:
            connection.execute(drop)
            connection.execute(copy.format(sql.Identifier(name), sql.Identifier(template)))
        url = self._urls[size] = f"{original.rpartition('/')[0]}/{name}"
        try:
            self.use(size)
            yield url
        finally:
            self._open.pop(size).close()
            self.use(self.sizes[0])
            with _elsewhere(original) as connection:
                connection.execute(drop)


def _elsewhere(url: str) -> psycopg.Connection:
    return psycopg.connect(make_conninfo(url, dbname="postgres"), autocommit=True, connect_timeout=5)


def _create(url: str) -> None:
    name = str(conninfo_to_dict(url)["dbname"])
    with _elsewhere(url) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def _manage(url: str, *command: str) -> None:
    """A command of the product; DEBUG, which the demo asks for, stays in that process."""
    environment = {**os.environ, "DATABASE_URL": url, "DEBUG": "true", "DJANGO_SETTINGS_MODULE": "niagara.settings"}
    done = subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        raise SystemExit(f"manage.py {command[0]} failed.")


def _where(url: str) -> str:
    given = conninfo_to_dict(url)
    return f"{given.get('host', 'localhost')}:{given.get('port', 5432)}/{given.get('dbname')}"
