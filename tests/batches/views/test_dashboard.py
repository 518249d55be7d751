import csv
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import StringIO
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from batches.models import FAILED, Block, Cycle, StepRun
from batches.views.tables import Cell, Table
from niagara import clock
from niagara.accounts.models import User
from niagara.directory.models import IN_FLIGHT, Category, Location
from tests.batches.views.history import fill, moment
from tests.factories import Floor, grant_only, make_user
from workorders.models import WorkOrder

KEYS = ("throughput", "first_pass", "steps", "failures", "blocks", "ages", "due")

# Twelve days in which the clocks of these places are set back or forward, or which begin at another date there.
PLACES = [
    ("UTC", "2026-03-20T12:00"),
    ("Europe/Berlin", "2026-04-02T01:30"),
    ("America/New_York", "2026-11-06T03:00"),
    ("America/Santiago", "2026-09-10T02:00"),
    ("Asia/Kathmandu", "2026-05-05T18:20"),
]


in_all_places = pytest.mark.parametrize("now", PLACES, ids=[name for name, _ in PLACES], indirect=True)


@pytest.fixture
def now(request: Any, floor: Floor, tom: User, monkeypatch: pytest.MonkeyPatch) -> datetime:
    name, text = getattr(request, "param", PLACES[1])
    at = moment(text)
    floor.manager.time_zone = name
    floor.manager.save()
    fill(floor, tom, until=at)
    for days, order in enumerate(WorkOrder.objects.order_by("pk")):
        due = at + timedelta(hours=20 * days - 30)
        WorkOrder.objects.filter(pk=order.pk).update(begin_date=due, due_date=due)
    monkeypatch.setattr("niagara.screens.pages.now", lambda: at)
    monkeypatch.setattr(clock, "now", lambda: at)
    return at


@pytest.fixture
def marias(floor: Floor, client: Client) -> Client:
    client.force_login(floor.manager)
    return client


def tables(client: Client, **asked: Any) -> dict[str, Table]:
    context = client.get("/dashboard", asked).context
    return {key: getattr(context["floor" if key in KEYS[-2:] else "figures"], key) for key in KEYS}


def cells(all_tables: dict[str, Table]) -> Iterator[Cell]:
    for table in all_tables.values():
        for line in table.lines:
            yield from line.cells


@in_all_places
def test_each_mark_leads_to_as_many_rows_as_it_says(marias: Client, now: datetime, floor: Floor) -> None:
    """Whatever the days and the place."""
    seen = 0
    here = Location.objects.get(pk=floor.location.pk)
    for asked in ({"days": 7}, {"since": "2020-01-01"}, {"days": 7, "location": here.pk}):
        for cell in cells(tables(marias, **asked)):
            if cell.address:
                page = marias.get(cell.address).context["page"]
                assert getattr(page, "paginator", page).count == cell.text, cell
                seen += 1
    assert seen > 100


@in_all_places
def test_the_figures_are_those_of_the_rows(marias: Client, now: datetime, floor: Floor) -> None:
    zone = ZoneInfo(floor.manager.time_zone)
    shown = tables(marias, days=7)

    def in_days(at: datetime | None) -> bool:
        last = now.astimezone(zone).date()
        return at is not None and last - timedelta(days=6) <= at.astimezone(zone).date() <= last

    ended = [cycle for cycle in Cycle.objects.all() if in_days(cycle.ended_at)]
    done = [cycle for cycle in ended if cycle.category == Category.COMPLETE]
    failed = [cycle for cycle in ended if cycle.status == FAILED]
    runs = [run for run in StepRun.objects.all() if in_days(run.at)]
    blocks = [block for block in Block.objects.all() if in_days(block.at)]

    by_day = Counter(cycle.ended_at.astimezone(zone).date() for cycle in done if cycle.ended_at)
    assert [line.cells[-1].text for line in shown["throughput"].lines] == [
        by_day[day] for day in sorted(now.astimezone(zone).date() - timedelta(days=ago) for ago in range(7))
    ]
    assert sum(len(line.cells) for line in shown["throughput"].lines) == 7 * 8
    for line in shown["throughput"].lines:
        assert sum(int(cell.text) for cell in line.cells[:-1]) == line.cells[-1].text

    first_done = [cycle for cycle in done if not cycle.is_retry]
    again = {cycle.pk for cycle in first_done if cycle.stepruns.filter(failed=True).exists()}
    first_failed = [cycle for cycle in failed if not cycle.is_retry]
    right = len(first_done) - len(again)
    whole = right + len(again) + len(first_failed)
    assert [cell.text for cell in shown["first_pass"].lines[-1].cells] == [
        right, len(again), len(first_failed), f"{100 * right / whole:.1f} %"
    ]  # fmt: skip

    assert {line.name: line.part for line in shown["failures"].lines} == Counter(one.reason for one in failed)
    assert {line.name: line.part for line in shown["blocks"].lines} == Counter(one.reason for one in blocks)
    for key in ("failures", "blocks"):
        parts = [line.part for line in shown[key].lines]
        assert parts == sorted(parts, reverse=True)

    for line, step in zip(shown["steps"].lines, ("unpack", "polish"), strict=True):
        times = sorted(run.seconds for run in runs if run.step == step)
        median, most = times[ceil(len(times) * 0.5) - 1], times[ceil(len(times) * 9 / 10) - 1]
        told = [_seconds(str(cell.text)) for cell in line.cells[1:3]]
        assert told == [median, most]
        assert line.cells[3].text == len(times)

    in_flight = [cycle for cycle in Cycle.objects.all() if cycle.category in IN_FLIGHT]
    assert sum(line.part for line in shown["ages"].lines) == len(in_flight)
    young = [one for one in in_flight if one.started_at and now - one.started_at < timedelta(hours=8)]
    assert sum(line.part for line in shown["ages"].lines[:2]) == len(young)

    due: Counter[Any] = Counter()
    for order in WorkOrder.objects.all():
        due["Late" if order.due_date < now else order.due_date.astimezone(zone).date()] += 1
    days = [now.astimezone(zone).date() + timedelta(days=ahead) for ahead in range(7)]
    assert [line.cells[0].text for line in shown["due"].lines] == [due[key] for key in ("Late", *days)]


