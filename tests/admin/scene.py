"""Rows of every kind the admin keeps, as many as are asked for, all of one parent where they can be."""

from datetime import timedelta

from oauth2_provider.models import AccessToken, Application

from batches.models import Batch
from batches.operations.cycling import block_cycle, start_cycle
from batches.operations.grouping import create_group
from niagara.accounts.actor import Actor
from niagara.accounts.models import Role, SharedDevice, User
from niagara.accounts.operations.badges import issue_badge
from niagara.accounts.operations.devices import allow_device
from niagara.directory.models import AllowedStatus, Category, Location, Program, Project, Reason, Resource, Status
from niagara.records.models import Note
from niagara.records.operations.notifying import notify_technicians
from tests.cycles import complete_cycle
from tests.factories import AT, STEPS, Floor, make_user, make_workflow, relate
from tests.records.files import pdf, upload
from tests.webhooks.delivering import deliver_all, subscribe, tell
from workorders.models import WorkOrder


def grow(floor: Floor, person: User, number: int, work_order: WorkOrder | None = None) -> WorkOrder:
    """Add rows of each kind; the batches to the work order, if there is one. Returns the work order."""
    mark = "Grown"
    floor.make_work_order()
    work_order = work_order or floor.make_work_order(1000, f"{mark} iPads")
    for position in range(number):
        name = f"{mark} {work_order.batches.count()} {position}"
        _directory(floor, name)
        batch = floor.make_batch(
            3, work_order, queue=floor.make_queue(f"{mark} lane"), mixing_station=floor.station, label=f"{mark} batch"
        )
        _work(floor, batch, person, mark)
        _people(floor, name)
    deliver_all(AT)
    return work_order


def _directory(floor: Floor, name: str) -> None:
    ours = {"organization": floor.organization}
    status = Status.objects.create(**ours, status=f"S {name}"[:60], category=Category.PENDING, order=900)
    AllowedStatus.objects.create(status=status, customer=floor.customer)
    Reason.objects.create(**ours, label=name, kind="block")
    location = Location.objects.create(**ours, label=name, country="USA")
    Resource.objects.create(**ours, label=name, resource_type="cart", location=location, parent=floor.station)
    program = Program.objects.create(**ours, label=name, customer=floor.customer)
    Project.objects.create(**ours, label=name, customer=floor.customer, program=program)
    type(floor.customer).objects.create(**ours, label=name)
    make_workflow(floor.organization, name, STEPS)
    upload(floor, name, pdf())


def _work(floor: Floor, batch: Batch, person: User, mark: str) -> None:
    relate(person, "tech", batch)
    group = create_group(
        work_order=batch.work_order, changes={"name": f"{mark} group", "tags": [mark]}, by=floor.by, at=AT
    )
    unit = floor.make_unit(f"{mark}-{batch.pk}", current_status=floor.status(Category.COMPLETE))
    cycle = start_cycle(cycle=batch.cycles.order_by("number")[0], technician=person, unit=unit, by=floor.by, at=AT)
    Reason.objects.get_or_create(organization=floor.organization, label=f"{mark} reason", kind="block")
    block_cycle(cycle=cycle, reason=f"{mark} reason", by=floor.by, at=AT)
    start_cycle(cycle=batch.cycles.order_by("number")[1], technician=person, by=floor.by, at=AT)
    done = start_cycle(cycle=batch.cycles.order_by("number")[2], technician=person, by=floor.by, at=AT)
    complete_cycle(cycle=done, by=floor.by, at=AT)
    notify_technicians([(batch, person)], by=floor.by, at=AT)
    for subject_type, subject in (("WOR", batch.work_order), ("BGR", group), ("UNIT", unit)):
        Note.objects.create(
            organization=floor.organization,
            subject_type=subject_type,
            subject_id=subject.pk,
            content=f"{mark} note",
            author=person,
            is_issue=True,
        )
    subscribe(floor, f"http://127.0.0.1:9/{mark}/{unit.pk}", description=f"{mark} display")
    tell(floor)


def _people(floor: Floor, name: str) -> None:
    make_user(floor.organization, "Technician", name)
    role = Role.objects.create(organization=floor.organization, label=name)
    role.grants.create(permission="batch:read")
    user = floor.organization.users.get(name=name)
    user.roles.add(role)
    issue_badge(user, pin="4711", by=Actor.system(), at=AT)
    allow_device(SharedDevice(organization=floor.organization, name=name), by=floor.by, at=AT)
    client = Application.objects.create(
        name=name,
        user=user,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
    )
    expires = AT + timedelta(days=999)
    AccessToken.objects.create(user=user, application=client, token=f"{user.pk}-token", expires=expires)
