"""/work-flows: what is special about them. The rest is walked over in tests/walks/test_rows.py."""

from tests.clients import Api, assert_faults, assert_problem
from tests.factories import STEPS, Floor

BODY = {"label": "Set up a phone", "starts_at": "unpack", "steps": STEPS}


def test_a_workflow_begins_with_version_1_and_rises_with_every_change(client: Api) -> None:
    made = client.post("work-flows", BODY).json()
    address = f"work-flows/{made['work_flow_id']}"

    versions = [client.put(address, {**BODY, "label": label}).json()["workflow_version"] for label in "ABB"]

    assert (made["workflow_version"], made["applies_to"], made["triggered_by"]) == (1, "UNIT", [])
    assert versions == [2, 3, 3]


def test_what_is_wrong_with_its_steps_is_named_where_it_stands(client: Api) -> None:
    astray = {**STEPS, "unpack": {**STEPS["unpack"], "goto": "moon", "colour": "red"}}

    assert assert_faults(client.post("work-flows", {**BODY, "starts_at": "nowhere"})) == {(".starts_at", "enum")}
    assert (".steps.unpack.goto", "enum") in assert_faults(client.post("work-flows", {**BODY, "steps": astray}))
    assert assert_faults(client.post("work-flows", {**BODY, "steps": [], "triggered_by": "x"})) == {
        (".steps", "type"),
        (".triggered_by", "type"),
    }


def test_one_that_is_in_use_stays(client: Api, floor: Floor) -> None:
    floor.make_work_order()

    problem = assert_problem(client.delete(f"work-flows/{floor.workflow.pk}"), 409, "Conflict")

    assert "is still used by work orders." in problem["detail"]
    assert client.get("work-flows?filter[applies_to]=UNIT").json()["total_count"] == 1
