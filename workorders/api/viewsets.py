from niagara.api.viewsets import Page, ReadViewSet
from workorders.api.representations import WorkflowRepresentation, WorkOrderRepresentation


class WorkOrderViewSet(ReadViewSet):
    representation = WorkOrderRepresentation
    pages = {"list": Page(WorkOrderRepresentation, "nter:work-orders")}
    id_name = "work_order_id"
    scopes = {"list": "work-order:all", "retrieve": "work-order:read"}


class WorkflowViewSet(ReadViewSet):
    representation = WorkflowRepresentation
    pages = {"list": Page(WorkflowRepresentation, "nter:work-flows")}
    id_name = "work_flow_id"
    scopes = {"list": "work-flow:all", "retrieve": "work-flow:read"}
