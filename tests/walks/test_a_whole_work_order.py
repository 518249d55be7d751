"""500 iPads through HTTP alone: made, broken down, worked through by two technicians and somebody who checks."""

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from batches.models import Batch, Cycle
from batches.operations.recounting import differences
from niagara.accounts.models import User
from niagara.directory.models import Unit
from tests.clients import Api, ApiFactory
from tests.factories import Floor, make_user, relate
from workorders.models import Context

NEEDED, SIZE = 500, 10


def user_step(label: str, goto: str, goto_fail: str = "set-aside", **more: Any) -> dict[str, Any]:
    return {"step_type": "user", "label": label, "goto": goto, "goto_fail": goto_fail, **more}


def tasks(*slugs: str) -> dict[str, Any]:
    return {"component": "task-list", "items": [{"slug": slug, "label": slug, "evaluated": True} for slug in slugs]}


WORKFLOW = {
    "label": "Provision an iPad",
    "starts_at": "scan",
    "steps": {
        "scan": user_step(
            "Scan",
            "charged",
            component="manual-data-entry",
            fields=[
                {"label": "Serial number", "entity_field": "serial_number", "required": True},
                {"label": "Battery", "entity_field": "$battery", "required": True},
            ],
        ),
        "charged": {
            "step_type": "decision", "label": "Charged?", "goto": "enroll", "goto_fail": "charge",
            "variable": "battery", "operator": "greater_than_equals", "value": 40,
        },
        "charge": user_step("Charge", "enroll", **tasks("charged")),
        "enroll": user_step("Enroll", "check", "enroll", **tasks("enrolled", "named")),
        "check": user_step("Check", "done", "enroll", is_qc=True, **tasks("clean")),
        "done": {"step_type": "success", "label": "Done"},
        "set-aside": {"step_type": "fail", "label": "Set aside"},
    },
}  # fmt: skip


class Crew:
    """Two technicians and one who checks; a die decides what befalls each device."""

    def __init__(self, clients: list[Api], checker: Api, work_order_id: str, queue_id: str) -> None:
        self.clients, self.checker = clients, checker
        self.work_order_id, self.queue_id = work_order_id, queue_id
        self.dice, self.told, self.serials = Random(500), Counter[str](), 0

    def work(self) -> None:
        """Until no cycle is left that somebody could begin or check."""
        while True:
            claimed = [cycle for client in self.clients for cycle in self.claim(client)]
            for client, cycle in claimed:
                self.treat(client, cycle)
            if not self.check() and not claimed:
                return

    def claim(self, client: Api) -> Iterator[tuple[Api, dict[str, Any]]]:
        batches = client.collect(f"queues/{self.queue_id}/batches?limit=100", "nter:batches")
        open_batch = next((batch for batch in batches if batch["cycles"]["pending"]), None)
        for _ in range(open_batch["cycles"]["pending"] if open_batch else 0):
            answer = client.post(f"batches/{open_batch['batch_id']}/claims")  # type: ignore[index]
            if answer.status_code == 201:
                yield client, answer.json()

    def treat(self, client: Api, cycle: dict[str, Any]) -> None:
        """Take one cycle up to its check, or to whatever befalls it on the way."""
        context, action = f"contexts/{cycle['context_id']}", f"actions/{cycle['cycle_id']}"
        befalls = self.dice.choices(
            ["nothing", "fails", "is blocked", "is handed over", "is set aside", "is scanned twice"],
            [70, 6, 8, 6, 5, 5],
        )[0]
        self.told[befalls] += 1
        if cycle["unit_id"] is None or self.dice.random() < 0.5:  # half of the retries are about the same device
            self.serials += 1
        serial = f"SN-{self.serials:04}" if cycle["unit_id"] is None else self.serial_of(client, cycle)
        if befalls == "is set aside":
            self.close(client, context, "scan", type="fail")
            return
        if befalls == "is scanned twice" and self.serials > 1:
            duplicate = self.scan(client, context, "SN-0001")
            assert duplicate.status_code == 409, duplicate.content
            assert "SN-0001 is in cycle" in duplicate.json()["detail"]
        scanned = self.scan(client, context, serial)
        assert scanned.status_code == 200, scanned.content
        if befalls == "fails":
            self.lead(client, action, "Failed", reason="Does not start")
            return
        if befalls == "is blocked":
            self.lead(client, action, "Blocked", reason="Waiting for parts", comment="A screen")
            refused = self.close(client, context, "enroll", items=self.ok("enrolled", "named"))
            assert refused.status_code == 409
            self.lead(client, action, "In Progress")
        if befalls == "is handed over":
            self.lead(client, action, "Pending")
            [client] = [other for other in self.clients if other is not client]
            assert client.post(f"{action}/claims").status_code == 201
        if scanned.json()["current_steps"] == ["charge"]:
            assert self.close(client, context, "charge", items=self.ok("charged")).status_code == 200
        if self.dice.random() < 0.1:  # the first try does not work
            half = [*self.ok("enrolled"), {"slug": "named", "value": "bad"}]
            assert self.close(client, context, "enroll", items=half).json()["failed_steps"]
        assert self.close(client, context, "enroll", items=self.ok("enrolled", "named")).status_code == 200
        if self.dice.random() < 0.05:
            assert self.close(client, context, "check", items=self.ok("clean")).status_code == 403

    def check(self) -> int:
        """Look at all that waits for a check; now and then it is sent back, and done again. Returns how many."""
        address = f"work-orders/{self.work_order_id}/cycles?filter[status]=VERIFYING&limit=100"
        cycles = self.checker.collect(address, "nter:work-order-cycles")
        for cycle in cycles:
            context = f"contexts/{cycle['context_id']}"
            if self.dice.random() < 0.05 and not self.was_sent_back(context):
                self.told["is sent back"] += 1
                self.close(self.checker, context, "check", items=[{"slug": "clean", "value": "bad"}])
                self.close(self.clients[0], context, "enroll", items=self.ok("enrolled", "named"))
                # Who failed a check did a step of this run, so somebody else looks again.
                self.lead(self.clients[0], f"actions/{cycle['cycle_id']}", "Failed", reason="Failed inspection")
            else:
                assert self.close(self.checker, context, "check", items=self.ok("clean")).status_code == 200
        return len(cycles)

    def was_sent_back(self, context: str) -> bool:
        return bool(self.checker.get(context).json()["failed_steps"])

    def scan(self, client: Api, context: str, serial: str) -> Any:
        fields = [{"label": "Serial number", "value": serial}, {"label": "Battery", "value": self.dice.randint(10, 99)}]
        return self.close(client, context, "scan", fields=fields)

    def serial_of(self, client: Api, cycle: dict[str, Any]) -> str:
        found: str = client.get(cycle["_links"]["nter:cycle-unit"]["href"]).json()["serial_number"]
        return found

    def lead(self, client: Api, action: str, status: str, **why: str) -> None:
        answer = client.patch(action, {"current_status": {"status": status}, **why})
        assert answer.status_code == 200, answer.content

    @staticmethod
    def close(client: Api, context: str, name: str, **answers: Any) -> Any:
        return client.patch(f"{context}/{name}", {"close_step": answers})

    @staticmethod
    def ok(*slugs: str) -> list[dict[str, str]]:
        return [{"slug": slug, "value": "ok"} for slug in slugs]


