from batches.api.viewsets.batches import BatchRelationViewSet, BatchViewSet
from batches.api.viewsets.contexts import ContextViewSet, WorkflowContextsViewSet, WorkOrderContextsViewSet
from batches.api.viewsets.cycles import ActionViewSet, BatchClaimsViewSet, WorkOrderCyclesViewSet
from batches.api.viewsets.groups import BatchGroupNotesViewSet, BatchGroupRelationViewSet, BatchGroupViewSet
from batches.api.viewsets.lists import MyBatchesViewSet, QueueBatchesViewSet, WorkOrderBatchesViewSet

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
    "QueueBatchesViewSet",
    "WorkOrderBatchesViewSet",
    "WorkOrderContextsViewSet",
    "WorkOrderCyclesViewSet",
    "WorkflowContextsViewSet",
]
