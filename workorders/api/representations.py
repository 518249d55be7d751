from typing import Any

from django.db import models
from rest_framework import serializers

from niagara.api.representations import Constant, Representation
from niagara.directory.api.representations import (
    LocationRepresentation,
    ProjectRepresentation,
    StatusRepresentation,
)
from workorders.models import Workflow, WorkOrder


class WorkflowRepresentation(Representation):
    model = Workflow
    links = {"self": "work-flows/{pk}"}

    work_flow_id = serializers.UUIDField(source="pk")
    created = serializers.DateTimeField()
    updated = serializers.DateTimeField()
    label = serializers.CharField()
    schema_version = serializers.CharField()
    workflow_version = serializers.IntegerField()
    applies_to = serializers.CharField()
    starts_at = serializers.CharField()
    metadata = serializers.DictField()
    steps = serializers.DictField()
    triggered_by = serializers.ListField(child=serializers.CharField())


class WorkOrderCyclesRepresentation(Representation):
    """The cycles a work order needs: `active` and `in_active` sum the ones above them."""

    model = WorkOrder

    needed = serializers.IntegerField()
    pending = serializers.IntegerField(source="all_pending")
    in_progress = serializers.IntegerField(source="all_in_progress")
    verifying = serializers.IntegerField(source="all_verifying")
    complete = serializers.IntegerField(source="all_complete")
    blocked = serializers.IntegerField(source="all_blocked")
    cancelled = serializers.IntegerField(source="all_cancelled")
    active = serializers.IntegerField(source="all_active")
    in_active = serializers.IntegerField(source="all_in_active")
    assigned = serializers.IntegerField()
    work_flow = WorkflowRepresentation(source="workflow")


class WorkOrderRepresentation(Representation):
    model = WorkOrder
    links = {
        "self": "work-orders/{pk}",
        "nter:work-order-batches": "work-orders/{pk}/batches",
        "nter:work-order-queues": "work-orders/{pk}/queues",
        "nter:work-order-project": "projects/{project_id}",
        "nter:work-order-location": "locations/{location_id}",
        "nter:work-order-notes": "work-orders/{pk}/notes",
        "nter:work-order-diff": "work-orders/{pk}/diff",
    }

    work_order_id = serializers.UUIDField(source="pk")
    label = serializers.CharField()
    created = serializers.DateTimeField()
    updated = serializers.DateTimeField()
    description = serializers.CharField()
    work_order_type = serializers.CharField()
    begin_date = serializers.DateTimeField()
    due_date = serializers.DateTimeField()
    start_date = serializers.DateTimeField(allow_null=True)
    end_date = serializers.DateTimeField(allow_null=True)
    project = ProjectRepresentation()
    location = LocationRepresentation()
    current_status = StatusRepresentation(inline="current_status__")
    cycles = WorkOrderCyclesRepresentation(inline="")
    input_filter = Constant([], shown=serializers.ListField())

    @classmethod
    def annotated(cls, rows: Any) -> models.QuerySet:
        return rows.with_cycle_counts()
