"""The operations of all but batches and cycles, ready to be called."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from oauth2_provider.models import AccessToken, Application

from niagara.accounts.actor import Actor
from niagara.accounts.models import Role, User
from niagara.accounts.operations import clients, organizing, people, saving
from niagara.directory.models import Category, Location, Resource, Status
from niagara.directory.operations import statuses
from niagara.records.models import Attachment, Note, Notification, Relation
from niagara.records.operations import notifying, noting, relating, uploading
from queues.models import Queue
from queues.operations import queueing
from tests.clients import make_token
from tests.cycles import complete_cycle
from tests.factories import AT, STEPS, Floor, make_workflow, relate, via_api
from tests.records.files import pdf, upload
from tests.walks.batch_cases import started
from tests.walks.cases import call, case, tom_of
from workorders.models import Workflow, WorkOrder
from workorders.operations import ordering, workflows

FOLLOWING = {"component": "follow-pdf-instructions", "attachment": "Foil"}

# Work orders, workflows, queues


@case
def create_work_order(floor: Floor) -> partial[Any]:
    work_order = WorkOrder(
        organization=floor.organization,
        label="Provision iPads",
        project=floor.project,
        location=floor.location,
        workflow=floor.workflow,
        needed=1,
        begin_date=AT,
        due_date=AT,
    )
    return call(ordering.create_work_order, work_order)


@case
def change_work_order(floor: Floor) -> partial[Any]:
    batch = floor.make_batch(1)
    complete_cycle(cycle=started(floor, batch), by=floor.by, at=AT)

    def raise_what_is_needed(**who_and_when: Any) -> None:
        work_order = WorkOrder.objects.get(pk=batch.work_order_id)
        work_order.needed = 2  # so it is no longer complete
        ordering.change_work_order(work_order, **who_and_when)

    return call(raise_what_is_needed)


@case
def create_workflow(floor: Floor) -> partial[Any]:
    workflow = Workflow(organization=floor.organization, label="Set up", starts_at="unpack", steps=STEPS)
    return call(workflows.create_workflow, workflow)


@case
def change_workflow(floor: Floor) -> partial[Any]:
    workflow = Workflow.objects.get(pk=floor.workflow.pk)
    workflow.label = "Set up"
    return call(workflows.change_workflow, workflow)


@case
def create_queue(floor: Floor) -> partial[Any]:
    return call(queueing.create_queue, Queue(organization=floor.organization, label="Slow", location=floor.location))


@case
def change_queue(floor: Floor) -> partial[Any]:
    queue = Queue.objects.get(pk=floor.queue.pk)
    queue.label = "Express lane"
    return call(queueing.change_queue, queue)


# Relations, notes, statuses, rows


@case
def change_status(floor: Floor) -> partial[Any]:
    status = floor.status(Category.BLOCKED)
    status.status = "Waiting"
    return call(statuses.change_status, status)


@case
def remove_status(floor: Floor) -> partial[Any]:
    status = Status.objects.create(organization=floor.organization, status="Parked", category=Category.BLOCKED)
    return call(statuses.remove_status, status)


@case
def attach(floor: Floor) -> partial[Any]:
    return call(relating.attach, floor.make_batch(1), "tech", tom_of(floor))


@case
def attach_technicians(floor: Floor) -> partial[Any]:
    return call(relating.attach_technicians, [floor.make_batch(1), floor.make_batch(1)], [tom_of(floor)])


@case
def detach(floor: Floor) -> partial[Any]:
    tom, batch = tom_of(floor), floor.make_batch(1)
    pk = relate(tom, "tech", batch).pk
    return call(lambda **by_at: relating.detach(batch, Relation.objects.get(pk=pk), **by_at))


@case
def write_note(floor: Floor) -> partial[Any]:
    return call(noting.write_note, floor.make_batch(1).batch_group, "The hinge is loose")


@case
def change_note(floor: Floor) -> partial[Any]:
    pk = noting.write_note(floor.make_batch(1).batch_group, "Loose", is_issue=True, by=floor.by, at=AT).pk

    def rewrite(**who_and_when: Any) -> None:
        note = Note.objects.get(pk=pk)
        note.content = "Very loose"
        noting.change_note(note, is_closed=True, **who_and_when)

    return call(rewrite)


@case
def remove_note(floor: Floor) -> partial[Any]:
    pk = noting.write_note(floor.make_batch(1).batch_group, "Loose", by=floor.by, at=AT).pk
    return call(lambda **who_when: noting.remove_note(Note.objects.get(pk=pk), **who_when))


@case
def upload_attachment(floor: Floor) -> partial[Any]:
    make_workflow(floor.organization, "Read", {**STEPS, "unpack": {**STEPS["unpack"], **FOLLOWING}})

    def upload_anew(**who_and_when: Any) -> None:
        file = SimpleUploadedFile("foil.pdf", pdf())  # read to its end by who was refused before
        attachment = Attachment(organization=floor.organization, label="Foil", file=file)
        uploading.upload_attachment(attachment, **who_and_when)

    return call(upload_anew)


@case
def remove_attachment(floor: Floor) -> partial[Any]:
    pk = upload(floor, "Foil", pdf()).pk
    return call(lambda **by_at: uploading.remove_attachment(Attachment.objects.get(pk=pk), **by_at))


@case
def dismiss(floor: Floor) -> partial[Any]:
    tom = tom_of(floor)
    floor.make_batch(1, technicians=[tom])
    act = partial(notifying.dismiss, by=via_api(tom), at=AT)
    return partial(lambda: act(Notification.objects.get()))


@case
def allow_statuses(floor: Floor) -> partial[Any]:
    return call(statuses.allow_statuses, floor.project, [floor.status(Category.PENDING)])


@case
def create_row(floor: Floor) -> partial[Any]:
    return call(saving.create_row, Location(organization=floor.organization, label="Annex", country="USA"))


@case
def change_row(floor: Floor) -> partial[Any]:
    station = Resource.objects.get(pk=floor.station.pk)
    station.label = "Bench 2"
    return call(saving.change_row, station)


@case
def remove_row(floor: Floor) -> partial[Any]:
    return call(saving.remove_row, floor.station)


# People and clients


@case
def create_user(floor: Floor) -> partial[Any]:
    role = Role.objects.get(organization=floor.organization, label="Viewer")

    def create(**who_and_when: Any) -> None:
        user = User(organization=floor.organization, email="new@example.com", password="!", name="New")
        people.create_user(user, roles=[role], **who_and_when)

    return call(create)


@case
def change_user(floor: Floor) -> partial[Any]:
    user = tom_of(floor)
    user.name = "Thomas Baker"
    return call(people.change_user, user, roles=[])


@case
def remove_user(floor: Floor) -> partial[Any]:
    pk = tom_of(floor).pk
    return call(lambda **who_and_when: people.remove_user(User.objects.get(pk=pk), **who_and_when))


@case
def create_role(floor: Floor) -> partial[Any]:
    def create(**who_and_when: Any) -> None:
        role = Role(organization=floor.organization, label="Helper")
        people.create_role(role, grants={"batch:read": True}, **who_and_when)

    return call(create)


@case
def change_role(floor: Floor) -> partial[Any]:
    pk = Role.objects.get(organization=floor.organization, label="Viewer").pk

    def change(**who_and_when: Any) -> None:
        role = Role.objects.get(pk=pk)
        role.label = "Guest"
        people.change_role(role, grants={"batch:read": True}, **who_and_when)

    return call(change)


@case
def set_password(floor: Floor) -> partial[Any]:
    return call(people.set_password, tom_of(floor), "another secret")


@case
def set_grants(floor: Floor) -> partial[Any]:
    role = Role.objects.get(organization=floor.organization, label="Viewer")
    return call(people.set_grants, role, {"batch:read": True})


@case
def rename_organization(floor: Floor) -> partial[Any]:
    return call(organizing.rename_organization, floor.organization, "Acme")


def new_client(floor: Floor) -> Application:
    return Application(
        name="Label printer",
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
        user=floor.manager,
    )


def stored_client(floor: Floor) -> Application:
    client = new_client(floor)
    clients.create_client(client, by=Actor.system(), at=AT)
    return Application.objects.get(pk=client.pk)


@case
def create_client(floor: Floor) -> partial[Any]:
    return call(lambda **who_and_when: clients.create_client(new_client(floor), **who_and_when))


@case
def change_client(floor: Floor) -> partial[Any]:
    client = stored_client(floor)
    client.name = "Printer"
    return call(clients.change_client, client)


@case
def remove_client(floor: Floor) -> partial[Any]:
    pk = stored_client(floor).pk
    return call(lambda **who_and_when: clients.remove_client(Application.objects.get(pk=pk), **who_and_when))


@case
def revoke_token(floor: Floor) -> partial[Any]:
    client = stored_client(floor)
    make_token(floor.manager, ("batch:read",), application=client, expires=AT + timedelta(days=36500))
    token = AccessToken.objects.get()
    return call(lambda **who_and_when: clients.revoke_token(AccessToken.objects.get(pk=token.pk), **who_and_when))
