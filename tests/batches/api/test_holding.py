"""PATCH /batches/{batch_id} and /work-orders/{work_order_id}: holding, releasing, closing and reopening."""

from typing import Any

import pytest

from batches.models import Batch
from batches.operations.cancelling import cancel_cycles
from niagara.accounts.models import HistoryEntry, User
from tests.clients import Api, ApiFactory, assert_faults, assert_problem
from tests.factories import AT, Floor
from tests.rows import all_rows
from workorders.models import WorkOrder

PATCH = "application/merge-patch+json"
WHY = {"hold_reason": "Wrong image"}


def patch(client: Api, row: Any, body: Any, **headers: str) -> Any:
    collection = "batches" if isinstance(row, Batch) else "work-orders"
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.patch(f"{collection}/{row.pk}", body, headers=sent, content_type=PATCH)


@pytest.fixture(params=["batch", "work order"])
def row(request: pytest.FixtureRequest, batch_of_ten: Batch) -> Any:
    return batch_of_ten if request.param == "batch" else batch_of_ten.work_order


def test_it_is_held_and_released_and_says_so(client: Api, row: Any) -> None:
    assert patch(client, row, WHY).json()["hold_reason"] == "Wrong image"
    assert (
        "is on hold: Wrong image."
        in assert_problem(client.post(f"batches/{Batch.objects.get().pk}/claims"), 409, "Conflict")["detail"]
    )
    assert patch(client, row, {"hold_reason": "", "reason": "It came"}).json()["hold_reason"] == ""
    assert client.post(f"batches/{Batch.objects.get().pk}/claims").status_code == 201

    released, held = HistoryEntry.objects.of(row).filter(verb__in=["held", "released"])
    assert (held.reason, released.reason) == ("Wrong image", "It came")


def test_what_is_on_hold_is_not_held_for_another_reason(client: Api, row: Any) -> None:
    patch(client, row, WHY)
    before = all_rows()

    problem = assert_problem(patch(client, row, {"hold_reason": "Not paid"}), 409, "Conflict")

    assert "is on hold already: Wrong image. Release it first." in problem["detail"]
    assert all_rows() == before


def test_an_answer_sent_back_changes_nothing(client: Api, row: Any) -> None:
    answer, before = patch(client, row, WHY).json(), all_rows()

    assert patch(client, row, answer).json() == answer
    assert all_rows() == before


def test_a_reason_is_a_text_of_some_length(client: Api, row: Any) -> None:
    for wrong, keyword in ((7, "type"), (None, "type"), ("x" * 201, "maxLength")):
        assert assert_faults(patch(client, row, {"hold_reason": wrong})) == {(".hold_reason", keyword)}


def test_who_saw_an_older_version_is_told(client: Api, row: Any) -> None:
    collection = "batches" if isinstance(row, Batch) else "work-orders"
    old = client.get(f"{collection}/{row.pk}")["ETag"]
    held = patch(client, row, WHY, If_Match=old)

    assert held.status_code == 200
    for body in ({"hold_reason": ""}, WHY, {}):
        assert_problem(patch(client, row, body, If_Match=old), 412, "PreconditionFailed")
    assert patch(client, row, {"hold_reason": ""}, If_Match=held["ETag"]).status_code == 200


def test_it_takes_scope_and_permission_and_one_of_the_organization(
    api: ApiFactory, floor: Floor, row: Any, tom: User, olga: User
) -> None:
    resource = type(row).resource
    everything_else = [f"{resource}:{verb}" for verb in ("read", "all", "delete", "attach")]

    for body in (WHY, {}):
        assert_problem(patch(api(floor.manager, *everything_else), row, body), 403, "Forbidden")
        assert_problem(patch(api(tom), row, body), 403, "Forbidden")
        assert_problem(patch(api(olga), row, body), 404, "NotFound")
    row.refresh_from_db()
    assert not row.is_on_hold


def test_a_batch_is_changed_and_held_at_once_or_not_at_all(client: Api, batch_of_ten: Batch) -> None:
    answer = patch(client, batch_of_ten, {"label": "Cart 1", **WHY}).json()
    assert (answer["label"], answer["hold_reason"]) == ("Cart 1", "Wrong image")
    before = all_rows()

    assert_problem(patch(client, batch_of_ten, {"label": "Cart 2", "hold_reason": "Not paid"}), 409, "Conflict")

    assert all_rows() == before


def test_a_work_order_is_closed_once_nothing_is_active_and_reopened(
    client: Api, floor: Floor, batch_of_ten: Batch
) -> None:
    work_order = batch_of_ten.work_order
    assert (
        "10 cycles are active" in assert_problem(patch(client, work_order, {"closed": True}), 409, "Conflict")["detail"]
    )
    cancel_cycles(work_order=work_order, by=floor.by, at=AT)
    patch(client, work_order, WHY)

    closed = patch(client, work_order, {"closed": True, "reason": "Enough"}).json()

    assert (closed["closed"], closed["hold_reason"]) == (True, "")
    assert HistoryEntry.objects.of(work_order).filter(verb="closed").get().reason == "Enough"
    assert patch(client, work_order, {"closed": True}).json() == closed
    assert "Reopen it first" in assert_problem(patch(client, work_order, WHY), 409, "Conflict")["detail"]
    assert assert_faults(patch(client, work_order, {"closed": False, **WHY})) == {(".closed", "not")}
    assert patch(client, work_order, {"closed": False}).json()["closed"] is False


def test_put_leaves_a_hold_as_it_is(client: Api, floor: Floor) -> None:
    work_order = floor.make_work_order()
    answer = patch(client, work_order, WHY).json()

    replaced = client.put(f"work-orders/{work_order.pk}", {**answer, "label": "Carts", "hold_reason": ""}).json()

    assert (replaced["label"], replaced["hold_reason"]) == ("Carts", "Wrong image")
    assert WorkOrder.objects.get(pk=work_order.pk).hold_reason == "Wrong image"
