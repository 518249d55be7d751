from typing import Any

import django_filters

from niagara.api.filters import LabelFilterSet, VisibleFilter
from niagara.api.paging import Key
from niagara.api.rows import RowViewSet, whole
from niagara.api.viewsets import Page
from niagara.directory.models import Category, Location, Project, Status
from niagara.records.api.viewsets import NotesViewSet, RelationViewSet, note_scopes, relation_scopes
from workorders.api.inputs import WorkflowInput, WorkOrderInput
from workorders.api.representations import WorkflowRepresentation, WorkOrderRepresentation
from workorders.models import Workflow, WorkOrder
from workorders.operations.ordering import change_work_order, create_work_order
from workorders.operations.workflows import change_workflow


class WorkOrderFilterSet(LabelFilterSet):
    status = django_filters.CharFilter(method="filter_status")
    project_id = VisibleFilter(Project, field_name="project")
    location_id = VisibleFilter(Location, field_name="location")

    sorts = {
        "created": (Key.time("created"), Key.id()),
        "due_date": (Key.time("due_date"), Key.id()),
    }

    def filter_status(self, rows: Any, name: str, value: str) -> Any:
        known = value in Category.values or Status.objects.in_organization_of(self.request.user).named(value).exists()
        if not known:
            self.refuse("status", f"There is no status or category “{value[:50]}”.")
        return rows.named(value)


class WorkOrderViewSet(RowViewSet):
    representation = WorkOrderRepresentation
    id_name = "work_order_id"
    scopes = whole("work-order")
    inputs = {"create": WorkOrderInput, "update": WorkOrderInput}
    pages = {"list": Page(WorkOrderRepresentation, "nter:work-orders", WorkOrderFilterSet)}
    places = {"needed": ("cycles", "needed"), "workflow": ("cycles", "work_flow")}
    create_row = staticmethod(create_work_order)
    change_row = staticmethod(change_work_order)


class WorkOrderRelationViewSet(RelationViewSet):
    model = WorkOrder
    id_name = "work_order_id"
    scopes = relation_scopes("work-order")


class WorkOrderNotesViewSet(NotesViewSet):
    model = WorkOrder
    id_name = "work_order_id"
    scopes = note_scopes("work-order")
    operation_ids = {"list": "fetchNotesOfWorkOrder", "create": "createNoteOnWorkOrder"}


class WorkflowFilterSet(LabelFilterSet):
    applies_to = django_filters.ChoiceFilter(choices=[("UNIT", "UNIT")])


class WorkflowViewSet(RowViewSet):
    representation = WorkflowRepresentation
    id_name = "work_flow_id"
    scopes = whole("work-flow")
    inputs = {"create": WorkflowInput, "update": WorkflowInput}
    pages = {"list": Page(WorkflowRepresentation, "nter:work-flows", WorkflowFilterSet)}
    change_row = staticmethod(change_workflow)


class WorkflowRelationViewSet(RelationViewSet):
    model = Workflow
    id_name = "work_flow_id"
    scopes = relation_scopes("work-flow")
