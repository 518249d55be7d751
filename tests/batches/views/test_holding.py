"""Holding a batch back from its page; where one sees that it is, and finds it."""

from collections.abc import Callable

import pytest
from django.test import Client

from batches.models import Batch
from batches.operations.holding import hold_batch, hold_work_order, release_batch
from niagara.accounts.models import HistoryEntry, User
from tests.factories import AT, Floor

SignIn = Callable[[User], Client]


@pytest.fixture
def marias(signed_in: SignIn, floor: Floor) -> Client:
    return signed_in(floor.manager)


def test_a_batch_is_held_with_a_reason_and_released(marias: Client, batch_of_ten: Batch) -> None:
    address = f"/batches/{batch_of_ten.pk}"

    assert "10 pending cycles in all" in marias.get(f"{address}/hold").content.decode()
    assert "This field is required" in marias.post(f"{address}/hold", {"reason": " "}).content.decode()
    held = marias.post(f"{address}/hold", {"reason": "Wrong image"}, follow=True).content.decode()
    assert "is on hold." in held
    assert f"{address}/release" in held
    again = marias.post(f"{address}/hold", {"reason": "Other"})
    assert "is on hold already: Wrong image. Release it first." in again.content.decode()
    assert "It is on hold: Wrong image" in marias.get(f"{address}/release").content.decode()
    marias.post(f"{address}/release", {"reason": "Right image came"})

    batch_of_ten.refresh_from_db()
    assert not batch_of_ten.is_on_hold
    released, held_entry = HistoryEntry.objects.of(batch_of_ten)[:2]
    assert (held_entry.reason, released.verb, released.reason) == ("Wrong image", "released", "Right image came")


def test_who_was_faster_is_told_to_the_second(marias: Client, floor: Floor, batch_of_ten: Batch) -> None:
    Batch.objects.filter(pk=batch_of_ten.pk).update(version=7)

    response = marias.post(f"/batches/{batch_of_ten.pk}/hold", {"reason": "Wrong image", "seen_version": 6})

    assert "Look at what was changed meanwhile" in response.content.decode()
    assert "Wrong image" in response.content.decode()
    batch_of_ten.refresh_from_db()
    assert not batch_of_ten.is_on_hold


def test_a_release_says_when_the_whole_work_order_is_still_on_hold(
    marias: Client, floor: Floor, batch_of_ten: Batch
) -> None:
    hold_batch(batch=batch_of_ten, reason="Wrong image", by=floor.by, at=AT)
    hold_work_order(work_order=batch_of_ten.work_order, reason="Not paid", by=floor.by, at=AT)

    page = marias.post(f"/batches/{batch_of_ten.pk}/release", follow=True).content.decode()

    assert "is released. Provision iPads is on hold as a whole" in page
    assert "With its whole work order" in page


def test_what_is_on_hold_says_so_wherever_it_is_shown_and_is_found_by_it(marias: Client, floor: Floor) -> None:
    by_itself = floor.make_batch(2, label="Cart 1")
    with_its_order = floor.make_batch(2, label="Cart 2")
    floor.make_batch(2, label="Cart 3")
    hold_batch(batch=by_itself, reason="Wrong image", by=floor.by, at=AT)
    hold_work_order(work_order=with_its_order.work_order, reason="Not paid", by=floor.by, at=AT)

    def shown(address: str, **query: str) -> str:
        return marias.get(address, query).content.decode()

    order, held_order = (f"/work-orders/{batch.work_order_id}" for batch in (by_itself, with_its_order))
    group = f"/batch-groups/{by_itself.batch_group_id}"
    for page, reason in [
        *((shown(address), "Wrong image") for address in ("/board", "/batches", f"/batches/{by_itself.pk}")),
        *((shown(address), "Wrong image") for address in (order, group)),
        *((shown(address), "Not paid") for address in ("/board", "/batches", f"/batches/{with_its_order.pk}")),
        *((shown(address), "Not paid") for address in (held_order, "/work-orders")),
    ]:
        assert f'On hold</span><span class="why-held">{reason}' in page
    assert "on hold: Wrong image" in shown("/find", q="Cart")
    for address in ("/board", "/batches"):
        found = shown(address, status="on-hold")
        assert "Cart 1" in found
        assert "Cart 2" in found
        assert "Cart 3" not in found


def test_a_technician_can_not_hold(signed_in: SignIn, tom: User, batch_of_ten: Batch) -> None:
    assert signed_in(tom).get(f"/batches/{batch_of_ten.pk}/hold").status_code == 403


def test_many_are_held_and_released_at_once_and_what_is_skipped_is_told_with_why(marias: Client, floor: Floor) -> None:
    held = floor.make_batch(2, label="Cart 1")
    with_its_order = floor.make_batch(2, label="Cart 2")
    others = [floor.make_batch(2, label=f"Cart {number}") for number in (3, 4)]
    hold_batch(batch=held, reason="Wrong image", by=floor.by, at=AT)
    hold_work_order(work_order=with_its_order.work_order, reason="Not paid", by=floor.by, at=AT)
    chosen = {"batch": [str(batch.pk) for batch in (held, with_its_order, *others)], "back": "late=on"}

    asked = marias.post("/board/hold", chosen).content.decode()
    assert "Cart 1 – on hold: Wrong image" in asked
    assert "Cart 2 – on hold with its work order: Not paid" in asked
    assert "This field is required" not in asked
    assert Batch.objects.exclude(hold_reason="").count() == 1
    assert "This field is required" in marias.post("/board/hold", {**chosen, "reason": " "}).content.decode()

    answer = marias.post("/board/hold", {**chosen, "reason": "Recall", "once": "a"})
    again = marias.post("/board/hold", {**chosen, "reason": "Recall", "once": "a"}, follow=True)
    assert answer["Location"] == "/board?late=on"
    assert "3 batches on hold." in again.content.decode()
    assert "Cart 1 is on hold already: Wrong image. Release it first." in again.content.decode()
    reasons = dict(Batch.objects.values_list("label", "hold_reason"))
    assert reasons == {"Cart 1": "Wrong image", "Cart 2": "Recall", "Cart 3": "Recall", "Cart 4": "Recall"}

    release_batch(batch=with_its_order, by=floor.by, at=AT)
    released = marias.post("/board/release", {**chosen, "reason": ""}, follow=True).content.decode()
    assert "3 batches released." in released
    assert "Cart 2 is on hold with its work order, Provision iPads. Release that." in released
    assert not Batch.objects.exclude(hold_reason="").exists()
    assert HistoryEntry.objects.of(others[0]).filter(verb="held").count() == 1


def test_of_very_many_that_are_skipped_the_first_are_named(marias: Client, floor: Floor) -> None:
    batches = [str(floor.make_batch(1, label=f"Cart {number}").pk) for number in range(13)]

    page = marias.post("/board/release", {"batch": batches, "reason": ""}, follow=True).content.decode()

    assert page.count("is not on hold.") == 10
    assert "3 more were skipped." in page
    assert "batches released" not in page
