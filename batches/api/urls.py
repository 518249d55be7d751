from django.urls import path

from batches.api.search import SearchViewSet
from batches.api.viewsets import (
    ActionViewSet,
    BatchGroupViewSet,
    BatchRelationViewSet,
    BatchViewSet,
    MyBatchesViewSet,
    QueueBatchesViewSet,
    WorkOrderBatchesViewSet,
)

urlpatterns = [
    path("batches", BatchViewSet.as_view({"get": "list", "post": "create", "patch": "create_many"}), name="batches"),
    path(
        "batches/<slug:batch_id>",
        BatchViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="batch",
    ),
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
    path("batch-groups", BatchGroupViewSet.as_view({"get": "list"}), name="batch-groups"),
    path("batch-groups/<slug:batch_group_id>", BatchGroupViewSet.as_view({"get": "retrieve"}), name="batch-group"),
    path("actions/<slug:action_id>", ActionViewSet.as_view({"get": "retrieve"}), name="action"),
    path("queues/<slug:queue_id>/batches", QueueBatchesViewSet.as_view({"get": "list"}), name="queue-batches"),
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
    path("search", SearchViewSet.as_view({"get": "list"}), name="search"),
    path("me/batches", MyBatchesViewSet.as_view({"get": "list"}), name="me-batches"),
]
