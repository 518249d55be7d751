"""The page of a work order, what can be done there, and breaking it down."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from batches.models import Batch
from batches.operations.claiming import claim_cycle
from batches.operations.running import close_step
from batches.views.pace import Forecast
from niagara.accounts.models import User
from niagara.clock import now
from niagara.records.models import Note, Relation
from tests.factories import AT, Floor, make_user
from workorders.models import WorkOrder
from workorders.operations.ordering import change_work_order

Send = Callable[..., Any]


@pytest.fixture
def page(client: Client, floor: Floor) -> Client:
    client.force_login(floor.manager)
    return client


def at(work_order: WorkOrder, rest: str = "") -> str:
    return f"/work-orders/{work_order.pk}{rest}"


def finish(batch: Batch, floor: Floor, number: int) -> None:
    for _ in range(number):
        cycle = claim_cycle(batch=batch, technician=floor.manager, by=floor.by, at=AT)
        assert cycle.context is not None
        close_step(context=cycle.context, step="unpack", by=floor.by, at=AT)


@pytest.mark.parametrize("tab", ["batches", "cycles", "technicians", "notes", "history"])
def test_more_rows_need_no_more_queries(page: Client, floor: Floor, tab: str) -> None:
    small, large = floor.make_work_order(100), floor.make_work_order(100)
    for work_order, number in ((small, 1), (large, 6)):
        for _ in range(number):
            batch = floor.make_batch(6, work_order, technicians=[floor.manager])
            finish(batch, floor, 3)
            claim_cycle(batch=batch, technician=floor.manager, by=floor.by, at=AT)
        for turn in range(number):
            page.post(at(work_order, "/notes"), {"content": f"Note {turn}", "once": f"{work_order.pk}{turn}"[-60:]})
    counts = []
    for work_order in (small, large):
        page.get(at(work_order))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert page.get(at(work_order), {"show": tab}).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 22


def test_progress_goes_down_to_the_step(page: Client, floor: Floor) -> None:
    batch = floor.make_batch(5)
    finish(batch, floor, 1)
    claim_cycle(batch=batch, technician=floor.manager, by=floor.by, at=AT)

    context = page.get(at(batch.work_order)).context

    assert [(step.label, step.number) for step in context["steps"]] == [("Unpack", 1)]
    assert context["work_order"].all_complete == 1


def test_a_forecast_says_what_it_is_based_on() -> None:
    forecast = Forecast.of(40, AT - timedelta(hours=39), 10, AT)

    assert forecast is not None
    assert (forecast.number, forecast.per_hour, forecast.ends_at) == (40, 1.0, AT + timedelta(hours=10))
    assert Forecast.of(1, AT - timedelta(hours=39), 10, AT) is None
    assert Forecast.of(40, AT - timedelta(hours=39), 0, AT) is None


def preview(page: Client, work_order: WorkOrder, **said: Any) -> Any:
    return page.post(at(work_order, "/break-down"), said, headers={"HX-Request": "true"}).context


def test_a_preview_lists_the_batches_and_writes_nothing(page: Client, floor: Floor) -> None:
    work_order = floor.make_work_order(25)

    shown = preview(page, work_order, number_cycles=10, label_prefix="Box")

    assert [(row["label"], row["size"]) for row in shown["planned"]] == [("Box #1", 10), ("Box #2", 10), ("Box #3", 5)]
    assert shown["remaining"] == 0
    assert preview(page, work_order, number_cycles=10, total=2)["remaining"] == 5
    assert "at most" in preview(page, work_order, number_cycles=10, total=9)["refused"]
    assert not Batch.objects.exists()


def test_sent_twice_it_makes_one_set(page: Client, floor: Floor) -> None:
    work_order = floor.make_work_order(500)
    said = {"number_cycles": 10, "queue": floor.queue.pk, "once": "k1", "share": "all"}
    said["mark"] = preview(page, work_order, **said)["mark"]

    answers = [page.post(at(work_order, "/break-down"), said) for _ in range(2)]
    again = page.post(at(work_order, "/break-down"), {**said, "once": "k2"})

    assert [answer["Location"] for answer in answers] == [at(work_order)] * 2
    assert again.status_code == 422
    assert Batch.objects.filter(number_cycles=10).count() == Batch.objects.count() == 50


def test_other_batches_than_were_shown_are_not_made(page: Client, floor: Floor) -> None:
    work_order = floor.make_work_order(50)
    mark = preview(page, work_order, number_cycles=10)["mark"]
    floor.make_batch(10, work_order)

    said = {"number_cycles": 10, "queue": floor.queue.pk, "mark": mark}
    answer = page.post(at(work_order, "/break-down"), said)

    assert answer.status_code == 409
    assert "not the batches you were shown" in answer.content.decode()
    assert Batch.objects.count() == 1


def test_technicians_are_spread_by_what_they_have_to_do(page: Client, floor: Floor, tom: User) -> None:
    busy = make_user(floor.organization, "Technician", "Ann Lee")
    floor.make_batch(20, technicians=[busy])
    work_order = floor.make_work_order(40)
    said = {
        "number_cycles": 10, "queue": floor.queue.pk, "share": "spread", "technicians": [tom.pk, busy.pk],
    }  # fmt: skip
    said["mark"] = preview(page, work_order, **said)["mark"]

    page.post(at(work_order, "/break-down"), said)

    new = Relation.objects.technicians().filter(target_id__in=work_order.batches.values("pk"))
    assert sorted(new.values_list("source_user__name", flat=True)) == ["Ann Lee", "Tom Baker", "Tom Baker", "Tom Baker"]


def change(work_order: WorkOrder, **said: Any) -> dict[str, Any]:
    facts = {name: getattr(work_order, name) for name in ("label", "needed")}
    ids = {name: getattr(work_order, f"{name}_id") for name in ("project", "location", "workflow")}
    dates = {name: f"{getattr(work_order, name):%Y-%m-%dT%H:%M}" for name in ("begin_date", "due_date")}
    return {**facts, **ids, **dates, "seen_version": work_order.version, **said}


def test_another_due_date_is_looked_at_before_it_is_written(page: Client, floor: Floor) -> None:
    work_order = floor.make_batch(10).work_order
    said = change(work_order, due_date="2026-03-20T10:00")

    first = page.post(at(work_order, "/change"), said)
    assert first.status_code == 409
    assert "Active batches due earlier: 1; their queues: 1; technicians: 0." in first.content.decode()
    assert WorkOrder.objects.get(pk=work_order.pk).due_date == work_order.due_date

    second = page.post(at(work_order, "/change"), {**said, "looked": first.context["typed"]})
    assert second.status_code == 302
    assert WorkOrder.objects.get(pk=work_order.pk).due_date.day == 20


def test_the_second_of_two_managers_overwrites_nothing(page: Client, floor: Floor) -> None:
    work_order = floor.make_work_order()
    page.post(at(work_order, "/change"), change(work_order, label="First"))

    answer = page.post(at(work_order, "/change"), change(work_order, label="Second"))

    assert answer.status_code == 409
    assert "First" in answer.content.decode()
    assert 'value="Second"' in answer.content.decode()
    assert WorkOrder.objects.get(pk=work_order.pk).label == "First"


def test_it_is_held_released_cancelled_closed_and_reopened(page: Client, floor: Floor) -> None:
    work_order = floor.make_batch(10).work_order

    def now_is() -> WorkOrder:
        return WorkOrder.objects.get(pk=work_order.pk)

    assert page.post(at(work_order, "/hold"), {"reason": "Wrong image"}).status_code == 302
    assert now_is().is_on_hold
    assert "Wrong image" in page.get("/work-orders", {"shown": "held"}).content.decode()
    page.post(at(work_order, "/release"))
    assert not now_is().is_on_hold
    assert "10 cycles are active" in page.post(at(work_order, "/close")).content.decode()
    assert "10 cycles would be cancelled: 10 pending" in page.get(at(work_order, "/cancel")).content.decode()
    page.post(at(work_order, "/cancel"))
    page.post(at(work_order, "/close"))
    assert now_is().is_closed
    assert list(page.get("/work-orders").context["page"]) == []
    page.post(at(work_order, "/reopen"))
    assert not now_is().is_closed


def test_a_new_work_order_is_made_once(page: Client, floor: Floor) -> None:
    said = {**change(floor.make_work_order()), "label": "Carts", "once": "k3"}

    answers = [page.post("/work-orders/new", said) for _ in range(2)]

    made = WorkOrder.objects.get(label="Carts")
    assert [answer["Location"] for answer in answers] == [at(made)] * 2


def test_issues_are_written_and_closed(page: Client, floor: Floor) -> None:
    work_order = floor.make_work_order()
    page.post(at(work_order, "/notes"), {"content": "No chargers", "is_issue": "on"})
    note = Note.objects.get()

    page.post(at(work_order, f"/notes/{note.pk}/closed"), {"is_closed": "on"})

    assert Note.objects.get().closed_at is not None


def test_the_list_is_sorted(page: Client, floor: Floor) -> None:
    for label in ("B", "A"):
        floor.make_work_order(label=label)

    assert [row.label for row in page.get("/work-orders", {"sort": "label"}).context["page"]] == ["A", "B"]


def test_one_cycle_is_not_told_of_as_several(page: Client, floor: Floor) -> None:
    work_order = floor.make_batch(1, floor.make_work_order(2)).work_order

    assert "1 pending cycle in all" in page.get(at(work_order, "/hold")).content.decode()
    assert "1 cycle would be cancelled: 1 pending" in page.get(at(work_order, "/cancel")).content.decode()
    assert "1 cycle is active." in page.get(at(work_order, "/close")).content.decode()
    assert "1 of 1 batch<" in page.get(at(work_order)).content.decode()
    page.post(at(work_order, "/cancel"), {"once": "cancel"})
    assert "1 cycle is cancelled." in page.get(at(work_order)).content.decode()


def test_every_page_says_the_same_is_at_risk(page: Client, floor: Floor) -> None:
    begun, due = now() - timedelta(days=1), now() + timedelta(days=3)
    slow, calm = (floor.make_work_order(8, label, begin_date=begun, due_date=due) for label in ("Slow", "Calm"))
    finish(floor.make_batch(8, slow), floor, 4)  # months ago, so the next will take months

    def at_risk(address: str, **asked: Any) -> list[str]:
        return re.findall(r"(Slow|Calm)</a>(?:(?!</tr>).)*At risk</span>", text(page.get(address, asked)), re.DOTALL)

    assert at_risk("/work-orders") == at_risk("/work-orders", shown="at-risk") == ["Slow"]
    assert [row.label for row in page.get("/work-orders", {"shown": "at-risk"}).context["page"]] == ["Slow"]
    assert ["At risk</span>" in text(page.get(at(one))) for one in (slow, calm)] == [True, False]
    lines = page.get("/dashboard").context["floor"].due.lines
    [counted] = [cell for line in lines if (cell := line.cells[2]).text == 1]
    assert counted.address.endswith(f"shown=at-risk&due={timezone.localdate(due)}")
    assert sum(line.cells[0].text for line in lines) == 2


def text(response: Any) -> str:
    content: str = response.content.decode()
    return content


def test_its_history_tells_times_as_everything_else_does(page: Client, floor: Floor) -> None:
    work_order = floor.make_work_order()
    work_order.due_date = AT + timedelta(days=9)
    change_work_order(work_order, by=floor.by, at=AT)

    shown = page.get(at(work_order), {"show": "history"}).content.decode()

    assert "due date: 1 Apr 2026, 08:30 → 11 Mar 2026, 08:30" in shown