@pytest.fixture
def crew_of(floor: Floor, api: ApiFactory) -> list[User]:
    people = [make_user(floor.organization, "Technician", name) for name in ("Tom Baker", "Tess Hill", "Quinn Reed")]
    for person in people:
        relate(person, "tech", floor.location)
    return [User.objects.get(pk=person.pk) for person in people]


def test_500_ipads_from_the_order_to_the_last_check(floor: Floor, crew_of: list[User], api: ApiFactory) -> None:
    manager = api(floor.manager)
    tom, tess, quinn = (api(person) for person in crew_of)
    work_flow = manager.post("work-flows", WORKFLOW).json()
    work_order = manager.post(
        "work-orders",
        {
            "label": "Provision 500 iPads for Lexington Middle School",
            "begin_date": "2026-03-02T08:30:00.000Z",
            "due_date": "2026-05-02T08:30:00.000Z",
            "project": {"project_id": str(floor.project.pk)},
            "location": {"location_id": str(floor.location.pk)},
            "cycles": {"needed": NEEDED, "work_flow": {"work_flow_id": work_flow["work_flow_id"]}},
        },
    ).json()
    made = manager.patch(
        "batches",
        {
            "work_order": {"work_order_id": work_order["work_order_id"]},
            "queue": {"queue_id": str(floor.queue.pk)},
            "number_cycles": SIZE,
            "users": [{"user_id": str(person.user_id)} for person in crew_of[:2]],
        },
    )
    assert made.status_code == 204

    crew = Crew([tom, tess], quinn, work_order["work_order_id"], str(floor.queue.pk))
    crew.work()

    # Everything befell somebody, and in the end all is done.
    assert crew.told.keys() >= {"fails", "is blocked", "is handed over", "is set aside", "is scanned twice"}
    assert crew.told["is sent back"]
    failed = Cycle.objects.filter(status="Failed").count()
    assert failed == Cycle.objects.filter(is_retry=True).count() > 40
    assert Cycle.objects.filter(category="COMPLETE").count() == NEEDED
    assert Context.objects.count() == Cycle.objects.count() == NEEDED + failed
    assert Unit.objects.filter(cycles__category="COMPLETE").distinct().count() == NEEDED

    # Every count in every representation is the number of rows.
    assert list(differences()) == []
    done = manager.get(f"work-orders/{work_order['work_order_id']}").json()
    assert counted(done["cycles"]) == rows(Cycle.objects.all()) | {"needed": NEEDED}
    assert (done["cycles"]["assigned"], done["current_status"]["category"]) == (NEEDED, "COMPLETE")
    assert done["start_date"] < done["end_date"]
    batches = manager.collect(f"work-orders/{work_order['work_order_id']}/batches?limit=100", "nter:batches")
    assert len(batches) == Batch.objects.count() == NEEDED // SIZE
    for batch in batches:
        cycles = Cycle.objects.filter(batch=batch["batch_id"])
        assert counted(batch["cycles"]) == rows(cycles) | {"needed": SIZE}
        assert batch["current_status"]["category"] == "COMPLETE"
        listed = manager.get(f"batches/{batch['batch_id']}/cycles").json()
        assert listed["total_count"] == cycles.count()
    queue = manager.get(f"queues/{floor.queue.pk}").json()
    assert {name: queue[f"active_{name}"] for name in ("work_orders", "batches", "cycles")} == dict.fromkeys(
        ("work_orders", "batches", "cycles"), 0
    )
    contexts = manager.get(f"work-orders/{work_order['work_order_id']}/contexts?filter[status]=COMPLETE").json()
    assert contexts["total_count"] == NEEDED


def counted(cycles: dict[str, Any]) -> dict[str, int]:
    return {name: number for name, number in cycles.items() if name not in ("assigned", "work_flow")}


def rows(cycles: Any) -> dict[str, int]:
    found = Counter(category.lower() for category in cycles.values_list("category", flat=True))
    active = ("pending", "in_progress", "verifying", "blocked")
    return {
        **{name: found[name] for name in (*active, "complete", "cancelled")},
        "active": sum(found[name] for name in active),
        "in_active": found["complete"] + found["cancelled"],
    }
