from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F
from rest_framework import serializers

from batches.models import Batch, BatchGroup, Cycle
from niagara.accounts.api.representations import UserRepresentation
from niagara.accounts.models import User
from niagara.api.representations import Derived, Gathered, IdText, Representation, UtcText
from niagara.directory.api.representations import (
    CustomerRepresentation,
    LocationRepresentation,
    ProgramRepresentation,
    ProjectRepresentation,
    StatusRepresentation,
)
from niagara.directory.models import Category, Resource
from niagara.records.models import Relation
from niagara.statements import Among, Statement
from queues.api.representations import QueueRepresentation
from workorders.api.representations import WorkOrderRepresentation

TOP = 5  # technicians shown with a batch


class AssignedUserRepresentation(Representation):
    """A technician as shown with a batch."""

    model = User

    user_id = serializers.UUIDField()
    entity_id = serializers.UUIDField()
    entity_type = serializers.ChoiceField(choices=["USER"])
    label = serializers.CharField()
    created = serializers.DateTimeField()
    updated = serializers.DateTimeField()
    email = serializers.EmailField()
    name = serializers.CharField()
    picture = serializers.CharField()
    profile = serializers.CharField()
    user_attributes = serializers.ListField(child=serializers.DictField(child=serializers.CharField()))


_TECHNICIANS = Statement(
    Relation.objects.technicians()
    .filter(Among("target_id"), target_type="BAT")
    .order_by("id")
    .values_list(
        IdText(F("target_id")),
        IdText(F("source_id")),
        UtcText(F("source_user__created")),
        UtcText(F("source_user__updated")),
        "source_user__email",
        "source_user__name",
        "source_user__picture",
        "source_user__profile",
        "source_user__attributes",
    )
)


def technicians_of(keys: Mapping[type[models.Model], set[str]]) -> dict[str, tuple[int, list[dict[str, Any]]]]:
    """How many technicians each batch has, and the first five of them."""
    rows = _TECHNICIANS.read(ids=set().union(*keys.values()))
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for batch_id, user_id, created, updated, email, name, picture, profile, attributes in rows:
        found[batch_id].append(
            {
                "user_id": user_id,
                "entity_id": user_id,
                "entity_type": "USER",
                "label": name,
                "created": created,
                "updated": updated,
                "email": email,
                "name": name,
                "picture": picture,
                "profile": profile,
                "user_attributes": attributes,
            }
        )
    return {batch_id: (len(users), users[:TOP]) for batch_id, users in found.items()}


def all_technicians(batch_id: UUID) -> models.QuerySet:
    """Everybody who is a technician of the batch."""
    return User.objects.filter(
        relations__target_type="BAT", relations__target_id=batch_id, relations__relation=Relation.Type.TECH
    )


class BatchCyclesRepresentation(Representation):
    """The cycles of a batch: `active` and `in_active` sum the ones above them."""

    model = Batch

    needed = serializers.IntegerField(source="number_cycles")
    pending = serializers.IntegerField()
    in_progress = serializers.IntegerField()
    verifying = serializers.IntegerField()
    complete = serializers.IntegerField()
    blocked = serializers.IntegerField()
    cancelled = serializers.IntegerField()
    active = serializers.IntegerField()
    in_active = serializers.IntegerField()


class StationRepresentation(Representation):
    """A station as shown with a batch."""

    model = Resource

    resource_id = serializers.UUIDField(source="pk")
    label = serializers.CharField()


class GroupOfBatchRepresentation(Representation):
    """A batch group as shown with a batch."""

    model = BatchGroup

    batch_group_id = serializers.UUIDField(source="pk")
    name = serializers.CharField()


class BatchRepresentation(Representation):
    model = Batch
    links = {
        "nter:batch-work-order": "work-orders/{work_order_id}",
        "nter:batch-queue": "queues/{queue_id}",
        "nter:batch-project": "projects/{work_order__project_id}",
        "nter:batch-program": "programs/{work_order__project__program_id}",
        "nter:batch-customer": "customers/{work_order__project__customer_id}",
        "nter:batch-location": "locations/{queue__location_id}",
        "self": "batches/{pk}",
    }
    embeds = {
        "nter:batch-queue": (QueueRepresentation, "queue_id"),
        "nter:batch-work-order": (WorkOrderRepresentation, "work_order_id"),
        "nter:batch-customer": (CustomerRepresentation, "work_order__project__customer_id"),
        "nter:batch-program": (ProgramRepresentation, "work_order__project__program_id"),
        "nter:batch-project": (ProjectRepresentation, "work_order__project_id"),
        "nter:batch-location": (LocationRepresentation, "queue__location_id"),
        "nter:batch-assigned-users": (UserRepresentation, all_technicians),
    }

    batch_id = serializers.UUIDField(source="pk")
    label = serializers.CharField()
    created = serializers.DateTimeField()
    updated = serializers.DateTimeField()
    queue = QueueRepresentation()
    order = serializers.CharField()
    number_cycles = serializers.IntegerField()
    cycles = BatchCyclesRepresentation(inline="")
    work_order = WorkOrderRepresentation()
    current_status = StatusRepresentation(inline="current_status__")
    total_assigned_users = Gathered(
        technicians_of, pick=lambda found: found[0], otherwise=0, shown=serializers.IntegerField()
    )
    assigned_users = Gathered(
        technicians_of, pick=lambda found: found[1], otherwise=[], shown=AssignedUserRepresentation(many=True)
    )
    # Beyond the document: what `PATCH` can change has to be seen.
    mixing_station = StationRepresentation(inline="mixing_station__", allow_null=True)
    batch_group = GroupOfBatchRepresentation(inline="batch_group__")
    # Empty unless it is on hold by itself; it may be with its work order.
    hold_reason = serializers.CharField()

    @classmethod
    def annotated(cls, rows: Any) -> models.QuerySet:
        return rows.annotate(in_active=F("complete") + F("cancelled"))


class CycleStatusRepresentation(Representation):
    model = Cycle

    status = serializers.CharField()
    category = serializers.ChoiceField(choices=Category.choices)


class CycleRepresentation(Representation):
    model = Cycle
    links = {
        "self": "actions/{pk}",
        "nter:cycle-context": "contexts/{context_id}",
        "nter:cycle-resource": "resources/{station_id}",
        "nter:cycle-location": "locations/{location_id}",
        "nter:cycle-work-order": "work-orders/{work_order_id}",
        "nter:cycle-assigned-user": "users/{technician__user_id}",
        "nter:cycle-unit": "units/{unit_id}",
    }

    action_id = serializers.UUIDField(source="pk")
    cycle_id = serializers.UUIDField(source="pk")
    label = Derived(
        lambda number, work_order: f"Cycle {number} for work order: {work_order}",
        "number",
        "work_order__label",
        shown=serializers.CharField(),
    )
    created = serializers.DateTimeField()
    updated = serializers.DateTimeField()
    current_status = CycleStatusRepresentation(inline="")
    work_order_id = serializers.UUIDField()
    batch_id = serializers.UUIDField(allow_null=True)
    location_id = serializers.UUIDField()
    resource_id = serializers.UUIDField(source="station_id", allow_null=True)
    assigned_user = serializers.UUIDField(source="technician__user_id", allow_null=True)
    is_retry = serializers.BooleanField()
    context_id = serializers.UUIDField(allow_null=True)
    # Beyond the document: what is worked on, and why a cycle is blocked or has failed.
    unit_id = serializers.UUIDField(allow_null=True)
    reason = serializers.CharField()
    comment = serializers.CharField()
