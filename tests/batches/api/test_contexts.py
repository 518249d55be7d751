"""Running a workflow through the API: `/contexts`, and the contexts of work orders and workflows."""

from typing import Any

import pytest

from batches.models import Cycle
from niagara.accounts.models import User
from niagara.directory.models import Unit
from tests.clients import Api, ApiFactory, assert_faults, assert_problem
from tests.factories import STEPS, Floor, make_workflow
from workorders.models import WorkOrder

ITEMS = [
    {"slug": "sealed", "label": "The box was sealed", "evaluated": True},
    {"slug": "note", "label": "A note was in it", "allow_na": True},
]
FIELDS = [
    {"label": "Serial number", "entity_field": "serial_number", "required": True},
    {"label": "Battery", "entity_field": "$battery.percent"},
]
STEPS_OF_ALL = {
    "scan": {"component": "manual-data-entry", "fields": FIELDS, "goto": "inspect", "goto_fail": "broken"},
    "inspect": {"component": "task-list", "items": ITEMS, "goto": "done", "goto_fail": "inspect"},
}


@pytest.fixture
def work_order(floor: Floor) -> WorkOrder:
    steps: dict[str, Any] = {
        name: {"step_type": "user", "label": name.capitalize(), **step} for name, step in STEPS_OF_ALL.items()
    }
    steps |= {"done": STEPS["done"], "broken": STEPS["broken"]}
    work_order = floor.make_work_order(3, workflow=make_workflow(floor.organization, "Set up", steps))
    floor.make_batch(3, work_order)
    return work_order


@pytest.fixture
def client(floor: Floor, api: ApiFactory) -> Api:
    return api(floor.manager)


@pytest.fixture
def context(floor: Floor, work_order: WorkOrder, client: Api) -> dict[str, Any]:
    """A context that was started by a claim: its first step is in hand."""
    cycle = client.post(f"batches/{work_order.batches.get().pk}/claims").json()
    found: dict[str, Any] = client.get(cycle["_links"]["nter:cycle-context"]["href"]).json()
    return found


def close(client: Api, context: dict[str, Any], name: str, /, **answers: Any) -> Any:
    return client.patch(f"contexts/{context['context_id']}/{name}", {"close_step": {"type": "close", **answers}})


def scan(client: Api, context: dict[str, Any], serial_number: Any = "C02X7") -> Any:
    fields = [
        {"entity_field": "serial_number", "value": serial_number},
        {"label": "Battery", "entity_field": "$battery.percent", "value": 87},
    ]
    return close(client, context, "scan", step="scan", fields=fields)


def test_a_context_shows_where_the_run_stands(work_order: WorkOrder, client: Api, context: dict[str, Any]) -> None:
    assert (context["label"], context["active"], context["waiting_for_user"]) == ("Set up", True, True)
    assert (context["current_steps"], context["interactive_steps"]) == (["scan"], ["scan"])
    assert (context["failed_steps"], context["last_steps"], context["data"], context["entity"]) == ([], [], {}, None)
    assert context["workflow"]["workflow_version"] == 1
    assert context["workflow"]["work_flow_id"] == str(work_order.workflow_id)
    assert set(context["workflow"]["steps"]) == {"scan", "inspect", "done", "broken"}


