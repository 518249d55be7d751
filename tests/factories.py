"""Rows for tests, made the way the product makes them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from batches.models import Batch
from batches.operations.creating import Wishes, create_batch
from niagara.accounts.actor import Actor
from niagara.accounts.models import HistoryEntry, Organization, Role, User
from niagara.directory.models import Category, Customer, Location, Program, Project, Resource, Status, Unit
from niagara.directory.operations.founding import found_organization
from niagara.records.models import Relation
from niagara.records.operations.relating import make_relation
from queues.models import Queue
from queues.operations.queueing import create_queue
from workorders.models import Workflow, WorkOrder
from workorders.operations.ordering import create_work_order
from workorders.operations.workflows import create_workflow

AT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)

STEPS = {
    "unpack": {"step_type": "user", "label": "Unpack", "goto": "done", "goto_fail": "broken"},
    "done": {"step_type": "success", "label": "Done", "on_start": [], "on_complete": []},
    "broken": {"step_type": "fail", "label": "Broken", "on_start": [], "on_complete": []},
}
# What is unpacked is looked at by somebody else.
STEPS_WITH_CHECK = {
    "unpack": {**STEPS["unpack"], "goto": "check"},
    "check": {
        "step_type": "user", "component": "task-list", "label": "Check", "is_qc": True, "items": [],
        "goto": "polish", "goto_fail": "unpack",
    },
    "polish": {"step_type": "user", "label": "Polish", "goto": "done", "goto_fail": "broken"},
    "done": STEPS["done"],
    "broken": STEPS["broken"],
}  # fmt: skip

_numbers = count(1)


def via_api(user: User) -> Actor:
    return Actor(user, HistoryEntry.Via.API, "tests")


def make_user(organization: Organization, role: str | None, name: str = "", **fields: Any) -> User:
    """A user with one of the roles an organization starts with, or with none."""
    number = next(_numbers)
    user = User(
        organization=organization,
        email=fields.pop("email", f"user{number}@example.com"),
        name=name or f"User {number}",
        **fields,
    )
    user.set_password("secret")
    user.save()
    if role:
        user.roles.add(Role.objects.get(organization=organization, label=role))
    return user


def grant_only(user: User, *permissions: str, match_location: bool = False) -> None:
    """Let the user hold these permissions and no others."""
    role = Role.objects.create(organization=user.organization, label=f"Role {next(_numbers)}")
    for permission in permissions:
        role.grants.create(permission=permission, match_location=match_location)
    user.roles.set([role])
    user.__dict__.pop("grants", None)


def relate(user: User, relation: str, target: Any) -> Relation:
    made = make_relation(target, relation, user, at=AT)
    made.save()
    return made


@dataclass
class Floor:
    """What an organization needs before there can be work: who works, where, for whom and how."""

    organization: Organization
    manager: User
    customer: Customer
    program: Program
    project: Project
    location: Location
    workflow: Workflow
    queue: Queue
    station: Resource

    @property
    def by(self) -> Actor:
        return via_api(self.manager)

    def status(self, category: Category) -> Status:
        return Status.objects.get(organization=self.organization, category=category)

    def make_queue(self, label: str = "Slow lane", location: Location | None = None) -> Queue:
        queue = Queue(organization=self.organization, label=label, location=location or self.location)
        create_queue(queue, by=self.by, at=AT)
        return queue

    def make_location(self, label: str = "Annex") -> Location:
        return Location.objects.create(organization=self.organization, label=label, country="USA")

    def make_unit(self, serial_number: str = "", **fields: Any) -> Unit:
        return Unit.objects.create(
            organization=self.organization,
            label="iPad",
            serial_number=serial_number or f"SN-{next(_numbers)}",
            customer=fields.pop("customer", self.customer),
            location=fields.pop("location", self.location),
            **fields,
        )

    def make_work_order(self, needed: int = 10, label: str = "Provision iPads", **fields: Any) -> WorkOrder:
        work_order = WorkOrder(
            organization=self.organization,
            label=label,
            project=fields.pop("project", self.project),
            location=fields.pop("location", self.location),
            workflow=fields.pop("workflow", self.workflow),
            needed=needed,
            begin_date=fields.pop("begin_date", AT),
            due_date=fields.pop("due_date", AT + timedelta(days=30)),
            **fields,
        )
        create_work_order(work_order, by=self.by, at=AT)
        return work_order

    def make_batch(
        self, number_cycles: int = 10, work_order: WorkOrder | None = None, queue: Queue | None = None, **wishes: Any
    ) -> Batch:
        return create_batch(
            work_order=work_order or self.make_work_order(number_cycles),
            queue=queue or self.queue,
            number_cycles=number_cycles,
            by=self.by,
            at=AT,
            wishes=Wishes(**wishes),
        )


def make_workflow(organization: Organization, label: str, steps: dict[str, Any], starts_at: str = "") -> Workflow:
    """It starts at the first of its steps unless another is named."""
    workflow = Workflow(organization=organization, label=label, starts_at=starts_at or next(iter(steps)), steps=steps)
    create_workflow(workflow, by=Actor.system(), at=AT)
    return workflow


def make_floor(name: str = "Acme Provisioning", manager: str = "Maria Santos", **fields: Any) -> Floor:
    """An organization with its floor; `fields` are its manager's."""
    organization = found_organization(name, at=AT)
    customer = Customer.objects.create(organization=organization, label="Lexington Public Schools")
    program = Program.objects.create(organization=organization, customer=customer, label="Devices for all")
    location = Location.objects.create(
        organization=organization,
        label="Menands",
        location_type="warehouse",
        country="USA",
        administrative_area="NY",
        sub_administrative_area="Albany",
        locality="Menands",
        postal_code="12204",
        thoroughfare="431 Broadway",
        premise="Suite c",
        sub_premise="ZIC",
    )
    floor = Floor(
        organization=organization,
        manager=make_user(organization, "Production manager", manager, is_staff=True, **fields),
        customer=customer,
        program=program,
        project=Project.objects.create(
            organization=organization, customer=customer, program=program, label="Middle School"
        ),
        location=location,
        workflow=make_workflow(organization, "Set up an iPad", STEPS),
        queue=Queue(organization=organization, label="Fast lane", location=location),
        station=Resource.objects.create(
            organization=organization, label="Bench 1", resource_type="work-station", location=location
        ),
    )
    create_queue(floor.queue, by=floor.by, at=AT)
    return floor
