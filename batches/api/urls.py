from django.urls import path

from batches.api.search import SearchViewSet
from batches.api.viewsets import (
    ActionViewSet,
    BatchClaimsViewSet,
    BatchGroupNotesViewSet,
    BatchGroupRelationViewSet,
    BatchGroupViewSet,
    BatchRelationViewSet,
    BatchViewSet,
    ContextViewSet,
    MyBatchesViewSet,
    OneWorkOrderViewSet,
    QueueBatchesViewSet,
    WorkflowContextsViewSet,
    WorkOrderBatchesViewSet,
    WorkOrderContextsViewSet,
    WorkOrderCyclesViewSet,
)
from niagara.api.rows import LIST
from niagara.api.rows import SINGLE as ROW
from niagara.records.api.viewsets import SINGLE

urlpatterns = [
    path("batches", BatchViewSet.as_view({"get": "list", "post": "create", "patch": "create_many"}), name="batches"),
    path(
        "batches/<slug:batch_id>",
        BatchViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="batch",
    ),
    path("batches/<slug:batch_id>/claims", BatchClaimsViewSet.as_view({"post": "create"}), name="batch-claims"),
    path("batches/<slug:batch_id>/cycles", BatchViewSet.as_view({"get": "cycles"}), name="batch-cycles"),
    path(
        "batches/<slug:batch_id>/relations",
        BatchRelationViewSet.as_view({"get": "list", "post": "create"}),
        name="batch-relations",
    ),
    path(
        "batches/<slug:batch_id>/relations/<slug:relation_id>",
        BatchRelationViewSet.as_view({"get": "retrieve", "delete": "destroy"}),
        name="batch-relation",
    ),
    path("batches/<slug:batch_id>/techs", BatchViewSet.as_view({"get": "techs"}), name="batch-techs"),
    path("batches/<slug:batch_id>/techs/<slug:tech_id>", BatchViewSet.as_view({"delete": "detach_tech"}), name="tech"),
    path("batch-groups", BatchGroupViewSet.as_view(LIST), name="batch-groups"),
    path("batch-groups/<slug:batch_group_id>", BatchGroupViewSet.as_view(ROW), name="batch-group"),
    path(
        "batch-groups/<slug:batch_group_id>/batches",
        BatchGroupViewSet.as_view({"get": "batches"}),
        name="batch-group-batches",
    ),
    path(
        "batch-groups/<slug:batch_group_id>/events",
        BatchGroupViewSet.as_view({"get": "events"}),
        name="batch-group-events",
    ),
    path(
        "batch-groups/<slug:batch_group_id>/mixing-station",
        BatchGroupViewSet.as_view({"put": "move_all"}),
        name="batch-group-mixing-station",
    ),
    path("batch-groups/<slug:batch_group_id>/notes", BatchGroupNotesViewSet.as_view(LIST), name="batch-group-notes"),
    path(
        "batch-groups/<slug:batch_group_id>/relations",
        BatchGroupRelationViewSet.as_view(LIST),
        name="batch-group-relations",
    ),
    path(
        "batch-groups/<slug:batch_group_id>/relations/<slug:relation_id>",
        BatchGroupRelationViewSet.as_view(SINGLE),
        name="batch-group-relation",
    ),
    path(
        "actions/<slug:action_id>", ActionViewSet.as_view({"get": "retrieve", "patch": "partial_update"}), name="action"
    ),
    path("actions/<slug:action_id>/claims", ActionViewSet.as_view({"post": "claim"}), name="action-claims"),
    path("contexts/<slug:context_id>", ContextViewSet.as_view({"get": "retrieve"}), name="context"),
    path(
        "contexts/<slug:context_id>/<slug:step_slug>",
        ContextViewSet.as_view({"patch": "close_step"}),
        name="context-step",
    ),
    path("queues/<slug:queue_id>/batches", QueueBatchesViewSet.as_view({"get": "list"}), name="queue-batches"),
    path(
        "work-orders/<slug:work_order_id>",
        OneWorkOrderViewSet.as_view({**ROW, "patch": "partial_update"}),
        name="work-order",
    ),
    path(
        "work-orders/<slug:work_order_id>/batches",
        WorkOrderBatchesViewSet.as_view({"get": "batches"}),
        name="work-order-batches",
    ),
    path(
        "work-orders/<slug:work_order_id>/queues",
        WorkOrderBatchesViewSet.as_view({"get": "queues"}),
        name="work-order-queues",
    ),
    path(
        "work-orders/<slug:work_order_id>/contexts",
        WorkOrderContextsViewSet.as_view({"get": "list", "post": "create"}),
        name="work-order-contexts",
    ),
    path(
        "work-orders/<slug:work_order_id>/cycles",
        WorkOrderCyclesViewSet.as_view({"get": "list", "delete": "cancel_all"}),
        name="work-order-cycles",
    ),
    path(
        "work-orders/<slug:work_order_id>/cycles/<slug:cycle_id>",
        WorkOrderCyclesViewSet.as_view({"get": "retrieve", "delete": "destroy"}),
        name="work-order-cycle",
    ),
    path(
        "work-flows/<slug:work_flow_id>/contexts",
        WorkflowContextsViewSet.as_view({"get": "list", "post": "create"}),
        name="work-flow-contexts",
    ),
    path("search", SearchViewSet.as_view({"get": "list"}), name="search"),
    path("me/batches", MyBatchesViewSet.as_view({"get": "list"}), name="me-batches"),
]
