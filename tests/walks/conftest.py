"""A scene with one of everything."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest
from django.db import transaction

from batches.models import Batch, BatchGroup, Cycle
from batches.operations.cycling import start_cycle
from batches.operations.grouping import create_group
from niagara.accounts.actor import Actor
from niagara.accounts.models import Role, SharedDevice, User
from niagara.accounts.operations.devices import allow_device
from niagara.directory.models import Customer, Program, Project, Resource, Unit
from niagara.directory.operations.importing import import_units
from niagara.records.models import Attachment, Draft, Note, Notification, Relation, public_relation_id
from niagara.records.operations.drafting import keep_draft
from niagara.records.operations.notifying import notify_technicians
from niagara.records.operations.noting import write_note
from niagara.records.operations.relating import attach
from niagara.tables.table import Table
from niagara.webhooks.models import Delivery
from tests.factories import AT, STEPS, Floor, make_floor, make_user, make_workflow, relate
from tests.records.files import pdf, upload
from tests.walks.bodies import BODIES
from tests.walks.routes import Operation
from tests.webhooks.delivering import deliver_all, subscribe, tell


@dataclass
class World:
    floor: Floor
    tom: User
    role: Role
    batch: Batch
    unit: Unit
    note: Note
    group_note: Note
    order_note: Note
    notification: Notification
    tech: Relation
    delivery: Delivery
    draft: Draft
    attachment: Attachment
    device: SharedDevice
    # A cycle somebody works on; the batch's own are pending.
    working: Cycle
    # Collection → how somebody is related to what the walks ask for of it.
    owners: dict[str, Relation]
    # Name of an id → the id of something that nothing else needs.
    spare: dict[str, str]

    @cached_property
    def ids(self) -> dict[str, str]:
        """What stands in an address, by the name it has there."""
        return {
            "attachment_id": str(self.attachment.pk),
            "action_id": str(self.batch.cycles.all()[0].pk),
            "cycle_id": str(self.batch.cycles.all()[0].pk),
            "context_id": str(self.working.context_id),
            "step_slug": "look-over",
            "stack_step": "set-up",
            "batch_group_id": str(self.batch.batch_group_id),
            "batch_id": str(self.batch.pk),
            "customer_id": str(self.floor.customer.pk),
            "group_note_id": str(self.group_note.pk),
            "order_note_id": str(self.order_note.pk),
            "device_id": str(self.device.pk),
            "delivery_id": str(self.delivery.pk),
            "draft_id": str(self.draft.pk),
            "location_id": str(self.floor.location.pk),
            "note_id": str(self.note.pk),
            "notification_id": str(self.notification.pk),
            "program_id": str(self.floor.program.pk),
            "project_id": str(self.floor.project.pk),
            "queue_id": str(self.floor.queue.pk),
            "relation_id": public_relation_id("USER", "tech", self.tech.pk),
            "resource_id": str(self.floor.station.pk),
            "role_id": str(self.role.pk),
            "tech_id": str(self.tom.user_id),
            "unit_id": str(self.unit.pk),
            "user_id": str(self.tom.user_id),
            "webhook_id": str(self.delivery.subscription_id),
            "work_flow_id": str(self.floor.workflow.pk),
            "work_order_id": str(self.batch.work_order_id),
        }

    def ids_of(self, operation: Operation) -> dict[str, str]:
        """The ids of what the operation can do its work on."""
        if operation.action == "partial_update" and "action_id" in operation.id_names:
            return {**self.ids, "action_id": str(self.working.pk)}
        is_left_over = operation.action == "destroy" and "cycle_id" not in operation.id_names
        ids = {**self.ids, **(self.spare if is_left_over else {})}
        if "relation_id" in operation.id_names and operation.collection in self.owners:
            owner = self.owners[operation.collection]
            ids = {**self.ids, "relation_id": public_relation_id("USER", "owner", owner.pk)}
        return ids

    def body(self, operation: Operation) -> Any:
        if operation.method in ("GET", "DELETE"):
            return None
        return BODIES[str(operation)](self)


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Made once for all the tests of a module: it takes longer than most of them."""
    with django_db_blocker.unblock(), transaction.atomic():
        floor = make_floor()
        yield make_world(floor, make_user(floor.organization, "Technician", "Tom Baker"))
        transaction.set_rollback(True)


@pytest.fixture
def world(scene: World, db: None) -> World:
    """The scene, of which each test changes a copy, and rows that are as before when it has ended."""
    return deepcopy(scene)


