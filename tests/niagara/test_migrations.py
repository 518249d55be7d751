"""While a migration runs and after it, web processes of the version before go on reading and writing."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django_migration_linter import MigrationLinter

# What drops, renames or requires something, and is there all the same → why.
ALLOWED = dict.fromkeys(
    (
        ("batches", "0002_contexts_and_reasons"),
        ("batches", "0004_holding_and_closing"),
        ("batches", "0005_traces"),
        ("workorders", "0004_holding_and_closing"),
    ),
    "nobody ran a version before it",
)


def ours() -> list[tuple[str, str]]:
    packages = {one.label: one.name.partition(".")[0] for one in apps.get_app_configs()}
    found = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    return sorted(one for one in found if (settings.BASE_DIR / packages[one[0]]).is_dir())


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite makes a table anew to change it")
@pytest.mark.django_db
@pytest.mark.parametrize(("app", "name"), ours())
def test_the_version_before_goes_on_working(app: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    linter = MigrationLinter()

    linter.lint_migration(linter.migration_loader.disk_migrations[app, name])

    assert linter.has_errors == ((app, name) in ALLOWED), capsys.readouterr().out
