from niagara.api.viewsets import ReadViewSet
from workorders.api.representations import WorkflowRepresentation, WorkOrderRepresentation


class WorkOrderViewSet(ReadViewSet):
    representation = WorkOrderRepresentation
    page_key = "nter:work-orders"
    id_name = "work_order_id"
    scopes = {"list": "work-order:all", "retrieve": "work-order:read"}


class WorkflowViewSet(ReadViewSet):
    representation = WorkflowRepresentation
    page_key = "nter:work-flows"
    id_name = "work_flow_id"
    scopes = {"list": "work-flow:all", "retrieve": "work-flow:read"}
