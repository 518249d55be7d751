"""The list of cycles goes on from a row."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from batches.models import Cycle
from batches.operations.cycling import start_cycle
from batches.views import cycles
from niagara.accounts.models import User
from niagara.screens import keyset
from tests.batches.views.turning import leads, rows_of, turn
from tests.cycles import complete_cycle
from tests.factories import AT, Floor

SignIn = Callable[[User], Client]


def numbers(response: Any) -> list[int]:
    return [cycle.number for cycle in rows_of(response)]


@pytest.mark.parametrize("asked", ["shown=COMPLETE", "shown=all", "shown=PENDING", "shown=in-flight"])
def test_its_pages_hold_each_cycle_once_there_and_back(
    signed_in: SignIn, floor: Floor, tom: User, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cycles, "PER_PAGE", 2)
    batch = floor.make_batch(15)
    for cycle in list(batch.cycles.all())[:10]:
        begun = start_cycle(cycle=cycle, technician=tom, by=floor.by, at=AT)  # all at the same time
        if cycle.number <= 5:
            complete_cycle(cycle=begun, by=floor.by, at=AT)
    client = signed_in(floor.manager)

    there = turn(client, client.get(f"/cycles?{asked}"), "next")
    back = turn(client, there[-1], "prev")

    seen = [number for page in there for number in numbers(page)]
    assert len(seen) == len({*seen}) == there[0].context["page"].count == (15 if "all" in asked else 5)
    assert [*map(numbers, reversed(back))] == [*map(numbers, there)]


def test_what_it_gave_out_for_another_list_begins_at_the_top(signed_in: SignIn, floor: Floor, tom: User) -> None:
    batch = floor.make_batch(60)
    client = signed_in(floor.manager)
    first = client.get("/cycles?shown=PENDING")
    after = leads(first, "next").split("after=")[1]

    assert numbers(client.get(f"/cycles?shown=PENDING&after={after}")) != numbers(first)
    for other in ("shown=in-flight&after=" + after, "after=nonsense", "before=nonsense", "after="):
        assert client.get(f"/cycles?{other}").status_code == 200
    assert Cycle.objects.filter(batch=batch).count() == 60


def test_what_nobody_would_count_is_not_counted(
    signed_in: SignIn, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyset, "COUNTED", 3)
    floor.make_batch(5)

    assert "more than 3 cycles" in signed_in(floor.manager).get("/cycles?shown=all").content.decode()
