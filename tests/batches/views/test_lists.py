"""The lists of managers go on from a row, in whatever order they are."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from batches.models import Batch, BatchGroup
from batches.views import batches, groups, units, work_orders
from niagara.accounts.models import User
from tests.batches.views.turning import leads, rows_of, turn
from tests.factories import AT, Floor

SignIn = Callable[[User], Client]
LISTS = [
    (batches, "/batches?shown=all"),
    (batches, "/batches?shown=all&q=iPad"),
    (work_orders, "/work-orders"),
    (work_orders, "/work-orders?sort=label"),
    (work_orders, "/work-orders?sort=customer"),
    (work_orders, "/work-orders?sort=left"),
    (groups, "/batch-groups"),
    (units, "/units"),
]


@pytest.fixture
def many(floor: Floor) -> Floor:
    """Some of all that is listed, much of it alike."""
    other = floor.make_queue("Lane", floor.make_location("Annex"))
    for number in range(7):
        work_order = floor.make_work_order(
            needed=10 + number % 3, label=f"iPads {number % 4}", due_date=AT + timedelta(days=30 + number % 2)
        )
        floor.make_batch(3, work_order, other if number % 2 else floor.queue)
        floor.make_unit(f"SN-{number % 5}{number}")
    BatchGroup.objects.update(updated=AT)
    return floor


@pytest.mark.parametrize(("views", "address"), LISTS, ids=[address for _, address in LISTS])
def test_the_pages_hold_each_row_once_there_and_back(
    signed_in: SignIn, many: Floor, views: object, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(many.manager)
    whole = rows_of(client.get(address))
    monkeypatch.setattr(views, "PER_PAGE", 2)

    there = turn(client, client.get(address), "next")
    back = turn(client, there[-1], "prev")

    assert len(there) == 4
    assert [row for page in there for row in rows_of(page)] == whole
    assert [*map(rows_of, reversed(back))] == [*map(rows_of, there)]
    assert "2 of 7 " in there[1].content.decode()


def test_a_page_repeats_and_skips_nothing_when_others_come_before_it(
    signed_in: SignIn, many: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work_orders, "PER_PAGE", 2)
    client = signed_in(many.manager)
    first = client.get("/work-orders")
    then = rows_of(client.get(leads(first, "next")))

    many.make_work_order(label="Urgent", due_date=AT + timedelta(days=1))

    assert rows_of(client.get(leads(first, "next"))) == then


def test_another_order_begins_at_the_top(signed_in: SignIn, many: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work_orders, "PER_PAGE", 2)
    client = signed_in(many.manager)
    second = client.get(leads(client.get("/work-orders"), "next"))

    page = second.content.decode()

    assert 'href="?sort=label"' in page
    after = leads(second, "next").split("after=")[1]
    by_label = client.get("/work-orders?sort=label")
    assert rows_of(client.get(f"/work-orders?sort=label&after={after}")) == rows_of(by_label)


def test_the_batches_stand_in_processing_order_of_their_queues(signed_in: SignIn, many: Floor) -> None:
    shown = rows_of(signed_in(many.manager).get("/batches"))

    assert shown == list(Batch.objects.order_by("queue__location__label", "queue__priority", "order"))
    assert {batch.queue.location.label for batch in shown[:3]} == {"Annex"}
