"""The driver as it comes, counting what it is asked."""

from typing import Any

import orjson
from psycopg import Connection
from psycopg.types.json import set_json_loads


class FloorConnection(Connection):
    asked = 0

    def execute(self, *args: Any, **kwargs: Any) -> Any:
        self.asked += 1
        return super().execute(*args, **kwargs)

    def queries_of(self, answer: Any) -> int:
        before = self.asked
        answer()
        return self.asked - before


def connect(conninfo: str = "", **parameters: Any) -> FloorConnection:
    connection = FloorConnection.connect(conninfo, autocommit=True, **parameters)
    set_json_loads(orjson.loads, connection)
    return connection
