"""The database of the benchmark: made and filled once, then used again."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

ROOT = Path(__file__).parents[2]
DEFAULT_URL = "postgres://postgres@127.0.0.1:5432/niagara_bench"


def prepare(size: str | None = "medium") -> str:
    """The address of the database, with the demo of this size in it, if any. Ends the run if there is no
    PostgreSQL."""
    url = os.environ.get("BENCH_DATABASE_URL", DEFAULT_URL)
    try:
        _create(url)
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise SystemExit(f"No PostgreSQL answers at {_where(url)}; set BENCH_DATABASE_URL. ({reason})") from None
    _manage(url, "migrate", "--verbosity", "0")
    with psycopg.connect(url) as connection:
        [(is_empty,)] = connection.execute("SELECT NOT EXISTS (SELECT FROM batches_batch)").fetchall()
    if is_empty and size:
        print(f"Loading the {size} demo into {_where(url)}, once.", flush=True)
        _manage(url, "demo", "--size", size)
    return url


def _create(url: str) -> None:
    given = conninfo_to_dict(url)
    elsewhere = make_conninfo(**{**given, "dbname": "postgres"})
    with psycopg.connect(elsewhere, autocommit=True, connect_timeout=5) as connection:
        name = given["dbname"]
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(str(name))))


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