def test_closing_its_steps_runs_it_to_its_end(client: Api, context: dict[str, Any]) -> None:
    scanned = scan(client, context).json()
    failed = close(client, context, "inspect", items=[{"slug": "sealed", "value": "bad"}]).json()
    ok = [{"slug": "sealed", "value": "ok"}, {"slug": "note", "value": "na"}]
    ended = close(client, context, "inspect", items=ok).json()

    unit = Unit.objects.get()
    assert (scanned["data"], scanned["current_steps"]) == ({"battery": {"percent": 87}}, ["inspect"])
    assert scanned["entity"] == {"entity_id": str(unit.pk), "entity_type": "UNIT", "label": "Device C02X7"}
    assert failed["failed_steps"] == [{"step": "inspect", "failed_count": 1}]
    assert (ended["active"], ended["current_steps"], ended["waiting_for_user"]) == (False, [], False)
    runs = ended["last_steps"]
    assert [(run["step_name"], run["did_error"], run["did_timeout"]) for run in runs] == [
        ("scan", False, False), ("inspect", True, False), ("inspect", False, False), ("done", False, False),
    ]  # fmt: skip
    assert set(runs[0]) == {"step_name", "started_at", "ended_at", "time_to_run", "did_error", "did_timeout"}
    assert runs[-1]["ended_at"] == ended["ended_at"]
    assert ended["time_to_run"] >= sum(run["time_to_run"] for run in runs)
    assert Cycle.objects.get(context=context["context_id"]).category == "COMPLETE"


def test_a_step_that_is_not_in_hand_is_a_conflict(client: Api, context: dict[str, Any]) -> None:
    problem = assert_problem(close(client, context, "inspect", items=[]), 409, "Conflict")

    assert problem["detail"] == "“inspect” is not the step in hand; that is “Scan”."
    assert_problem(close(client, context, "nothing"), 404, "NotFound")


@pytest.mark.parametrize("how", ["type", "media type"])
def test_a_step_can_be_failed_without_answers(client: Api, context: dict[str, Any], how: str) -> None:
    address = f"contexts/{context['context_id']}/scan"
    if how == "type":
        response = client.patch(address, {"close_step": {"type": "fail"}})
    else:
        response = client.patch(address, {"close_step": {}}, content_type="application/fail-step+json")

    assert response.status_code == 200, response.content
    assert response.json()["failed_steps"] == [{"step": "scan", "failed_count": 1}]
    assert Cycle.objects.get(context=context["context_id"]).status == "Failed"


@pytest.mark.parametrize(
    ("answers", "faults"),
    [
        ({}, {(".close_step.fields", "required")}),
        ({"type": "open"}, {(".close_step.type", "enum")}),
        ({"step": "inspect"}, {(".close_step.step", "const")}),
        ({"fields": "C02X7"}, {(".close_step.fields", "type")}),
        ({"fields": [{"value": "C02X7"}]}, {(".close_step.fields[0]", "enum"), (".close_step.fields", "required")}),
        (
            {"fields": [{"label": "Serial number", "value": []}]},
            {(".close_step.fields[0].value", "type")},
        ),
        (
            {"fields": [{"label": "Serial number", "value": "x" * 101}]},
            {(".close_step.fields", "maxLength")},
        ),
        ({"items": [{"slug": "sealed", "value": "perhaps"}]}, {(".close_step.items[0].value", "enum")}),
        ({"nonsense": 1}, {(".close_step.nonsense", "additionalProperties")}),
    ],
)
def test_what_is_wrong_with_the_answers_is_told_and_nothing_happens(
    client: Api, context: dict[str, Any], answers: dict[str, Any], faults: set[tuple[str, str]]
) -> None:
    assert assert_faults(close(client, context, "scan", **answers)) == faults

    assert client.get(f"contexts/{context['context_id']}").json() == context


def test_a_serial_number_in_use_says_where_it_is(work_order: WorkOrder, client: Api, context: dict[str, Any]) -> None:
    scan(client, context)
    cycle = client.post(f"batches/{work_order.batches.get().pk}/claims").json()

    problem = assert_problem(scan(client, cycle), 409, "Conflict")

    assert problem["detail"] == "Device C02X7 is in cycle 1 of Provision iPads #1 already (In Progress)."


