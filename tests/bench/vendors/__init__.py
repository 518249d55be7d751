"""PostgreSQL and SQLite: all that the benchmark tells apart between them. A process has one of them, as Django has."""

import os
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from tests.bench.vendors import postgresql, sqlite


class Vendor(Protocol):
    # Its SQL

    given: str  # stands for a value

    def uuid(self, column: str) -> str:
        """Comes as text with dashes."""

    def time(self, column: str) -> str:
        """Comes as text in UTC with milliseconds."""

    def json(self, column: str) -> str:
        """Comes parsed."""

    def boolean(self, condition: str) -> str: ...

    def among(self, column: str) -> str:
        """Is one of the UUIDs of a list that is given."""

    def with_sums(
        self, *, columns: str, row: str, key: str, where: str, sums: str, rows: Sequence[tuple[str, str]]
    ) -> str:
        """SELECT … WHERE …: columns of a row, which its key tells from others, and sums over the rows of it: those
        of tables, each of which comes with what ties it to what was named before."""

    take_next: str  # what else a statement says that takes the next row while others do

    # Its driver

    def connect(self, url: str) -> Any:
        """A connection as it comes, each statement a transaction of its own, save that it counts what it is asked:
        `queries_of(answer)`."""

    def columns(self, connection: Any, table: str) -> list[str]:
        """The names of those that can be written."""

    def value(self, read: Any) -> Any:
        """What to write so that a column comes to hold what was read there."""

    def many(self, table: str, columns: Sequence[str]) -> str:
        """The statement that `write` takes for many rows of a table."""

    def write(
        self,
        connection: Any,
        many: Iterable[tuple[str, Sequence[Sequence[Any]]]],
        single: Iterable[tuple[str, Sequence[Any]]],
    ) -> None:
        """In one transaction: statements with many rows each, and such with the values of one."""

    def unchecked(self, connection: Any) -> AbstractContextManager[Any]:
        """A transaction in which nobody looks whether rows that go are referred to."""

    # Its databases

    def name(self, url: str) -> str:
        """As Django's settings have it."""

    def where(self, url: str) -> str:
        """For people."""

    def create(self, url: str) -> None:
        """Unless it is there. Ends the run if nobody answers."""

    def settle(self, url: str) -> None:
        """What the database does by itself some time after many rows came."""

    def copy(self, url: str) -> str:
        """To another database, whose address is returned. Nobody may be connected."""

    def drop(self, url: str) -> None: ...


vendor: Vendor = sqlite if os.environ.get("DATABASE_URL", "sqlite").startswith("sqlite") else postgresql
