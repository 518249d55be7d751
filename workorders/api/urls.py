from django.urls import path

from workorders.api.viewsets import WorkflowViewSet, WorkOrderViewSet

urlpatterns = [
    path("work-orders", WorkOrderViewSet.as_view({"get": "list"}), name="work-orders"),
    path("work-orders/<slug:work_order_id>", WorkOrderViewSet.as_view({"get": "retrieve"}), name="work-order"),
    path("work-flows", WorkflowViewSet.as_view({"get": "list"}), name="work-flows"),
    path("work-flows/<slug:work_flow_id>", WorkflowViewSet.as_view({"get": "retrieve"}), name="work-flow"),
]