def make_world(floor: Floor, tom: User) -> World:
    stackable = {"set-up": {**STEPS["unpack"], "can_stack": True}, "done": STEPS["done"], "broken": STEPS["broken"]}
    floor.workflow = make_workflow(floor.organization, "Set up a stack of iPads", stackable)
    batch = floor.make_batch(4, floor.make_work_order(20), technicians=[tom])
    unit = Unit.objects.create(
        organization=floor.organization,
        label="iPad",
        serial_number="SN-1",
        customer=floor.customer,
        location=floor.location,
    )
    become_administrator(floor.manager)
    notify_technicians([(batch, floor.manager)], by=Actor.system(), at=AT)
    owned = {
        "customers": floor.customer,
        "programs": floor.program,
        "projects": floor.project,
        "locations": floor.location,
        "resources": floor.station,
        "units": unit,
        "queues": floor.queue,
        "work-orders": batch.work_order,
        "work-flows": floor.workflow,
        "batch-groups": batch.batch_group,
    }
    return World(
        floor=floor,
        tom=tom,
        role=tom.roles.get(),
        batch=batch,
        unit=unit,
        notification=Notification.objects.get(user=floor.manager),
        note=write_note(unit, "The hinge is loose", by=floor.by, at=AT),
        order_note=write_note(batch.work_order, "Late", is_issue=True, by=floor.by, at=AT),
        group_note=write_note(batch.batch_group, "Fragile", is_issue=True, by=floor.by, at=AT),
        working=make_working(floor),
        delivery=make_delivery(floor),
        draft=make_draft(floor),
        attachment=make_attachment(floor),
        device=make_device(floor),
        tech=Relation.objects.technicians().get(relation="tech", source_user=tom),
        owners={collection: relate(floor.manager, "owner", row) for collection, row in owned.items()},
        spare=make_spare(floor),
    )


def make_working(floor: Floor) -> Cycle:
    """A cycle in progress, whose step in hand is a list of tasks."""
    items = [{"slug": slug, "label": slug, "evaluated": True} for slug in ("sealed", "clean")]
    steps = {"look-over": {**STEPS["unpack"], "component": "task-list", "items": items}, **STEPS}
    del steps["unpack"]
    work_order = floor.make_work_order(workflow=make_workflow(floor.organization, "Look over", steps))
    cycle = floor.make_batch(1, work_order).cycles.get()
    return start_cycle(cycle=cycle, technician=floor.manager, by=floor.by, at=AT)


def make_delivery(floor: Floor) -> Delivery:
    """To a receiver that is not there."""
    subscribe(floor, "http://127.0.0.1:9/hook")
    tell(floor)
    deliver_all(AT)
    return Delivery.objects.get(organization=floor.organization)


def make_device(floor: Floor) -> SharedDevice:
    device = SharedDevice(organization=floor.organization, name="Bench 3")
    allow_device(device, by=floor.by, at=AT)
    return device


def make_draft(floor: Floor) -> Draft:
    """A file of units, whose one row is faulty."""
    table = Table.of(["serial_number", "label", "customer", "location"], [["SN-2", "iPad", "Nobody", "Nowhere"]])
    return keep_draft(table, "units", "serials.csv", import_units, by=floor.by, at=AT)


def make_attachment(floor: Floor) -> Attachment:
    """Instructions, which are an attachment for the workflow."""
    attachment = upload(floor, "How to set up", pdf())
    attach(floor.workflow, Relation.Type.FILE, attachment, by=floor.by, at=AT)
    return attachment


def become_administrator(user: User) -> None:
    user.roles.add(Role.objects.get(organization=user.organization, label="Administrator"))
    user.__dict__.pop("grants", None)


def make_group(floor: Floor) -> BatchGroup:
    return create_group(work_order=floor.make_work_order(), changes={"name": "Spare"}, by=floor.by, at=AT)


def make_spare(floor: Floor) -> dict[str, str]:
    """One of each of what stays as long as something needs it."""
    ours: dict[str, Any] = {"organization": floor.organization, "label": "Spare"}
    customer = Customer.objects.create(**ours)
    return {
        "batch_group_id": str(make_group(floor).pk),
        "customer_id": str(customer.pk),
        "program_id": str(Program.objects.create(customer=floor.customer, **ours).pk),
        "project_id": str(Project.objects.create(customer=floor.customer, **ours).pk),
        "location_id": str(floor.make_location().pk),
        "queue_id": str(floor.make_queue().pk),
        "resource_id": str(Resource.objects.create(resource_type="cart", location=floor.location, **ours).pk),
        "work_flow_id": str(make_workflow(floor.organization, "Spare", STEPS).pk),
        "role_id": str(Role.objects.create(**ours).pk),
        "user_id": str(make_user(floor.organization, None).user_id),
        "work_order_id": str(floor.make_work_order(label="Spare").pk),
    }
