"""The floor that the run works on: who is there, and what there is to do."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from batches.operations.creating import Wishes, break_down
from niagara import clock
from niagara.accounts.models import User
from niagara.accounts.operations.tokens import issue_token
from niagara.accounts.permissions import SCOPES
from niagara.webhooks.models import Subscription
from niagara.webhooks.operations.subscribing import create_subscription
from tests.factories import Floor, make_floor, make_user, make_workflow, relate
from workorders.models import WorkOrder

QUEUES, BATCH = 6, 10

_TASKS = [
    {"slug": slug, "label": label, "evaluated": True, "allow_na": False}
    for slug, label in (("screen", "The screen is whole"), ("charge", "It charges"))
]
_ENDS = {
    "done": {"step_type": "success", "label": "Done", "on_start": [], "on_complete": []},
    "broken": {"step_type": "fail", "label": "Broken", "on_start": [], "on_complete": []},
}
_SCAN = {
    "step_type": "user", "component": "manual-data-entry", "label": "Scan", "can_stack": True,
    "fields": [{"label": "Serial number", "required": True, "entity_field": "serial_number"}],
    "goto": "look", "goto_fail": "broken",
}  # fmt: skip
_LOOK = {
    "step_type": "user", "component": "task-list", "label": "Look over", "items": _TASKS,
    "goto": "done", "goto_fail": "broken",
}  # fmt: skip
_CHECK = {
    "step_type": "user", "component": "task-list", "label": "Check", "is_qc": True, "items": [],
    "goto": "done", "goto_fail": "look",
}  # fmt: skip

SHORT = {"scan": _SCAN, "look": _LOOK, **_ENDS}
CHECKED = {"scan": _SCAN, "look": {**_LOOK, "goto": "check"}, "check": _CHECK, **_ENDS}


@dataclass
class Cast:
    floor: Floor
    technicians: list[User]
    managers: list[User]
    tokens: list[str]  # of the clients of the API
    stranger: str  # the token of somebody at another organization
    password: str
    started: WorkOrder  # broken down already, for clients that make batches of what is left
    to_break_down: list[WorkOrder]


def furnish(receiver: str, technicians: int, managers: int, clients: int, cycles: int) -> Cast:
    """A floor with `cycles` in batches, half of them of a workflow with a check."""
    floor = make_floor(email="manager@load.example")
    hook = Subscription(organization=floor.organization, url=receiver, events=["BatchChanged"], description="Load")
    create_subscription(hook, by=floor.by, at=clock.now())
    password = secrets.token_urlsafe(12)
    people = [_person(floor, "Technician", number, password) for number in range(technicians)]
    leads = [_person(floor, "Production manager", number, password) for number in range(managers)]
    queues = [floor.queue, *(floor.make_queue(f"Lane {number}") for number in range(2, QUEUES + 1))]
    short = make_workflow(floor.organization, "Short", SHORT)
    checked = make_workflow(floor.organization, "With a check", CHECKED)
    due = clock.now() + timedelta(days=7)
    for number, queue in enumerate(queues):
        workflow = (short, checked)[number % 2]
        order = floor.make_work_order(cycles // QUEUES, f"Order {number}", workflow=workflow, due_date=due)
        for _ in range(0, cycles // QUEUES, BATCH * 100):  # at most 100 batches in one go
            break_down(
                work_order=order, queue=queue, number_cycles=BATCH,
                total=min(100, (order.needed - order.assigned) // BATCH), wishes=Wishes(), by=floor.by, at=clock.now(),
            )  # fmt: skip
            order.refresh_from_db()
    elsewhere = make_floor("Elsewhere", email="manager@elsewhere.example")
    return Cast(
        floor, people, leads,
        [_token(floor.manager) for _ in range(clients)], _token(elsewhere.manager), password,
        floor.make_work_order(100_000, "For clients", workflow=short, due_date=due),
        [floor.make_work_order(10_000, f"For manager {one}", workflow=short, due_date=due) for one in range(managers)],
    )  # fmt: skip


def _person(floor: Floor, role: str, number: int, password: str) -> User:
    email = f"{role.split()[-1].lower()}{number}-{uuid4().hex[:6]}@load.example"
    person = make_user(floor.organization, role, f"{role} {number}", email=email)
    person.set_password(password)
    person.save()
    if role == "Technician":
        relate(person, "tech", floor.location)
    return person


def _token(user: User) -> str:
    return issue_token(user, SCOPES, at=clock.now(), hours=4)
