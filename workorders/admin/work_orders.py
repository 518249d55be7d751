"""Work orders as far as they are known without their batches."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.admin import SimpleListFilter, action, display
from django.db.models import F
from django.http import HttpRequest, HttpResponse

from niagara.accounts.actor import Actor
from niagara.admin import (
    Exports,
    NiagaraAdmin,
    NiagaraForm,
    WhyForm,
    bar,
    do_to_each,
    due,
    lines,
    link,
    moment,
    status,
)
from niagara.clock import now
from niagara.directory.models import ACTIVE, Category, Status
from niagara.directory.operations.statuses import allowed_statuses
from niagara.wording import counted
from workorders.models import COUNTED, WorkOrder
from workorders.operations.closing import close_work_order, reopen_work_order
from workorders.operations.importing import export_work_orders
from workorders.operations.ordering import change_work_order, create_work_order


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


class ClosedFilter(SimpleListFilter):
    title = "closed"
    parameter_name = "closed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "Open"), ("yes", "Closed")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(closed_at__isnull=self.value() == "no") if self.value() else queryset


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


class DueForm(forms.Form):
    due_date = forms.SplitDateTimeField(label="Due", widget=forms.SplitDateTimeWidget)


class WorkOrderAdmin(Exports, NiagaraAdmin):
    """Registered in `batches`, which adds what breaking down needs."""

    export_rows = export_work_orders
    import_kind = "work-orders"
    actions: Sequence[Any] = ["change_due_date", "close", "reopen", "export_csv", "export_xlsx", "delete_selected"]
    form = WorkOrderForm
    list_display = ("label", "made_for", "at_location", "standing", "progress", "left", "due_by")
    list_filter: Sequence[Any] = (
        DueFilter,
        ClosedFilter,
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
        return [*fieldsets, ("So far", {"fields": ("standing", "progress", "left", ("started", "ended", "closed"))})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [
            *super().get_readonly_fields(request, obj),
            "standing",
            "progress",
            "left",
            "started",
            "ended",
            "closed",
        ]

    @display(description="customer, project", ordering="project__customer__label")
    def made_for(self, work_order: Any) -> str:
        return lines(work_order.project.customer, work_order.project)

    @display(description="location", ordering="location__label")
    def at_location(self, work_order: Any) -> str:
        return link(work_order.location)

    @display(description="status", ordering="current_status__order")
    def standing(self, work_order: Any) -> str:
        return status(work_order)

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

    @display(description="closed", ordering="closed_at")
    def closed(self, work_order: Any) -> str:
        return moment(work_order.closed_at)

    def create(self, row: Any, form: Any, *, by: Actor, at: datetime) -> None:
        create_work_order(row, by=by, at=at)

    def change(self, row: Any, form: Any, *, by: Actor, at: datetime, if_version: int | None) -> None:
        change_work_order(row, by=by, at=at, if_version=if_version)

    @action(description="Change the due date", permissions=["change"])
    def change_due_date(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return do_to_each(
            self,
            request,
            queryset,
            _put_off,
            title="Change the due date",
            button="Change it",
            done=lambda due_date: f"due {moment(due_date)}",
            form=DueForm,
        )

    @action(description="Close, so that nothing more is made", permissions=["change"])
    def close(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return do_to_each(
            self,
            request,
            queryset,
            lambda work_order, **how: close_work_order(work_order=work_order, **how),
            title="Close work orders",
            button="Close them",
            done="closed",
            form=WhyForm,
            note=_what_keeps_it_open,
        )

    @action(description="Reopen", permissions=["change"])
    def reopen(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return do_to_each(
            self,
            request,
            queryset,
            lambda work_order, **how: reopen_work_order(work_order=work_order, **how),
            title="Reopen work orders",
            button="Reopen them",
            done="open again",
            form=WhyForm,
            note=lambda row: f"closed {moment(row.closed_at)}" if row.is_closed else "not closed",
        )


def _put_off(work_order: WorkOrder, *, due_date: datetime, by: Actor, at: datetime) -> None:
    seen = work_order.version
    work_order.due_date = due_date
    change_work_order(work_order, by=by, at=at, if_version=seen)


def _what_keeps_it_open(work_order: Any) -> str:
    if work_order.is_closed:
        return "closed already"
    active = sum(number for name, number in work_order.counts.items() if Category[name.upper()] in ACTIVE)
    return f"it stays open: {counted(active, 'cycle is', 'cycles are')} active" if active else ""
