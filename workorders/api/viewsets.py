from typing import Any

import django_filters
from django.http import HttpResponse
from rest_framework.request import Request

from niagara.accounts.api.history import DiffViewSet
from niagara.api.filters import LabelFilterSet, NiagaraFilterSet, VisibleFilter
from niagara.api.paging import Key
from niagara.api.rows import RowViewSet, whole
from niagara.api.viewsets import NiagaraViewSet, Page
from niagara.directory.models import Category, Location, Project, Status
from niagara.records.api.viewsets import NotesViewSet, RelationViewSet, note_scopes, relation_scopes
from workorders.api.inputs import WorkflowInput, WorkOrderInput
from workorders.api.representations import WorkflowRepresentation, WorkOrderRepresentation
from workorders.models import Workflow, WorkOrder
from workorders.operations.ordering import change_work_order, create_work_order
from workorders.operations.workflows import change_workflow, create_workflow


class WorkOrderOfOneFilterSet(NiagaraFilterSet):
    """For the work orders of one project or one location."""

    status = django_filters.CharFilter(method="filter_status")

    sorts = {
        "created": (Key.time("created"), Key.id()),
        "due_date": (Key.time("due_date"), Key.id()),
    }

    def filter_status(self, rows: Any, name: str, value: str) -> Any:
        known = value in Category.values or Status.objects.in_organization_of(self.request.user).named(value).exists()
        if not known:
            self.refuse("status", f"There is no status or category “{value[:50]}”.")
        return rows.named(value)


class WorkOrderFilterSet(LabelFilterSet, WorkOrderOfOneFilterSet):
    project_id = VisibleFilter(Project, field_name="project")
    location_id = VisibleFilter(Location, field_name="location")


class WorkOrderViewSet(RowViewSet):
    representation = WorkOrderRepresentation
    id_name = "work_order_id"
    scopes = whole("work-order")
    inputs = {"create": WorkOrderInput, "update": WorkOrderInput}
    pages = {"list": Page(WorkOrderRepresentation, "nter:work-orders", WorkOrderFilterSet)}
    places = {"needed": ("cycles", "needed"), "workflow": ("cycles", "work_flow")}
    create_row = staticmethod(create_work_order)
    change_row = staticmethod(change_work_order)


class ProjectWorkOrdersViewSet(NiagaraViewSet):
    """The work orders of one project."""

    id_name = "project_id"
    scopes = {"list": "project:read"}
    pages = {"list": Page(WorkOrderRepresentation, "nter:work-orders", WorkOrderOfOneFilterSet)}
    operation_ids = {"list": "fetchWorkOrdersOfProject"}

    def list(self, request: Request, project_id: str) -> HttpResponse:
        """Fetches the work orders of a project."""
        return self.page(WorkOrder.objects.visible_to(self.user).filter(project=self.get_row(Project)))


class LocationWorkOrdersViewSet(NiagaraViewSet):
    """The work orders at one location."""

    id_name = "location_id"
    scopes = {"list": "location:read"}
    pages = {"list": Page(WorkOrderRepresentation, "nter:work-orders", WorkOrderOfOneFilterSet)}
    operation_ids = {"list": "fetchWorkOrdersOfLocation"}

    def list(self, request: Request, location_id: str) -> HttpResponse:
        """Fetches the work orders at a location."""
        return self.page(WorkOrder.objects.visible_to(self.user).filter(location=self.get_row(Location)))


class WorkOrderRelationViewSet(RelationViewSet):
    model = WorkOrder
    id_name = "work_order_id"
    scopes = relation_scopes("work-order")


class WorkOrderNotesViewSet(NotesViewSet):
    model = WorkOrder
    id_name = "work_order_id"
    scopes = note_scopes("work-order")
    operation_ids = {"list": "fetchNotesOfWorkOrder", "create": "createNoteOnWorkOrder"}


class WorkOrderDiffViewSet(DiffViewSet):
    model = WorkOrder
    id_name = "work_order_id"
    scopes = {"list": "work-order:read"}
    operation_ids = {"list": "fetchDiffOfWorkOrder"}


class WorkflowFilterSet(LabelFilterSet):
    applies_to = django_filters.ChoiceFilter(choices=[("UNIT", "UNIT")])


class WorkflowViewSet(RowViewSet):
    representation = WorkflowRepresentation
    id_name = "work_flow_id"
    scopes = whole("work-flow")
    inputs = {"create": WorkflowInput, "update": WorkflowInput}
    pages = {"list": Page(WorkflowRepresentation, "nter:work-flows", WorkflowFilterSet)}
    create_row = staticmethod(create_workflow)
    change_row = staticmethod(change_workflow)


class WorkflowRelationViewSet(RelationViewSet):
    model = Workflow
    id_name = "work_flow_id"
    scopes = relation_scopes("work-flow")
