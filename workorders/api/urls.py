from django.urls import path

from niagara.api.rows import LIST, SINGLE
from niagara.records.api import viewsets as records
from workorders.api.viewsets import (
    LocationWorkOrdersViewSet,
    ProjectWorkOrdersViewSet,
    WorkflowRelationViewSet,
    WorkflowViewSet,
    WorkOrderDiffViewSet,
    WorkOrderNotesViewSet,
    WorkOrderRelationViewSet,
    WorkOrderViewSet,
)

urlpatterns = [
    path("work-orders", WorkOrderViewSet.as_view(LIST), name="work-orders"),
    path(
        "work-orders/<slug:work_order_id>/diff", WorkOrderDiffViewSet.as_view({"get": "list"}), name="work-order-diff"
    ),
    path(
        "work-orders/<slug:work_order_id>/notes", WorkOrderNotesViewSet.as_view(records.LIST), name="work-order-notes"
    ),
    path(
        "work-orders/<slug:work_order_id>/relations",
        WorkOrderRelationViewSet.as_view(records.LIST),
        name="work-order-relations",
    ),
    path(
        "work-orders/<slug:work_order_id>/relations/<slug:relation_id>",
        WorkOrderRelationViewSet.as_view(records.SINGLE),
        name="work-order-relation",
    ),
    path(
        "projects/<slug:project_id>/work-orders",
        ProjectWorkOrdersViewSet.as_view({"get": "list"}),
        name="project-work-orders",
    ),
    path(
        "locations/<slug:location_id>/work-orders",
        LocationWorkOrdersViewSet.as_view({"get": "list"}),
        name="location-work-orders",
    ),
    path("work-flows", WorkflowViewSet.as_view(LIST), name="work-flows"),
    path("work-flows/<slug:work_flow_id>", WorkflowViewSet.as_view(SINGLE), name="work-flow"),
    path(
        "work-flows/<slug:work_flow_id>/relations",
        WorkflowRelationViewSet.as_view(records.LIST),
        name="work-flow-relations",
    ),
    path(
        "work-flows/<slug:work_flow_id>/relations/<slug:relation_id>",
        WorkflowRelationViewSet.as_view(records.SINGLE),
        name="work-flow-relation",
    ),
]
