from typing import Any, ClassVar

from rest_framework import serializers

from niagara.api.fields import Choice, Json, Text, Time, Whole
from niagara.api.inputs import Input, Reference, keys_of
from niagara.directory.api.inputs import StatusReferenceInput, check_dates, location_reference
from niagara.directory.api.representations import ProjectRepresentation
from niagara.directory.models import Project
from niagara.refusals import Invalid
from workorders.api.representations import (
    WorkflowRepresentation,
    WorkOrderCyclesRepresentation,
    WorkOrderRepresentation,
)
from workorders.models import Workflow
from workorders.workflow import check


class NeededInput(Input):
    needed = Whole(min_value=1, max_value=1_000_000)
    work_flow = Reference("work_flow_id", Workflow, shown_as=WorkflowRepresentation)

    ignored: ClassVar[set[str]] = keys_of(WorkOrderCyclesRepresentation)


class WorkOrderInput(Input):
    """A work order: what is to be done, for which project, where, by when."""

    label = Text(max_length=200)
    description = Text(max_length=2000, default="", allow_blank=True)
    work_order_type = Choice(choices=["device"], default="device")
    begin_date = Time()
    due_date = Time()
    current_status = StatusReferenceInput(required=False)
    project = Reference("project_id", Project, shown_as=ProjectRepresentation)
    location = location_reference()
    cycles = NeededInput()

    ignored: ClassVar[set[str]] = keys_of(WorkOrderRepresentation)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        check_dates(data, "begin_date", "due_date", "A work order is due after it begins.")
        cycles = data.pop("cycles")
        return {**data, "needed": cycles["needed"], "workflow": cycles["work_flow"]}


class WorkflowInput(Input):
    label = Text(max_length=200)
    applies_to = Choice(choices=["UNIT"], default="UNIT")
    starts_at = Text(max_length=100)
    metadata = Json(default=dict)
    steps = Json()
    triggered_by = serializers.ListField(
        child=Text(max_length=100),
        default=list,
        max_length=20,
        error_messages={"not_a_list": "Give a list of events.", "null": "This can't be null."},
    )

    ignored: ClassVar[set[str]] = keys_of(WorkflowRepresentation)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if faults := check({"starts_at": data["starts_at"], "steps": data["steps"]}):
            raise Invalid(faults)
        return data
