"""The two organizations of the demo, with everything there is before there is work."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from batches.management.demo import names
from batches.management.demo.accounts import add_badges, add_clients, add_people, place_people
from batches.management.demo.instructions import add_instructions
from batches.management.demo.names import Place
from batches.management.demo.workflows import PLANS
from niagara.accounts.actor import Actor
from niagara.accounts.models import Organization
from niagara.accounts.operations import saving
from niagara.directory.models import Category, Customer, Location, Program, Project, Resource, Status
from niagara.directory.operations.founding import found_organization
from niagara.directory.operations.statuses import allow_statuses
from queues.models import Queue
from queues.operations.queueing import create_queue
from workorders.models import Workflow
from workorders.operations.workflows import create_workflow

COMMAND = "demo"


def found_company(*, at: datetime) -> Organization:
    """The organization of the demo accounts."""
    organization = found_organization(names.COMPANY, at=at)
    admin, *_, integration = add_people(organization, names.ACCOUNTS, at=at)
    add_people(organization, names.COLLEAGUES, at=at, may_sign_in=False)
    add_clients(admin, integration)
    by = Actor.in_command(admin, COMMAND)
    add_badges(by=by, at=at)
    _add_own_status(organization, by=by, at=at)
    locations = {place.label: add_place(organization, place, by=by, at=at) for place in names.PLACES}
    place_people((*names.ACCOUNTS, *names.COLLEAGUES), locations, by=by, at=at)
    add_customers(organization, names.CUSTOMERS, by=by, at=at)
    for customer in Customer.objects.filter(organization=organization, label__in=names.PLAIN_SPOKEN):
        allow_only(customer, "In Progress", by=by, at=at)
    _add_workflows(organization, by=by, at=at)
    return organization


def found_other_company(*, at: datetime) -> Organization:
    """The organization that the demo accounts must not see anything of."""
    organization = found_organization(names.OTHER_COMPANY, at=at)
    add_people(organization, [names.OTHER_ACCOUNT], at=at)
    by = Actor.system()
    location = add_place(organization, names.OTHER_PLACE, by=by, at=at)
    place_people([names.OTHER_ACCOUNT], {location.label: location}, by=by, at=at)
    add_customers(organization, names.OTHER_CUSTOMERS, by=by, at=at)
    _add_workflows(organization, by=by, at=at)
    return organization


def add_place(organization: Organization, place: Place, *, by: Actor, at: datetime) -> Location:
    *address, queues, resources = place
    location = Location(
        organization=organization,
        country="USA",
        **dict(zip(Place._fields, address, strict=False)),
    )
    saving.create_row(location, by=by, at=at)
    for label in queues:
        capacity = names.CAPACITIES.get(label)
        queue = Queue(organization=organization, location=location, label=label, capacity=capacity)
        create_queue(queue, by=by, at=at)
    for label, resource_type in resources:
        resource = Resource(organization=organization, location=location, label=label, resource_type=resource_type)
        saving.create_row(resource, by=by, at=at)
        if resource_type == "mixing-station":
            for number in (1, 2):
                slot = Resource(
                    organization=organization,
                    location=location,
                    label=f"{label}, Slot {number}",
                    resource_type="station-slot",
                    parent=resource,
                )
                saving.create_row(slot, by=by, at=at)
    return location


def add_customers(
    organization: Organization,
    customers: Mapping[str, Mapping[str, Iterable[str]]],
    *,
    by: Actor,
    at: datetime,
) -> None:
    for label, programs in customers.items():
        customer = Customer(organization=organization, label=label)
        saving.create_row(customer, by=by, at=at)
        for program_label, project_labels in programs.items():
            program = None
            if program_label:
                program = Program(organization=organization, customer=customer, label=program_label, start_date=at)
                saving.create_row(program, by=by, at=at)
            for project_label in project_labels:
                project = Project(
                    organization=organization,
                    customer=customer,
                    program=program,
                    label=project_label,
                    description=f"{project_label} for {label}.",
                    start_date=at,
                )
                saving.create_row(project, by=by, at=at)


def _add_own_status(organization: Organization, *, by: Actor, at: datetime) -> None:
    status = Status(
        organization=organization,
        status="Reticulating Splines",
        category=Category.IN_PROGRESS,
        description="For something that is Reticulating Splines",
        order=2,
    )
    saving.create_row(status, by=by, at=at)


def allow_only(customer: Customer, label: str, *, by: Actor, at: datetime) -> None:
    """Narrow the category of this status to it."""
    status = Status.objects.get(organization_id=customer.organization_id, status=label)
    allow_statuses(customer, [status], by=by, at=at)


def _add_workflows(organization: Organization, *, by: Actor, at: datetime) -> None:
    add_instructions(organization, by=by, at=at)
    for plan in PLANS.values():
        workflow = Workflow(organization=organization, label=plan.label, starts_at=plan.starts_at, steps=plan.steps)
        create_workflow(workflow, by=by, at=at)
