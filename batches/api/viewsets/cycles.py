from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from batches.api.filters import CycleFilterSet
from batches.api.inputs import ClaimInput, CyclePatchInput
from batches.api.representations import CycleRepresentation
from batches.models import Batch, Cycle
from batches.operations.cancelling import cancel_cycles
from batches.operations.claiming import claim_cycle
from batches.operations.cycling import block_cycle, cancel_cycle, fail_cycle, release_cycle, start_cycle, unblock_cycle
from niagara.api.media import MergePatchParser
from niagara.api.paging import Key
from niagara.api.viewsets import NiagaraViewSet, NothingThere, Page
from niagara.directory.models import Category
from workorders.models import WorkOrder

# Where a client may lead a cycle → the operation that leads there, and whether it takes a reason.
_LEADS_TO: dict[Category, tuple[Callable[..., Cycle], bool]] = {
    Category.PENDING: (release_cycle, False),
    Category.IN_PROGRESS: (unblock_cycle, False),
    Category.BLOCKED: (block_cycle, True),
    Category.CANCELLED: (fail_cycle, True),
}


class ActionViewSet(NiagaraViewSet):
    """A cycle by itself; the document calls it an action."""

    representation = CycleRepresentation
    id_name = "action_id"
    scopes = {"retrieve": "work-order:read", "partial_update": "context:step", "claim": "context:create"}
    inputs = {"partial_update": CyclePatchInput, "claim": ClaimInput}
    answers = {"claim": (201, None)}
    parsers = {"partial_update": MergePatchParser}
    operation_ids = {"claim": "claimCycle"}

    def retrieve(self, request: Request, action_id: str) -> HttpResponse:
        """Fetches a cycle."""
        return self.show()

    def partial_update(self, request: Request, action_id: str) -> HttpResponse:
        """Blocks a cycle (Blocked, with a reason), goes on with it (In Progress), releases it (Pending)
        or fails it (Failed, with a reason)."""
        cycle = self.get_row()
        given = self.read()
        operation, takes_reason = _LEADS_TO[given["category"]]
        why: dict[str, Any] = {"reason": given["reason"], "comment": given["comment"]} if takes_reason else {}
        operation(cycle=cycle, by=self.actor, at=self.now, if_version=self.if_version, **why)
        return self.answer(cycle)

    def claim(self, request: Request, action_id: str) -> HttpResponse:
        """Gives this pending cycle to the caller, and starts it or goes on with its context."""
        cycle = self.get_row()
        station = self.read().get("resource_id")
        start_cycle(
            cycle=cycle,
            technician=self.user,
            station=station,
            by=self.actor,
            at=self.now,
            if_version=self.if_version,
        )
        return self.answer(cycle, status=201)


class BatchClaimsViewSet(NiagaraViewSet):
    """Asking for work: the next pending cycle of a batch."""

    representation = CycleRepresentation
    id_name = "batch_id"
    scopes = {"create": "context:create"}
    inputs = {"create": ClaimInput}
    answers = {"create": (201, None)}
    operation_ids = {"create": "claimNextCycleOfBatch"}

    def create(self, request: Request, batch_id: str) -> HttpResponse:
        """Gives the next pending cycle of a batch to the caller, and starts it."""
        batch = self.get_row(Batch)
        station = self.read().get("resource_id")
        cycle = claim_cycle(batch=batch, technician=self.user, station=station, by=self.actor, at=self.now)
        return self.answer(cycle, status=201)


class WorkOrderCyclesViewSet(NiagaraViewSet):
    """The cycles of one work order."""

    representation = CycleRepresentation
    id_name = "work_order_id"
    pages = {"list": Page(CycleRepresentation, "nter:work-order-cycles", CycleFilterSet, (Key("number", read=int),))}
    scopes = {
        "list": "work-order:read",
        "cancel_all": "work-order:update",
        "retrieve": "work-order:read",
        "destroy": "work-order:update",
    }
    answers = {"cancel_all": (205, None), "destroy": (205, None)}
    operation_ids = {
        "list": "fetchCyclesOfWorkOrder",
        "cancel_all": "cancelCyclesOfWorkOrder",
        "retrieve": "fetchCycleOfWorkOrder",
        "destroy": "cancelCycleOfWorkOrder",
    }

    def list(self, request: Request, work_order_id: str) -> HttpResponse:
        """Fetches the cycles of a work order."""
        work_order = self.get_row(WorkOrder)
        return self.page(Cycle.objects.visible_to(self.user).filter(work_order=work_order))

    def cancel_all(self, request: Request, work_order_id: str) -> HttpResponse:
        """Cancels all active cycles of a work order."""
        cancel_cycles(work_order=self.get_row(WorkOrder), by=self.actor, at=self.now)
        return self.nothing(205)

    def retrieve(self, request: Request, work_order_id: str, cycle_id: str) -> HttpResponse:
        """Fetches a cycle of a work order."""
        return self.answer(self._cycle())

    def destroy(self, request: Request, work_order_id: str, cycle_id: str) -> HttpResponse:
        """Cancels a cycle."""
        cancel_cycle(cycle=self._cycle(), by=self.actor, at=self.now, if_version=self.if_version)
        return self.nothing(205)

    def _cycle(self) -> Cycle:
        work_order = self.get_row(WorkOrder)
        cycle: Cycle = self.get_row(Cycle, "cycle_id")
        if cycle.work_order_id != work_order.pk:
            raise NothingThere("There is no cycle with this id that you may see.")
        return cycle
