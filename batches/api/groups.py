"""How batch groups look, and the events of which their journals consist."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from django.db import models
from django.db.models import F
from rest_framework import serializers

from batches.api.representations import StationRepresentation
from batches.models import BatchGroup, GroupEquipment
from niagara.api.representations import Derived, Gathered, IdText, Representation
from niagara.statements import Among, Statement
from niagara.webhooks.models import Event
from workorders.api.representations import WorkOrderRepresentation

_EQUIPMENT = Statement(
    GroupEquipment.objects.filter(Among("batch_group_id"))
    .order_by("needed__label", "needed_id")
    .values_list(IdText(F("batch_group_id")), IdText(F("needed_id")), "needed__label")
)


def equipment_of(keys: Mapping[type[models.Model], set[str]]) -> dict[str, list[dict[str, Any]]]:
    """What each group needs."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for group_id, resource_id, label in _EQUIPMENT.read(ids=set().union(*keys.values())):
        found[group_id].append({"resource_id": resource_id, "label": label})
    return found


class ContainerRepresentation(Representation):
    model = BatchGroup

    container_type = serializers.CharField()
    label = serializers.CharField(source="container_label")


class BatchGroupRepresentation(Representation):
    model = BatchGroup
    links = {
        "self": "batch-groups/{pk}",
        "nter:batch-group-work-order": "work-orders/{work_order_id}",
        "nter:batch-group-batches": "batch-groups/{pk}/batches",
        "nter:batch-group-notes": "batch-groups/{pk}/notes",
        "nter:batch-group-events": "batch-groups/{pk}/events",
    }

    batch_group_id = serializers.UUIDField(source="pk")
    name = serializers.CharField()
    created = serializers.DateTimeField()
    updated = serializers.DateTimeField()
    # That of its newest event, which says where to go on in its journal.
    version = serializers.IntegerField(source="last_version")
    tags = serializers.ListField(child=serializers.CharField())
    settings = serializers.DictField()
    equipment = Gathered(equipment_of, otherwise=[], shown=StationRepresentation(many=True))
    container = Derived(
        lambda container_type, label: {"container_type": container_type, "label": label} if container_type else None,
        "container_type",
        "container_label",
        shown=ContainerRepresentation(allow_null=True),
    )
    delivery_status = serializers.ChoiceField(choices=BatchGroup.DeliveryStatus.choices)
    work_order = WorkOrderRepresentation()


class EventUserRepresentation(Representation):
    """Who did it; 1 and `System` when nobody in particular did."""

    model = Event

    id = serializers.IntegerField()
    name = serializers.CharField()


class EventMetadataRepresentation(Representation):
    model = Event

    version = serializers.IntegerField()
    dateTime = serializers.DateTimeField()
    user = EventUserRepresentation(inline="")
    organizationId = serializers.IntegerField()
    reason = serializers.CharField(allow_null=True)


class EventRepresentation(Representation):
    """An event as it is sent: beside these keys it has those of its kind."""

    model = Event
    is_verbatim = True

    kind = serializers.CharField()
    id = serializers.UUIDField()
    metadata = EventMetadataRepresentation(inline="")


def draw_events(events: Sequence[Event]) -> Sequence[Any]:
    return [orjson.Fragment(event.body) for event in events]
