"""Writing very many rows."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import orjson
from django.db import connection, models


def write(rows: Sequence[models.Model]) -> None:
    """Insert rows of one model; with COPY where the database has it, in less than half the time."""
    if not rows:
        return
    model = type(rows[0])
    if connection.vendor != "postgresql":
        model._default_manager.bulk_create(rows, batch_size=1000)
        return
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    table = connection.ops.quote_name(model._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    values = attrgetter(*(field.attname for field in fields))
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([_prepared(value) for value in values(row)])


def _prepared(value: Any) -> Any:
    """The value as COPY takes it: objects of JSON as text."""
    return orjson.dumps(value).decode() if isinstance(value, dict | list) else value