def _seconds(told: str) -> int:
    hours, minutes, seconds = map(int, told.split(":"))
    return (hours * 60 + minutes) * 60 + seconds


def test_a_spreadsheet_gets_the_numbers_that_are_shown(marias: Client, now: datetime) -> None:
    for table in tables(marias, days=7).values():
        response = marias.get("/dashboard.csv", {"table": table.key, "days": 7})
        assert response.streaming
        assert response["Content-Disposition"].startswith(f'attachment; filename="{table.key}-2026-')
        rows = list(csv.reader(StringIO(b"".join(response).decode())))

        assert rows[0] == list(table.columns)
        shown = [[line.name, *(str(cell.text) for cell in line.cells)] for line in table.lines]
        assert [[value.removeprefix("'") for value in row] for row in rows[1:]] == shown


def test_no_word_is_a_formula_in_a_spreadsheet(marias: Client, now: datetime) -> None:
    sheet = b"".join(marias.get("/dashboard.csv", {"table": "blocks", "days": 7})).decode()

    assert "'=1+1" in sheet
    assert not re.search(r"(^|,)=", sheet, re.MULTILINE)


def test_there_is_no_other_table(marias: Client) -> None:
    assert marias.get("/dashboard.csv", {"table": "span"}).status_code == 404


def test_nothing_yet_is_said_with_what_to_do(marias: Client) -> None:
    page = marias.get("/dashboard").content.decode()

    assert "No cycle was completed in these days. Choose other days, or another location." in page
    assert "No cycle is in flight. Whoever starts one is seen here." in page


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ({}, "2026-03-02", "2026-03-02"),
        ({"days": "30"}, "2026-02-01", "2026-03-02"),
        ({"days": "5"}, "2026-03-02", "2026-03-02"),
        ({"since": "2026-02-10", "until": "2026-02-20", "days": "7"}, "2026-02-10", "2026-02-20"),
        ({"since": "2026-02-20", "until": "2026-02-10"}, "2026-02-10", "2026-02-20"),
        ({"since": "2026-02-20"}, "2026-02-20", "2026-03-02"),
        ({"until": "2026-02-20"}, "2026-02-20", "2026-02-20"),
        ({"since": "2001-01-01"}, "2025-03-02", "2026-03-02"),
        ({"since": "9999-12-31", "until": "0001-01-01"}, "2026-03-02", "2026-03-02"),
    ],
)
def test_the_days_that_are_asked_for(
    asked: dict[str, str], first: str, last: str, marias: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("niagara.screens.pages.now", lambda: moment("2026-03-02T12:00"))

    span = marias.get("/dashboard", asked).context["span"]

    assert (span.first, span.last) == (date.fromisoformat(first), date.fromisoformat(last))


def test_who_does_not_oversee_all_has_no_dashboard(floor: Floor, tom: User, client: Client) -> None:
    client.force_login(tom)

    assert client.get("/dashboard").status_code == 403
    assert "/dashboard" not in client.get("/cycles").content.decode()


def test_nothing_is_counted_that_one_may_not_see(floor: Floor, tom: User, client: Client) -> None:
    """Neither cycles elsewhere nor what happened to them."""
    fill(floor, tom, until=clock.now())
    viewer = make_user(floor.organization, None)
    grant_only(viewer, "work-order:all", match_location=True)
    client.force_login(viewer)

    assert not any(cell.address for cell in cells(tables(client, days=30)))


def test_it_costs_the_same_for_little_and_for_much(marias: Client, floor: Floor, tom: User) -> None:
    costs = []
    for days in (1, 40):
        fill(floor, tom, until=clock.now(), days=days, seed=days)
        for address in ("/dashboard?days=30", "/cycles?shown=all"):
            with CaptureQueriesContext(connection) as queries:
                assert marias.get(address).status_code == 200
            costs.append(len(queries))

    assert set(costs[::2]) == {13}
    assert set(costs[1::2]) == {8}
