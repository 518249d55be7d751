"""What happened to cycles: the steps that were closed and the times they were blocked, to be looked at."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin import SimpleListFilter, display, register
from django.http import HttpRequest

from batches.models import Block, Cycle, StepRun
from niagara.admin import LookOnlyAdmin, chip, link, moment
from niagara.directory.models import Reason
from niagara.screens.pieces import duration


class ReasonFilter(SimpleListFilter):
    title = "reason"
    parameter_name = "reason"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        reasons = Reason.objects.visible_to(request.user).filter(kind="block")  # type: ignore[arg-type]
        return [(reason.label, reason.label) for reason in reasons]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(reason=self.value()) if self.value() else queryset


class TraceAdmin(LookOnlyAdmin):
    """Who may look at a cycle may look at what happened to it."""

    resource = Cycle.resource
    list_select_related: Sequence[str] = ("cycle__work_order", "cycle__batch", "cycle__unit", "location")
    search_fields: Sequence[str] = ("cycle__unit__serial_number", "cycle__batch__label", "cycle__work_order__label")
    ordering = ("-at", "-id")
    date_hierarchy = "at"
    names_organization = False

    def may(self, request: HttpRequest, verb: str, row: Any = None) -> bool:
        return super().may(request, verb, row and row.cycle)

    @display(description="when", ordering="at")
    def happened(self, trace: Any) -> str:
        return moment(trace.at)

    @display(description="cycle", ordering="cycle__number")
    def of_cycle(self, trace: Any) -> str:
        return link(trace.cycle, f"Cycle {trace.cycle.number}")

    @display(description="work order", ordering="cycle__work_order__label")
    def of_work_order(self, trace: Any) -> str:
        return link(trace.cycle.work_order)

    @display(description="batch", ordering="cycle__batch__label")
    def in_batch(self, trace: Any) -> str:
        return link(trace.cycle.batch)

    @display(description="unit", ordering="cycle__unit__serial_number")
    def of_unit(self, trace: Any) -> str:
        return link(trace.cycle.unit)

    @display(description="location", ordering="location__label")
    def at_location(self, trace: Any) -> str:
        return link(trace.location)


@register(StepRun)
class StepRunAdmin(TraceAdmin):
    list_display = ("happened", "called", "outcome", "took", "of_cycle", "of_unit", "of_work_order", "in_batch")
    list_filter = ("failed", "workflow", "location")
    list_select_related = (*TraceAdmin.list_select_related, "workflow")
    search_fields = ("step", *TraceAdmin.search_fields)
    fields = (*list_display, "of_workflow", "at_location")
    readonly_fields = fields

    @display(description="step", ordering="step")
    def called(self, run: Any) -> str:
        """As the workflow calls the step now; by its name, where it has none of that name any more."""
        return str(run.workflow.steps.get(run.step, {}).get("label", run.step))

    @display(description="outcome", ordering="failed")
    def outcome(self, run: Any) -> str:
        return chip("failed", "failed") if run.failed else chip("done", "complete")

    @display(description="took", ordering="seconds")
    def took(self, run: Any) -> str:
        return duration(run.seconds)

    @display(description="workflow", ordering="workflow__label")
    def of_workflow(self, run: Any) -> str:
        return link(run.workflow)


@register(Block)
class BlockAdmin(TraceAdmin):
    list_display = ("happened", "reason", "of_cycle", "of_unit", "of_work_order", "in_batch", "at_location")
    list_filter = (ReasonFilter, "location")
    search_fields = ("reason", *TraceAdmin.search_fields)
    fields = list_display
    readonly_fields = fields
