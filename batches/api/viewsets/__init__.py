from batches.api.viewsets.batches import BatchRelationViewSet, BatchViewSet
from batches.api.viewsets.contexts import ContextViewSet, WorkflowContextsViewSet, WorkOrderContextsViewSet
from batches.api.viewsets.cycles import ActionViewSet, BatchClaimsViewSet, WorkOrderCyclesViewSet
from batches.api.viewsets.groups import BatchGroupNotesViewSet, BatchGroupRelationViewSet, BatchGroupViewSet
from batches.api.viewsets.lists import MyBatchesViewSet, QueueBatchesViewSet, WorkOrderBatchesViewSet
from batches.api.viewsets.work_orders import OneWorkOrderViewSet

__all__ = [
    "ActionViewSet",
    "BatchClaimsViewSet",
    "BatchGroupNotesViewSet",
    "BatchGroupRelationViewSet",
    "BatchGroupViewSet",
    "BatchRelationViewSet",
    "BatchViewSet",
    "ContextViewSet",
    "MyBatchesViewSet",
    "OneWorkOrderViewSet",
    "QueueBatchesViewSet",
    "WorkOrderBatchesViewSet",
    "WorkOrderContextsViewSet",
    "WorkOrderCyclesViewSet",
    "WorkflowContextsViewSet",
]
