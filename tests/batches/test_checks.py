"""A check is for somebody who did no step of the run, whichever way they try. The operation itself is tried in
`operations/test_running.py`."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from batches.models import Batch, Cycle
from batches.operations.claiming import claim_cycle
from batches.operations.running import close_step
from batches.operations.stacking import scan_into_step
from niagara.accounts.models import User
from niagara.directory.models import Category
from tests.clients import ApiFactory, assert_problem
from tests.factories import AT, STEPS_WITH_CHECK, Floor, make_workflow
from workorders.workflow import SamePerson

REFUSED = "“Check” is for somebody who did no step of this run."


@pytest.fixture
def batch(floor: Floor) -> Batch:
    steps: dict[str, Any] = {**STEPS_WITH_CHECK, "check": {**STEPS_WITH_CHECK["check"], "can_stack": True}}
    workflow = make_workflow(floor.organization, "With check", steps)
    return floor.make_batch(1, floor.make_work_order(1, workflow=workflow))


@pytest.fixture
def cycle(floor: Floor, batch: Batch) -> Cycle:
    """Maria did all of it up to the check."""
    cycle = claim_cycle(batch=batch, technician=floor.manager, by=floor.by, at=AT)
    assert cycle.context is not None
    close_step(context=cycle.context, step="unpack", by=floor.by, at=AT)
    Cycle.objects.filter(pk=cycle.pk).update(unit=floor.make_unit("SN-1"))
    return Cycle.objects.get(pk=cycle.pk)


@pytest.fixture
def marias(client: Client, maria: User) -> Client:
    client.force_login(maria)
    return client


@pytest.fixture(autouse=True)
def still_waits(cycle: Cycle) -> Any:
    yield
    cycle.refresh_from_db()
    assert cycle.category == Category.VERIFYING


def test_through_the_api(cycle: Cycle, api: ApiFactory, maria: User) -> None:
    answer = api(maria).patch(
        f"contexts/{cycle.context_id}/check", {"close_step": {"type": "close", "step": "check", "items": []}}
    )

    assert answer.json()["detail"] == REFUSED
    assert_problem(answer, 403, answer.json()["type"].rpartition("/")[2])


def test_on_the_screen(cycle: Cycle, marias: Client) -> None:
    shown = marias.get(f"/cycles/{cycle.pk}").content.decode()
    answer = marias.post(f"/cycles/{cycle.pk}", {"once": uuid4().hex, "step": "check", "kind": "close"})

    assert 'data-code="DONE"' not in shown
    assert answer.status_code == 403
    assert REFUSED in answer.content.decode()


def test_in_a_stack(cycle: Cycle, batch: Batch, floor: Floor, marias: Client) -> None:
    with pytest.raises(SamePerson):
        scan_into_step(batch=batch, step="check", serial_number="SN-1", by=floor.by, at=AT)
    answer = marias.post(
        f"/my-work/batches/{batch.pk}/stacks/check",
        {"once": "a", "step": "check", "serial": "SN-1"},
        headers={"HX-Request": "true"},
    )

    assert (answer.status_code, REFUSED in answer.content.decode()) == (200, True)


@pytest.mark.parametrize("path", ["batches/cycle", "workorders/context"])
def test_in_the_admin_there_is_no_way(cycle: Cycle, marias: Client, maria: User, path: str) -> None:
    pk = cycle.pk if path == "batches/cycle" else cycle.context_id
    page = marias.get(f"/admin/{path}/{pk}/change/")
    sent = marias.post(f"/admin/{path}/{pk}/change/", {"category": "COMPLETE", "state": "{}"})

    assert (page.status_code, sent.status_code) == (200, 403)
