"""Workflows, and work orders as far as they are known without their batches."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.admin import SimpleListFilter, display, register
from django.db.models import F
from django.http import HttpRequest

from niagara.accounts.actor import Actor
from niagara.admin import NiagaraAdmin, NiagaraForm, bar, chip, due, lines, link, moment
from niagara.clock import now
from niagara.directory.models import ACTIVE, Category, Status
from niagara.directory.operations.statuses import allowed_statuses
from workorders.models import COUNTED, Workflow, WorkOrder
from workorders.operations.ordering import change_work_order, create_work_order
from workorders.operations.workflows import change_workflow, create_workflow


class DueFilter(SimpleListFilter):
    """What is active and late, or due soon. `path` leads to the work order."""

    title = "due"
    parameter_name = "due"
    path = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("late", "Late"), ("day", "Within a day"), ("week", "Within a week")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        at, path = now(), f"{self.path}due_date"
        active = queryset.filter(current_status__category__in=ACTIVE)
        if self.value() == "late":
            return active.filter(**{f"{path}__lt": at})
        days = 1 if self.value() == "day" else 7
        return active.filter(**{f"{path}__gte": at, f"{path}__lt": at + timedelta(days=days)})


@register(Workflow)
class WorkflowAdmin(NiagaraAdmin):
    list_display = ("label", "workflow_version", "applies_to", "number_steps", "starts_at")
    list_filter = ("applies_to",)
    search_fields = ("label",)
    date_hierarchy = "created"
    fields = ("label", "applies_to", "starts_at", "steps", "metadata", "triggered_by", "workflow_version")
    readonly_fields = ("workflow_version",)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "steps":
            field.widget.attrs["rows"] = 30
        return field

    @display(description="steps")
    def number_steps(self, workflow: Any) -> str:
        return str(len(workflow.steps))

    def create(self, row: Any, form: Any, *, by: Actor, at: datetime) -> None:
        create_workflow(row, by=by, at=at)

    def change(self, row: Any, form: Any, *, by: Actor, at: datetime, if_version: int | None) -> None:
        change_workflow(row, by=by, at=at, if_version=if_version)


class WorkOrderForm(NiagaraForm):
    """Offers the statuses a person may choose: those of the category the cycles make it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields.get("current_status")
        if field is None:
            return
        field.required = not self.instance._state.adding
        if self.instance._state.adding:
            field.queryset = field.queryset.filter(category=Category.PENDING)
            field.help_text = "Empty: the first pending status the project allows."
        else:
            statuses = allowed_statuses(self.instance.project, Category(self.instance.current_status.category))
            known = [*(status.pk for status in statuses), self.instance.current_status_id]
            field.queryset = Status.objects.filter(pk__in=known)
            field.help_text = "The status follows the cycles; these are of the same category."


class WorkOrderAdmin(NiagaraAdmin):
    """Registered in `batches`, which adds what breaking down needs."""

    form = WorkOrderForm
    list_display = ("label", "made_for", "at_location", "standing", "progress", "left", "due_by")
    list_filter = (
        DueFilter,
        "current_status__category",
        "current_status",
        "project__customer",
        "project",
        "location",
        "workflow",
    )
    list_select_related = ("project__customer", "location", "current_status")
    autocomplete_fields = ("project", "location", "workflow")
    search_fields = ("label", "description", "project__label", "project__customer__label")
    ordering = (F("end_date").desc(nulls_first=True), "due_date", "id")  # what is still to do, by its due date
    date_hierarchy = "due_date"
    fieldsets = (
        (None, {"fields": ("label", "description", "work_order_type", "project", "location", "workflow")}),
        ("Plan", {"fields": ("needed", "begin_date", "due_date", "current_status")}),
    )

    def prepare(self, rows: list[Any]) -> None:
        counted = WorkOrder.objects.filter(pk__in=[row.pk for row in rows]).with_cycle_counts()
        found = {work_order.pk: work_order for work_order in counted.order_by()}
        for row in rows:
            row.counts = {name: getattr(found[row.pk], f"all_{name}") for name in COUNTED}

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            return fieldsets
        return [*fieldsets, ("So far", {"fields": ("progress", "left", ("started", "ended"))})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), "progress", "left", "started", "ended"]

    @display(description="customer, project", ordering="project__customer__label")
    def made_for(self, work_order: Any) -> str:
        return lines(work_order.project.customer, work_order.project)

    @display(description="location", ordering="location__label")
    def at_location(self, work_order: Any) -> str:
        return link(work_order.location)

    @display(description="status", ordering="current_status__order")
    def standing(self, work_order: Any) -> str:
        return chip(work_order.current_status.status, work_order.current_status.category)

    @display(description="progress")
    def progress(self, work_order: Any) -> str:
        if not hasattr(work_order, "counts"):
            self.prepare([work_order])
        return bar(work_order.counts, whole=work_order.needed)

    @display(description="not in batches")
    def left(self, work_order: Any) -> str:
        return f"{work_order.unassigned} of {work_order.needed}"

    @display(description="due", ordering="due_date")
    def due_by(self, work_order: Any) -> str:
        late = work_order.due_date < now() and work_order.current_status.category in ACTIVE
        return due(work_order.due_date, late=late)

    @display(description="started", ordering="start_date")
    def started(self, work_order: Any) -> str:
        return moment(work_order.start_date)

    @display(description="ended", ordering="end_date")
    def ended(self, work_order: Any) -> str:
        return moment(work_order.end_date)

    def create(self, row: Any, form: Any, *, by: Actor, at: datetime) -> None:
        create_work_order(row, by=by, at=at)

    def change(self, row: Any, form: Any, *, by: Actor, at: datetime, if_version: int | None) -> None:
        change_work_order(row, by=by, at=at, if_version=if_version)
