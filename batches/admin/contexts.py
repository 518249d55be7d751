from typing import Any

from django.contrib.admin import SimpleListFilter, display, register
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from niagara.admin import LookOnlyAdmin, chip, link, moment
from workorders.models import Context


class OverFilter(SimpleListFilter):
    title = "state"
    parameter_name = "over"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "Running"), ("waiting", "Waiting"), ("yes", "Over")]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        if self.value() == "waiting":
            return queryset.filter(wake_at__isnull=False)
        return queryset.filter(ended_at__isnull=self.value() == "no") if self.value() else queryset


@register(Context)
class ContextAdmin(LookOnlyAdmin):
    """The runs of workflows, to be looked at: steps are closed in the screens and through the API."""

    list_display = ("of_workflow", "of_unit", "of_cycle", "standing", "step", "started", "ended")
    list_filter = (OverFilter, "workflow_version__workflow", "location", "unit__customer")
    list_select_related = ("workflow_version__workflow", "unit", "cycle__work_order", "location")
    search_fields = ("unit__serial_number", "unit__label", "workflow_version__label")
    ordering = ("-id",)
    date_hierarchy = "started_at"
    fields = (
        *("of_workflow", "version_run", "of_unit", "of_cycle", "location", "standing", "step"),
        *("started", "ended", "steps_run", "data"),
    )
    readonly_fields = fields

    @display(description="workflow", ordering="workflow_version__label")
    def of_workflow(self, context: Any) -> str:
        return link(context.workflow_version.workflow)

    @display(description="version")
    def version_run(self, context: Any) -> str:
        return str(context.workflow_version.workflow_version)

    @display(description="unit", ordering="unit__serial_number")
    def of_unit(self, context: Any) -> str:
        return link(context.unit)

    @display(description="cycle")
    def of_cycle(self, context: Any) -> str:
        return link(getattr(context, "cycle", None))

    @display(description="state", ordering="ended_at")
    def standing(self, context: Any) -> str:
        if context.ended_at:
            return chip("over", "complete")
        return chip("waiting", "pending") if context.wake_at else chip("running", "in_progress")

    @display(description="step in hand")
    def step(self, context: Any) -> str:
        steps = context.workflow_version.steps
        return ", ".join(steps[name]["label"] for name in context.run.current_steps) or "–"

    @display(description="started", ordering="started_at")
    def started(self, context: Any) -> str:
        return moment(context.started_at)

    @display(description="ended", ordering="ended_at")
    def ended(self, context: Any) -> str:
        return moment(context.ended_at)

    @display(description="steps")
    def steps_run(self, context: Any) -> SafeString | str:
        steps = context.workflow_version.steps
        rows = [
            (steps[run.step_name]["label"], f"{run.time_to_run / 1000:.0f} s", "failed" if run.did_error else "done")
            for run in context.run.last_steps
        ]
        return format_html_join("", "<div>{}: {}, {}</div>", rows) or "–"

    @display(description="data")
    def data(self, context: Any) -> SafeString | str:
        return format_html_join("", "<div>{}: {}</div>", sorted(context.run.data.items())) or "–"
