"""Pages of managers: what they take beside their SQL alone, which is the floor, and how big they are. `part` is what
the page fetches anew every few seconds, `unchanged` the same when nothing happened. Rows are made for the purpose, save
for what is measured on the demo that is in the database."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client, override_settings

from niagara.accounts.models import User
from tests.bench.cases.screens import board, dashboard, work_order
from tests.bench.database import Databases
from tests.bench.harness import Goal, Result, Way
from tests.bench.harness import measure as measure_ways
from tests.bench.product import MANAGER, queries_of
from tests.factories import make_floor

ROUNDS = {"dashboard": 7, "dashboard-demo": 7}
PLAIN_STATIC = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
PART = {"HX-Request": "true"}
# case → what makes the rows on a new floor, and says the address of the page
CASES = {"board": board.make_rows, "work-order": work_order.make_rows, "dashboard": dashboard.make_rows}
ON_THE_DEMO = {"dashboard-demo": "/dashboard?days=90"}


@dataclass
class Replay:
    """The statements of an answer, run again with nothing around them."""

    answer: Callable[[], bytes]
    statements: list[tuple[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if sql.startswith("SELECT"):
                self.statements.append((sql, params))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            self.answer()

    def __call__(self) -> bytes:
        with connection.cursor() as cursor:
            for sql, params in self.statements:
                cursor.execute(sql, params)
                cursor.fetchall()
        return b""


def run(case: str, databases: Databases) -> Result:
    """Leaves nothing behind in the database."""
    databases.use(databases.largest if case in ON_THE_DEMO else databases.sizes[0])
    with transaction.atomic(), override_settings(STORAGES=PLAIN_STATIC):
        cache.clear()
        user, address = _prepare(case)
        client = Client()
        client.force_login(user)
        known = {"If-None-Match": ""}

        def get(**headers: str) -> bytes:
            response = client.get(address, headers=headers)
            known["If-None-Match"] = response["ETag"]
            if response.status_code not in (200, 304):
                raise SystemExit(f"{address} answered {response.status_code}.")
            return response.content  # type: ignore[no-any-return]

        def page() -> bytes:
            return get()

        def part() -> bytes:
            return get(**PART)

        def unchanged() -> bytes:
            return get(**PART, **known)

        page()
        floor_of_page = Replay(page)
        answers = (page, part, unchanged)
        ways = [Way(way.__name__, way, lambda way=way: queries_of(way)) for way in answers]  # type: ignore[misc]
        ways.append(Way("floor", floor_of_page, lambda: len(floor_of_page.statements)))
        figures = measure_ways(ways, ROUNDS.get(case, 30))
        transaction.set_rollback(True)
    return Result(f"{case}-page", figures, [Goal("page", "floor", at_most=3)])


def _prepare(case: str) -> tuple[User, str]:
    """Who looks, and at what."""
    if case in ON_THE_DEMO:
        return User.objects.get(email=MANAGER), ON_THE_DEMO[case]
    floor = make_floor(f"Bench of the {case}")
    address = CASES[case](floor)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return floor.manager, address
