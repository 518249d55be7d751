from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from batches.api.filters import ContextFilterSet
from batches.api.inputs import CloseStepInput, StartContextInput, StartCycleInput
from batches.operations.claiming import start_on_unit
from batches.operations.running import close_step, start_context
from niagara.api.inputs import said_below
from niagara.api.media import FailStepParser
from niagara.api.viewsets import NiagaraViewSet, NothingThere, Page
from niagara.refusals import Fault, Invalid
from workorders.api.representations import ContextRepresentation
from workorders.models import Context, Workflow, WorkOrder

CONTEXTS = Page(ContextRepresentation, "nter:contexts", ContextFilterSet)


class ContextViewSet(NiagaraViewSet):
    """A run of a workflow, and the steps of it."""

    representation = ContextRepresentation
    id_name = "context_id"
    scopes = {"retrieve": "context:read", "close_step": "context:step"}
    inputs = {"close_step": CloseStepInput}
    parsers = {"close_step": FailStepParser}
    operation_ids = {"close_step": "closeStepOfContext"}

    def rows(self, model: Any) -> Any:
        return super().rows(model).select_related("workflow_version")

    def retrieve(self, request: Request, context_id: str) -> HttpResponse:
        """Fetches a context."""
        return self.show()

    def close_step(self, request: Request, context_id: str, step_slug: str) -> HttpResponse:
        """Closes the step in hand, or fails it; the cycle follows."""
        context = self.get_row()
        if step_slug not in context.workflow_version.steps:
            raise NothingThere("This workflow has no step of this name.")
        given = self.read()["close_step"]
        if given.get("step", step_slug) != step_slug:
            message = f"The address names the step {step_slug}; name the same one here, or none."
            raise Invalid([Fault("const", ("close_step", "step"), message)])
        with said_below("close_step"):
            context = close_step(
                context=context,
                step=step_slug,
                kind=given["type"],
                items=given["items"],
                fields=given["fields"],
                by=self.actor,
                at=self.now,
                if_version=self.if_version,
            )
        return self.answer(context)


class WorkOrderContextsViewSet(NiagaraViewSet):
    """The contexts of one work order's cycles."""

    representation = ContextRepresentation
    id_name = "work_order_id"
    pages = {"list": CONTEXTS}
    scopes = {"list": "work-order:read", "create": "context:create"}
    inputs = {"create": StartCycleInput}
    operation_ids = {"list": "fetchContextsOfWorkOrder", "create": "startCycleOfWorkOrder"}

    def list(self, request: Request, work_order_id: str) -> HttpResponse:
        """Fetches the contexts of a work order."""
        work_order = self.get_row(WorkOrder)
        return self.page(Context.objects.visible_to(self.user).filter(cycle__work_order=work_order))

    def create(self, request: Request, work_order_id: str) -> HttpResponse:
        """Starts a cycle on a unit: the one that `using` names, or the next pending one."""
        work_order = self.get_row(WorkOrder)
        given = self.read()
        cycle = start_on_unit(
            work_order=work_order,
            unit=given["entity"],
            technician=self.user,
            cycle=given.get("using"),
            station=given.get("resource_id"),
            by=self.actor,
            at=self.now,
        )
        return self.answer(cycle.context)


class WorkflowContextsViewSet(NiagaraViewSet):
    """The contexts of one workflow."""

    representation = ContextRepresentation
    id_name = "work_flow_id"
    pages = {"list": CONTEXTS}
    scopes = {"list": "work-flow:read", "create": "context:create"}
    inputs = {"create": StartContextInput}
    operation_ids = {"list": "fetchContextsOfWorkflow", "create": "startWorkflow"}

    def list(self, request: Request, work_flow_id: str) -> HttpResponse:
        """Fetches the contexts that run a workflow, whichever version of it."""
        workflow = self.get_row(Workflow)
        return self.page(Context.objects.visible_to(self.user).filter(workflow_version__workflow=workflow))

    def create(self, request: Request, work_flow_id: str) -> HttpResponse:
        """Runs a workflow on a unit by itself, without a work order."""
        workflow = self.get_row(Workflow)
        given = self.read()
        context = start_context(
            workflow=workflow, unit=given["entity"], station=given.get("resource_id"), by=self.actor, at=self.now
        )
        return self.answer(context)
