"""A dump that is restored into an empty database gives the same answers, as the README says it is done."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from batches.operations.recounting import differences
from tests.clients import Api, ApiFactory
from tests.factories import make_floor, make_user
from tests.rows import all_rows
from tests.walks.conftest import World, make_world
from tests.walks.routes import operations

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="is about the tools of PostgreSQL"),
]


def answers(client: Api, world: World) -> dict[str, bytes]:
    """What the API answers to everything that can be asked for."""
    asked = [one for one in operations() if one.method == "GET"]
    found = {str(one): client.get(one.address(world.ids_of(one))) for one in asked}
    assert {name for name, response in found.items() if response.status_code != 200} == set()
    return {name: response.content for name, response in found.items()}


def database(name: str) -> str:
    kept = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    given = {key: connection.settings_dict[setting] for key, setting in kept.items()}
    return make_conninfo(dbname=name, **{key: value for key, value in given.items() if value})


def run(*command: str | Path) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=120)


@contextmanager
def restored(dump: Path) -> Iterator[None]:
    """Everything that asks the database asks the one restored from this dump."""
    name = connection.settings_dict["NAME"]
    other = f"{name}_restored"
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(f'DROP DATABASE IF EXISTS "{other}"')
        cursor.execute(f'CREATE DATABASE "{other}"')
    try:
        run("pg_restore", "--no-owner", f"--dbname={database(other)}", dump)
        connection.close()
        connection.settings_dict["NAME"] = other
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
        with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(f'DROP DATABASE "{other}"')


def test_what_is_restored_answers_the_same(api: ApiFactory, tmp_path: Path) -> None:
    floor = make_floor()
    world = make_world(floor, make_user(floor.organization, "Technician", "Tom Baker"))
    client, dump = api(floor.manager), tmp_path / "niagara.dump"
    before, rows = answers(client, world), all_rows()
    run("pg_dump", "--format=custom", f"--file={dump}", f"--dbname={database(connection.settings_dict['NAME'])}")
    floor.make_batch(3)  # after the dump

    with restored(dump):
        assert answers(client, world) == before
        assert all_rows() == rows
        assert list(differences()) == []
