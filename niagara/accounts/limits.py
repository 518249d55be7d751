"""How many requests there may be in a minute: of one token to the API, from one address for tokens.

Counted is beside what the request does and before it, in a statement of its own that is over at once, so
that nobody waits for anybody's transaction. Neither Django's cache nor the libraries for this would do:
its backends in a database or in files read and then write, so that of many at once some go uncounted, one in
memory is each process's own, and any other is one more thing to run.

A minute begins with the first request after the one before ended. So exactly so many come through in it,
and at most twice as many in any sixty seconds.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from math import ceil
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

WINDOW = 60  # seconds
_FORGOTTEN_AFTER = 60 * WINDOW

# On PostgreSQL a migration makes the table, without a log: a crash forgets the counts, no request waits for a disk.
_COUNT = """
    INSERT INTO request_counts AS counted (key, began, number) VALUES (%s, %s, 1)
    ON CONFLICT (key) DO UPDATE SET
        number = CASE WHEN counted.began > %s THEN counted.number + 1 ELSE 1 END,
        began = CASE WHEN counted.began > %s THEN counted.began ELSE excluded.began END
    RETURNING began, number
"""
_FORGET = "DELETE FROM request_counts WHERE began < %s"


@dataclass(frozen=True)
class Limit:
    """So many requests a minute of each; 0: as many as come, and nobody counts."""

    name: str
    quota: int


@dataclass(frozen=True)
class Standing:
    """Where somebody stands after a request was counted."""

    limit: Limit
    number: int
    seconds_left: int

    @property
    def is_exceeded(self) -> bool:
        return self.number > self.limit.quota

    def tell(self, response: HttpResponseBase) -> None:
        """As draft-ietf-httpapi-ratelimit-headers writes it since its eighth version."""
        name, left = self.limit.name, max(self.limit.quota - self.number, 0)
        response["RateLimit-Policy"] = f'"{name}";q={self.limit.quota};w={WINDOW}'
        response["RateLimit"] = f'"{name}";r={left};t={self.seconds_left}'
        if self.is_exceeded:
            response["Retry-After"] = str(self.seconds_left)


def of_a_token() -> Limit:
    return Limit("token", settings.API_RATE_LIMIT)


def of_an_address() -> Limit:
    return Limit("address", settings.TOKEN_RATE_LIMIT)


def count(limit: Limit, value: str, *, at: datetime) -> Standing | None:
    """Count one more request of `value`; None where nothing is limited."""
    if not limit.quota:
        return None
    key, now = sha256(f"{limit.name}:{value}".encode(errors="replace")).hexdigest(), at.timestamp()
    execute = _beside_sqlite if connection.vendor == "sqlite" else _in_postgresql
    [(began, number)] = execute(_COUNT, [key, now, now - WINDOW, now - WINDOW])
    if number == 1:  # once a minute, not with each request
        execute(_FORGET, [now - _FORGOTTEN_AFTER])
    return Standing(limit, number, ceil(began + WINDOW - now))


def _in_postgresql(statement: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def _beside_sqlite(statement: str, values: Sequence[Any]) -> list[Any]:
    """In a file of its own: in the database, reading would wait for whoever writes."""
    path = f"{connection.settings_dict['NAME']}-requests"
    with closing(sqlite3.connect(path, timeout=20, isolation_level=None)) as file:
        file.execute("PRAGMA synchronous=OFF")
        file.execute("CREATE TABLE IF NOT EXISTS request_counts (key TEXT PRIMARY KEY, began REAL, number INTEGER)")
        return file.execute(statement.replace("%s", "?"), values).fetchall()


def address_of(request: HttpRequest) -> str:
    """Where a request comes from. Each proxy in front of us adds to X-Forwarded-For who asked it; what stands
    before those is what anybody may say, and without a proxy all of it."""
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    if 0 < settings.PROXIES <= len(forwarded) and (address := forwarded[-settings.PROXIES].strip()):
        return address
    return str(request.META.get("REMOTE_ADDR", ""))
