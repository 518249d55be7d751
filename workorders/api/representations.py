from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from rest_framework import serializers

from niagara.api.representations import Constant, Derived, Representation, utc_text
from niagara.directory.api.representations import (
    LocationRepresentation,
    ProjectRepresentation,
    StatusRepresentation,
)
from niagara.directory.models import Unit
from workorders import workflow as engine
from workorders.models import Context, Workflow, WorkflowVersion, WorkOrder
from workorders.workflow.steps import INTERACTIVE


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
    # Beyond the document: empty unless it is on hold, and whether anything more is made of it.
    hold_reason = serializers.CharField()
    closed = Derived(lambda at: at is not None, "closed_at", shown=serializers.BooleanField())

    @classmethod
    def annotated(cls, rows: Any) -> models.QuerySet:
        return rows.with_cycle_counts()


class WorkflowVersionRepresentation(WorkflowRepresentation):
    """A workflow as it was at one version."""

    model = WorkflowVersion
    links: ClassVar[Mapping[str, str]] = {}

    work_flow_id = serializers.UUIDField(source="workflow_id")
    created = serializers.DateTimeField(source="workflow.created")
    updated = serializers.DateTimeField(source="created")


class FailedStepRepresentation(Representation):
    model = Context

    step = serializers.CharField()
    failed_count = serializers.IntegerField()


class StepRunRepresentation(Representation):
    """A step that was run; how long it took is in milliseconds."""

    model = Context

    step_name = serializers.CharField()
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField()
    time_to_run = serializers.IntegerField()
    did_error = serializers.BooleanField()
    did_timeout = serializers.BooleanField()


class EntityOfContextRepresentation(Representation):
    model = Unit

    entity_id = serializers.UUIDField()
    entity_type = serializers.ChoiceField(choices=[Unit.entity_type])
    label = serializers.CharField()


def _state(key: str, shown: serializers.Field) -> Derived:
    return Derived(lambda state: state[key], "state", shown=shown)


def _names() -> serializers.Field:
    return serializers.ListField(child=serializers.CharField())


def _interactive(state: Mapping[str, Any], steps: Mapping[str, Any]) -> list[str]:
    return [name for name in state["current_steps"] if steps[name]["step_type"] in INTERACTIVE]


def _step_runs(state: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            **{name: run[name] for name in StepRunRepresentation._declared_fields},
            "started_at": utc_text(datetime.fromisoformat(run["started_at"])),
            "ended_at": utc_text(datetime.fromisoformat(run["ended_at"])),
        }
        for run in state["last_steps"]
    ]


def _time_to_run(state: Mapping[str, Any]) -> int:
    # While it runs, up to the step in hand: so the answer changes when something has happened.
    run = engine.Context.from_json(state)
    return run.time_to_run(run.entered_at)


class ContextRepresentation(Representation):
    model = Context
    links = {
        "self": "contexts/{pk}",
        "nter:context-work-flow": "work-flows/{workflow_version__workflow_id}",
        "nter:context-unit": "units/{unit_id}",
        "nter:context-cycle": "actions/{cycle__id}",
        "nter:context-location": "locations/{location_id}",
        "nter:context-resource": "resources/{station_id}",
    }

    context_id = serializers.UUIDField(source="pk")
    label = serializers.CharField(source="workflow_version.label")
    created = serializers.DateTimeField()
    updated = serializers.DateTimeField()
    workflow = WorkflowVersionRepresentation(source="workflow_version")
    current_steps = _state("current_steps", _names())
    interactive_steps = Derived(_interactive, "state", "workflow_version__steps", shown=_names())
    failed_steps = _state("failed_steps", FailedStepRepresentation(many=True))
    last_steps = Derived(_step_runs, "state", shown=StepRunRepresentation(many=True))
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    time_to_run = Derived(_time_to_run, "state", shown=serializers.IntegerField())
    active = _state("active", serializers.BooleanField())
    waiting_for_user = Derived(
        lambda state, steps: bool(_interactive(state, steps)),
        "state",
        "workflow_version__steps",
        shown=serializers.BooleanField(),
    )
    data = _state("data", serializers.DictField())
    entity = Derived(
        lambda unit_id, label, serial_number: (
            unit_id and {"entity_id": unit_id, "entity_type": Unit.entity_type, "label": f"{label} {serial_number}"}
        ),
        "unit_id",
        "unit__label",
        "unit__serial_number",
        shown=EntityOfContextRepresentation(allow_null=True),
    )
    using = serializers.UUIDField(source="cycle.id", allow_null=True)
    resource_id = serializers.UUIDField(source="station_id", allow_null=True)
