"""Lists below queues, work orders and people, which know nothing of batches themselves."""

from django.http import HttpResponse
from rest_framework.request import Request

from batches.api.filters import BatchOfOneFilterSet
from batches.api.representations import BatchRepresentation
from batches.models import Batch
from niagara.api.paging import Key
from niagara.api.viewsets import NiagaraViewSet, Page
from queues.api.representations import QueueRepresentation
from queues.models import Queue
from workorders.models import WorkOrder


class QueueBatchesViewSet(NiagaraViewSet):
    """The batches of one queue, in processing order."""

    id_name = "queue_id"
    pages = {"list": Page(BatchRepresentation, "nter:batches", BatchOfOneFilterSet, (Key("order"), Key.id()))}
    scopes = {"list": "queue:read"}
    operation_ids = {"list": "fetchBatchesOfQueue"}

    def list(self, request: Request, queue_id: str) -> HttpResponse:
        """Fetches the batches of a queue, in processing order."""
        queue = self.get_row(Queue)
        return self.page(Batch.objects.visible_to(self.user).in_queue(queue))


class MyBatchesViewSet(NiagaraViewSet):
    """The work of a technician, in processing order."""

    pages = {"list": Page(BatchRepresentation, "nter:batches", sort=(Key("queue__priority"), Key("order"), Key.id()))}
    scopes = {"list": "me:profile"}
    operation_ids = {"list": "fetchMyBatches"}

    def list(self, request: Request) -> HttpResponse:
        """Fetches the active batches of which the signed-in user is a technician, in processing order."""
        return self.page(Batch.objects.visible_to(self.user).assigned_to(self.user).active())


class WorkOrderBatchesViewSet(NiagaraViewSet):
    """The batches of one work order, and the queues they stand in."""

    id_name = "work_order_id"
    pages = {
        "batches": Page(BatchRepresentation, "nter:batches", BatchOfOneFilterSet),
        "queues": Page(QueueRepresentation, "nter:queues", sort=(Key("priority"), Key.id())),
    }
    scopes = {"batches": "work-order:read", "queues": "work-order:read"}
    operation_ids = {"batches": "fetchBatchesOfWorkOrder", "queues": "fetchQueuesOfWorkOrder"}

    def batches(self, request: Request, work_order_id: str) -> HttpResponse:
        """Fetches the batches of a work order."""
        work_order = self.get_row(WorkOrder)
        rows = Batch.objects.visible_to(self.user).filter(work_order=work_order)
        return self.page(rows)

    def queues(self, request: Request, work_order_id: str) -> HttpResponse:
        """Fetches the queues in which a work order has batches."""
        work_order = self.get_row(WorkOrder)
        in_use = Batch.objects.filter(work_order=work_order).values("queue")
        return self.page(Queue.objects.visible_to(self.user).filter(pk__in=in_use))
