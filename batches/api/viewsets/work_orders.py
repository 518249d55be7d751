from django.http import HttpResponse
from rest_framework.request import Request

from batches.api.inputs import WorkOrderPatchInput
from batches.operations.leading import lead_work_order
from niagara.api.media import MergePatchParser
from workorders.api.viewsets import WorkOrderViewSet


class OneWorkOrderViewSet(WorkOrderViewSet):
    """A work order together with what its batches have to do with it: to hold it holds what is started of them."""

    scopes = {**WorkOrderViewSet.scopes, "partial_update": "work-order:update"}
    inputs = {**WorkOrderViewSet.inputs, "partial_update": WorkOrderPatchInput}
    parsers = {"partial_update": MergePatchParser}
    operation_ids = {
        "retrieve": "fetchWorkOrder",
        "update": "replaceWorkOrder",
        "destroy": "deleteWorkOrder",
        "partial_update": "changeWorkOrder",
    }

    def partial_update(self, request: Request, work_order_id: str) -> HttpResponse:
        """Holds a work order (`hold_reason`), releases it (the same, empty), closes it (`closed`) or reopens it;
        what is absent stays."""
        work_order = self.get_row()
        lead_work_order(work_order=work_order, **self.read(), by=self.actor, at=self.now, if_version=self.if_version)
        return self.answer(work_order)
