"""The screens of a technician, without a browser."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from batches.models import Batch, Cycle
from batches.operations.claiming import claim_cycle
from batches.operations.holding import hold_batch
from niagara.accounts.models import User
from niagara.directory.models import Category
from niagara.records.models import Note
from tests.factories import AT, STEPS, STEPS_WITH_CHECK, Floor, make_user, make_workflow, relate, via_api

HTMX = {"HX-Request": "true"}


@pytest.fixture
def tina(floor: Floor) -> User:
    tina = make_user(floor.organization, "Technician", "Tina Young")
    relate(tina, "allocated", floor.location)
    return tina


@pytest.fixture
def tinas(client: Client, tina: User) -> Client:
    client.force_login(tina)
    return client


@pytest.fixture
def cycle(batch_of_ten: Batch, tina: User) -> Cycle:
    return claim_cycle(batch=batch_of_ten, technician=tina, by=via_api(tina), at=AT)


def close(client: Client, cycle: Cycle, step: str = "unpack", **sent: Any) -> Any:
    headers = sent.pop("headers", None)
    body = {"once": uuid4().hex, "step": step, "kind": "close", **sent}
    return client.post(f"/cycles/{cycle.pk}", body, headers=headers)


def test_start_next_leads_to_the_cycle(tinas: Client, batch_of_ten: Batch, tina: User) -> None:
    response = tinas.post("/my-work", {"once": "a"})

    cycle = batch_of_ten.cycles.get(technician=tina)
    assert response["Location"] == f"/cycles/{cycle.pk}"


def test_start_next_is_answered_with_the_cycle_itself(tinas: Client, batch_of_ten: Batch, tina: User) -> None:
    response = tinas.post("/my-work", {"once": "a"}, headers=HTMX)

    cycle = batch_of_ten.cycles.get(technician=tina)
    assert (response.status_code, response["HX-Push-Url"]) == (200, f"/cycles/{cycle.pk}")
    assert f'action="/cycles/{cycle.pk}"' in response.content.decode()


def test_start_next_that_is_refused_shows_the_whole_page(tinas: Client) -> None:
    response = tinas.post("/my-work", {"once": "a"}, headers=HTMX)

    assert response.status_code == 409
    assert 'id="main"' in response.content.decode()


def test_start_next_sent_twice_starts_one(tinas: Client, batch_of_ten: Batch, tina: User) -> None:
    first, second = (tinas.post("/my-work", {"once": "a"}) for _ in range(2))

    assert first["Location"] == second["Location"]
    assert batch_of_ten.cycles.filter(technician=tina).count() == 1


def test_with_nothing_left_it_says_so(tinas: Client) -> None:
    response = tinas.post("/my-work", {"once": "a"})

    assert response.status_code == 409
    assert "Nothing is left for you to start" in response.content.decode()


def test_the_answer_to_the_last_step_is_the_next_cycle(tinas: Client, cycle: Cycle, tina: User) -> None:
    response = close(tinas, cycle, headers=HTMX)

    following = Cycle.objects.get(technician=tina, category=Category.IN_PROGRESS)
    assert response.status_code == 200
    assert response["HX-Replace-Url"] == f"/cycles/{following.pk}"
    assert f'action="/cycles/{following.pk}"' in response.content.decode()
    assert f"Cycle {cycle.number}: Complete." in response.content.decode()


def test_when_the_batch_is_held_back_the_next_cycle_is_of_another(
    tinas: Client, cycle: Cycle, floor: Floor, tina: User
) -> None:
    other = floor.make_batch(1)
    assert cycle.batch is not None
    hold_batch(batch=cycle.batch, reason="No glue", by=floor.by, at=AT)

    response = close(tinas, cycle)

    assert response["Location"] == f"/cycles/{other.cycles.get(technician=tina).pk}"


def test_closing_costs_the_same_whatever_the_batch_holds(tinas: Client, floor: Floor, tina: User) -> None:
    costs = []
    for size in (3, 40):
        batch = floor.make_batch(size)
        cycle = claim_cycle(batch=batch, technician=tina, by=via_api(tina), at=AT)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert close(tinas, cycle, headers=HTMX).status_code == 200
        costs.append(len(asked))
        Cycle.objects.filter(technician=tina).update(technician=floor.manager)
    assert costs == [53, 53]


def test_a_step_sent_twice_counts_once(tinas: Client, cycle: Cycle, batch_of_ten: Batch) -> None:
    first, second = (close(tinas, cycle, once="a") for _ in range(2))

    assert first["Location"] == second["Location"]
    batch_of_ten.refresh_from_db()
    assert (batch_of_ten.complete, batch_of_ten.in_progress) == (1, 1)


def test_who_comes_second_is_told_and_changes_nothing(tinas: Client, cycle: Cycle, batch_of_ten: Batch) -> None:
    close(tinas, cycle)

    second = close(tinas, cycle)

    assert second.status_code == 409
    assert "This step is closed already." in second.content.decode()
    batch_of_ten.refresh_from_db()
    assert batch_of_ten.complete == 1


def test_refusals_are_shown_on_a_developers_machine_too(tinas: Client, cycle: Cycle, settings: Any) -> None:
    settings.DEBUG = True

    page = tinas.get(f"/cycles/{cycle.pk}").content.decode()

    assert "htmx-4.min.js" in page
    assert "django-htmx" not in page  # with it htmx passes over answers such as 409


def test_failing_the_step_asks_for_nothing(tinas: Client, cycle: Cycle) -> None:
    close(tinas, cycle, kind="fail")

    cycle.refresh_from_db()
    assert cycle.status == "Failed"


@pytest.mark.parametrize(
    ("attachment", "shown"),
    [
        ("Enrolling, page 4", "Follow <strong>Enrolling, page 4</strong>."),
        ("https://floor.example/enrolling.pdf", 'href="https://floor.example/enrolling.pdf" target="_blank"'),
        ("javascript:alert(1)", "Follow <strong>javascript:alert(1)</strong>."),
    ],
)
def test_instructions_are_shown_and_confirmed(
    tinas: Client, floor: Floor, tina: User, attachment: str, shown: str
) -> None:
    read = {**STEPS["unpack"], "component": "follow-pdf-instructions", "attachment": attachment}
    workflow = make_workflow(floor.organization, "Read", {**STEPS, "unpack": read})
    batch = floor.make_batch(1, floor.make_work_order(1, workflow=workflow))
    cycle = claim_cycle(batch=batch, technician=tina, by=via_api(tina), at=AT)

    assert shown in tinas.get(f"/cycles/{cycle.pk}").content.decode()
    assert "Say that you followed the instructions" in close(tinas, cycle).content.decode()
    assert close(tinas, cycle, confirmed="on").status_code == 302


def test_a_check_is_for_somebody_else(tinas: Client, floor: Floor, tina: User, maria: User) -> None:
    workflow = make_workflow(floor.organization, "With check", STEPS_WITH_CHECK)
    batch = floor.make_batch(1, floor.make_work_order(1, workflow=workflow))
    cycle = claim_cycle(batch=batch, technician=tina, by=via_api(tina), at=AT)
    assert close(tinas, cycle)["Location"] == "/my-work"

    refused = close(tinas, cycle, step="check")
    mine = tinas.get("/checks").content.decode()
    tinas.force_login(maria)
    hers = tinas.get("/checks").content.decode()
    passed = close(tinas, cycle, step="check")

    assert refused.status_code == 403
    assert "For somebody else" in mine
    assert f"/cycles/{cycle.pk}" in hers
    assert "For somebody else" not in hers
    assert passed["Location"] == "/checks"
    cycle.refresh_from_db()
    assert cycle.category == Category.IN_PROGRESS


def test_block_release_and_hand_over(tinas: Client, cycle: Cycle, floor: Floor) -> None:
    page = tinas.get(f"/cycles/{cycle.pk}/block").content.decode()
    assert "Waiting for parts" in page

    missing = tinas.post(f"/cycles/{cycle.pk}/block", {"comment": "no screws"})
    blocked = tinas.post(f"/cycles/{cycle.pk}/block", {"reason": "Waiting for parts", "comment": "no screws"})

    assert missing.status_code == 422
    assert "Choose a reason." in missing.content.decode()
    assert "no screws" in missing.content.decode()
    assert blocked["Location"] == "/my-work"
    cycle.refresh_from_db()
    assert (cycle.category, cycle.reason, cycle.comment) == (Category.BLOCKED, "Waiting for parts", "no screws")

    tinas.post(f"/cycles/{cycle.pk}/unblock", {})
    tinas.post(f"/cycles/{cycle.pk}/release", {})
    cycle.refresh_from_db()
    assert (cycle.category, cycle.technician) == (Category.PENDING, None)


def test_a_note_is_written_on_the_work_order_while_there_is_no_device(tinas: Client, cycle: Cycle) -> None:
    response = tinas.post(f"/cycles/{cycle.pk}/note", {"content": "The box is wet", "is_issue": "on"})

    assert response["Location"] == f"/cycles/{cycle.pk}"
    assert Note.objects.on(cycle.work_order).get().is_issue


def test_scanning_leads_to_what_was_scanned(tinas: Client, cycle: Cycle, floor: Floor) -> None:
    Cycle.objects.filter(pk=cycle.pk).update(unit=floor.make_unit("SN-77"))
    batch = cycle.batch
    assert batch is not None

    assert tinas.get("/scan", {"code": "SN-77"})["Location"] == f"/cycles/{cycle.pk}"
    for code in (batch.label, f"https://floor.example/batches/{batch.pk}/label"):
        assert tinas.get("/scan", {"code": code})["Location"] == f"/my-work/batches/{batch.pk}"
    group = f"/batch-groups/{batch.batch_group_id}"
    assert tinas.get("/scan", {"code": f"https://floor.example{group}"})["Location"] == group
    unknown = tinas.get("/scan", {"code": "SN-78"})
    assert "Nothing here is called “SN-78”" in unknown.content.decode()
