"""/work-orders: what is special about them. The rest is walked over in tests/walks/test_rows.py."""

from datetime import timedelta
from typing import Any

from batches.operations.deleting import delete_batch
from niagara.accounts.actor import Actor
from niagara.directory.models import Category, Project, Status
from niagara.directory.operations.statuses import allow_statuses
from tests.clients import Api, assert_faults, assert_problem
from tests.factories import AT, Floor
from tests.rows import all_rows
from workorders.models import WorkOrder


def work_order(floor: Floor, **changes: Any) -> dict[str, Any]:
    return {
        "label": "Provision phones",
        "begin_date": "2026-03-02T08:30:00.000Z",
        "due_date": "2026-04-01T08:30:00.000Z",
        "project": {"project_id": str(floor.project.pk)},
        "location": {"location_id": str(floor.location.pk)},
        "cycles": {"needed": 4, "work_flow": {"work_flow_id": str(floor.workflow.pk)}},
        **changes,
    }


def test_a_new_work_order_is_pending_and_needs_what_was_asked_for(client: Api, floor: Floor) -> None:
    made = client.post("work-orders", work_order(floor)).json()

    assert made["current_status"]["category"] == "PENDING"
    assert (made["work_order_type"], made["description"]) == ("device", "")
    assert (made["cycles"]["needed"], made["cycles"]["assigned"]) == (4, 0)
    assert made["cycles"]["work_flow"]["work_flow_id"] == str(floor.workflow.pk)


def test_every_fault_is_named_where_it_stands(client: Api, floor: Floor) -> None:
    cycles = {"needed": 0, "work_flow": {"work_flow_id": "x"}, "colour": "red"}

    assert assert_faults(client.post("work-orders", work_order(floor, cycles=cycles, work_order_type="car"))) == {
        (".cycles.needed", "minimum"),
        (".cycles.work_flow.work_flow_id", "enum"),
        (".cycles.colour", "additionalProperties"),
        (".work_order_type", "enum"),
    }


def test_it_is_due_after_it_begins(client: Api, floor: Floor) -> None:
    early = work_order(floor, due_date="2026-03-02T08:29:59.999Z")

    assert assert_faults(client.post("work-orders", early)) == {(".due_date", "formatMinimum")}


def test_its_status_is_one_the_project_allows_for_where_its_cycles_stand(client: Api, floor: Floor) -> None:
    Status.objects.create(organization=floor.organization, status="Planned", category=Category.PENDING)
    planned, complete = (
        {"status": label, "category": category}
        for label, category in (("Planned", "PENDING"), ("Complete", "COMPLETE"))
    )
    made = client.post("work-orders", work_order(floor, current_status=planned)).json()
    address = f"work-orders/{made['work_order_id']}"

    assert made["current_status"]["status"] == "Planned"
    for response in (
        client.post("work-orders", work_order(floor, current_status=complete)),
        client.put(address, work_order(floor, current_status=complete)),
    ):
        assert assert_faults(response) == {(".current_status.status", "enum")}
    assert client.put(address, work_order(floor)).json()["current_status"]["status"] == "Planned"

    allow_statuses(floor.project, [floor.status(Category.BLOCKED), planned_of(floor)], by=Actor.system(), at=AT)
    pending = {"status": "Pending", "category": "PENDING"}
    response = client.put(address, work_order(floor, current_status=pending))
    assert assert_faults(response) == {(".current_status.status", "enum")}


def planned_of(floor: Floor) -> Status:
    return Status.objects.get(organization=floor.organization, status="Planned")


def test_it_can_not_need_fewer_cycles_than_are_in_batches(client: Api, floor: Floor) -> None:
    batch = floor.make_batch(4)
    address = f"work-orders/{batch.work_order_id}"
    answer = client.get(address).json()

    response = client.put(address, answer | {"cycles": answer["cycles"] | {"needed": 3}})

    assert "4 cycles are in batches" in assert_problem(response, 409, "Conflict")["detail"]
    assert client.put(address, answer | {"cycles": answer["cycles"] | {"needed": 5}}).json()["cycles"]["needed"] == 5


def test_what_has_batches_or_had_some_stays(client: Api, floor: Floor) -> None:
    """What is left of a batch, its group and its cycles, is what was done for the work order."""
    batch, unbegun = floor.make_batch(4), floor.make_work_order()
    address = f"work-orders/{batch.work_order_id}"
    before = all_rows()

    assert "batches" in assert_problem(client.delete(address), 409, "Conflict")["detail"]
    assert all_rows() == before
    delete_batch(batch=batch, by=floor.by, at=AT)
    assert "batch groups" in assert_problem(client.delete(address), 409, "Conflict")["detail"]
    assert client.delete(f"work-orders/{unbegun.pk}").status_code == 205
    assert [str(one.pk) for one in WorkOrder.objects.all()] == [str(batch.work_order_id)]


def test_they_are_found_by_status_project_and_location_and_sorted(client: Api, floor: Floor) -> None:
    later = client.post("work-orders", work_order(floor, label="Later")).json()
    client.post("work-orders", work_order(floor, label="Sooner", due_date="2026-03-03T00:00:00Z"))
    key = "nter:work-orders"

    def found(query: str) -> list[str]:
        return [row["label"] for row in client.get(f"work-orders?{query}").json()["_embedded"][key]]

    assert found("sort=due_date") == ["Sooner", "Later"]
    assert found("filter[status]=PENDING") == found("filter[status]=Pending") == ["Later", "Sooner"]
    assert found("filter[status]=COMPLETE") == []
    assert found(f"filter[project_id]={floor.project.pk}&filter[label]=later") == [later["label"]]
    assert found(f"filter[location_id]={floor.make_location().pk}") == []
    assert assert_faults(client.get("work-orders?filter[status]=Nowhere")) == {(".filter[status]", "enum")}


def test_the_work_orders_of_a_project_and_of_a_location(client: Api, floor: Floor) -> None:
    annex = floor.make_location()
    library = Project.objects.create(organization=floor.organization, customer=floor.customer, label="Library")
    floor.make_work_order(label="Here", due_date=AT + timedelta(days=2))
    floor.make_work_order(label="There", location=annex, due_date=AT + timedelta(days=1))
    floor.make_work_order(label="Books", project=library)

    def found(address: str) -> list[str]:
        return [row["label"] for row in client.collect(address, "nter:work-orders")]

    assert found(f"projects/{floor.project.pk}/work-orders?limit=1&sort=due_date") == ["There", "Here"]
    assert found(f"projects/{library.pk}/work-orders") == ["Books"]
    assert found(f"locations/{floor.location.pk}/work-orders") == ["Here", "Books"]
    assert found(f"locations/{annex.pk}/work-orders?filter[status]=PENDING") == ["There"]
    assert found(f"locations/{annex.pk}/work-orders?filter[status]=COMPLETE") == []
