"""The parts of pages that are fetched anew every few seconds."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from batches.models import Batch
from batches.operations.claiming import claim_cycle
from niagara.accounts.models import User
from niagara.screens import pages
from tests.factories import AT, Floor

SignIn = Callable[[User], Client]
PART = {"HX-Request": "true"}
PARTS = {
    "board": "/board",
    "work orders": "/work-orders",
    "work order": "/work-orders/{batch.work_order.pk}?show=cycles",
    "batches": "/batches",
    "batch": "/batches/{batch.pk}",
    "batch groups": "/batch-groups",
    "cycles": "/cycles",
    "dashboard": "/dashboard",
    "dashboard now": "/dashboard/now",
}


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_read_again_only_once_something_happened(
    signed_in: SignIn, floor: Floor, batch_of_ten: Batch, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, address = signed_in(floor.manager), PARTS[part].format(batch=batch_of_ten)
    monkeypatch.setattr(pages, "now", lambda: AT)
    known = {**PART, "If-None-Match": client.get(address, headers=PART)["ETag"]}

    with CaptureQueriesContext(connection) as asked:
        unchanged = client.get(address, headers=known)
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert len(asked) <= 4  # the session, who it is, what they may, and what happened last

    claim_cycle(batch=batch_of_ten, technician=floor.manager, by=floor.by, at=AT)
    assert client.get(address, headers=known).status_code == 200


def test_what_time_alone_changes_shows_within_a_minute(
    signed_in: SignIn, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor.make_batch(2, floor.make_work_order(2, due_date=AT + timedelta(seconds=40)))
    client = signed_in(floor.manager)
    monkeypatch.setattr(pages, "now", lambda: AT)
    first = client.get("/board", headers=PART)

    monkeypatch.setattr(pages, "now", lambda: AT + timedelta(minutes=1))
    second = client.get("/board", headers={**PART, "If-None-Match": first["ETag"]})

    assert "Late</span>" not in first.content.decode()
    assert "Late</span>" in second.content.decode()


def test_nobody_is_told_that_what_they_may_not_see_is_unchanged(
    signed_in: SignIn, floor: Floor, batch_of_ten: Batch, olga: User
) -> None:
    address = f"/work-orders/{batch_of_ten.work_order.pk}"
    tag = signed_in(floor.manager).get(address, headers=PART)["ETag"]
    olgas = signed_in(olga)

    for known in (tag, olgas.get("/work-orders", headers=PART)["ETag"]):
        assert olgas.get(address, headers={**PART, "If-None-Match": known}).status_code == 404
