"""Django's SQLite backend, with percentiles, and which fills an INSERT up to the limit of the SQLite that runs.

Django 5.2 stops at 999 values, the limit of SQLite before 3.32: creating 1,000 cycles would take
18 statements instead of one. Django 6 asks SQLite as this does.
"""

import sqlite3
from typing import Any

from django.db.backends.sqlite3 import base, features

from niagara.sqlite.percentiles import NAME, Percentiles


class DatabaseFeatures(features.DatabaseFeatures):
    @property
    def max_query_params(self) -> int:  # type: ignore[override]
        self.connection.ensure_connection()
        connection: Any = self.connection.connection
        limit: int = connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
        return limit


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures

    def get_new_connection(self, conn_params: Any) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.create_aggregate(NAME, 2, Percentiles)
        return connection