def test_a_cycle_is_started_on_a_unit(floor: Floor, work_order: WorkOrder, client: Api) -> None:
    unit, pending = floor.make_unit("C02X7"), work_order.cycles.order_by("-number")[0]
    body = {
        "entity": {"entity_id": str(unit.pk), "entity_type": "UNIT"},
        "using": str(pending.pk),
        "resource_id": str(floor.station.pk),
    }

    response = client.post(f"work-orders/{work_order.pk}/contexts", body)

    assert response.status_code == 200, response.content
    context = response.json()
    assert (context["using"], context["entity"]["entity_id"]) == (str(pending.pk), str(unit.pk))
    assert context["resource_id"] == str(floor.station.pk)
    pending.refresh_from_db()
    assert (pending.unit, pending.technician, pending.station) == (unit, floor.manager, floor.station)
    assert_problem(client.post(f"work-orders/{work_order.pk}/contexts", body), 409, "Conflict")


def test_without_using_it_is_the_next_pending_one(floor: Floor, work_order: WorkOrder, client: Api) -> None:
    bodies = [{"entity": {"entity_id": str(floor.make_unit().pk), "entity_type": "UNIT"}} for _ in range(4)]

    answers = [client.post(f"work-orders/{work_order.pk}/contexts", body) for body in bodies]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 409]
    assert [answer.json()["using"] for answer in answers[:3]] == [
        str(cycle.pk) for cycle in work_order.cycles.order_by("number")
    ]
    assert answers[3].json()["detail"] == "No pending cycle is left in Provision iPads."


def test_what_is_started_is_a_unit_and_a_cycle_of_the_work_order(
    floor: Floor, work_order: WorkOrder, client: Api, tom: User
) -> None:
    unit = {"entity_id": str(floor.make_unit().pk), "entity_type": "UNIT"}
    address = f"work-orders/{work_order.pk}/contexts"

    person = client.post(address, {"entity": {"entity_id": str(tom.user_id), "entity_type": "USER"}})
    stranger = client.post(address, {"entity": unit, "using": str(floor.make_batch(1).cycles.get().pk)})

    assert assert_faults(person) == {(".entity.entity_type", "const")}
    assert assert_faults(stranger) == {(".using", "enum")}


def test_the_contexts_of_a_work_order_by_the_status_of_their_cycles(
    work_order: WorkOrder, client: Api, context: dict[str, Any]
) -> None:
    other = client.post(f"batches/{work_order.batches.get().pk}/claims").json()
    client.patch(f"actions/{other['action_id']}", {"current_status": {"status": "Blocked"}, "reason": "Damaged"})
    address = f"work-orders/{work_order.pk}/contexts"

    def ids(query: str) -> list[str]:
        return [one["context_id"] for one in client.collect(f"{address}{query}", "nter:contexts")]

    assert ids("") == ids("?limit=1") == [context["context_id"], other["context_id"]]
    assert ids("?filter[status]=Blocked") == ids("?filter[status]=BLOCKED") == [other["context_id"]]
    assert assert_faults(client.get(f"{address}?filter[status]=Nowhere")) == {(".filter[status]", "enum")}


def test_a_unit_goes_through_a_workflow_by_itself(floor: Floor, work_order: WorkOrder, client: Api) -> None:
    unit = floor.make_unit("C02X7")
    address = f"work-flows/{work_order.workflow_id}/contexts"

    context = client.post(address, {"entity": {"entity_id": str(unit.pk), "entity_type": "UNIT"}}).json()
    scanned = scan(client, context, "C02X8").json()

    assert (context["using"], context["entity"]["label"]) == (None, "iPad C02X7")
    assert scanned["entity"]["label"] == "iPad C02X8"
    [listed] = client.collect(address, "nter:contexts")
    assert listed == scanned
    assert work_order.cycles.pending().count() == 3


def test_a_page_of_contexts_costs_the_same_for_one_and_for_three(
    work_order: WorkOrder, client: Api, django_assert_num_queries: Any
) -> None:
    address = f"work-orders/{work_order.pk}/contexts"
    for _ in range(3):
        client.post(f"batches/{work_order.batches.get().pk}/claims")
        with django_assert_num_queries(6):
            client.get(address)
