from typing import Any

from django.contrib.admin import action, display, register
from django.http import HttpRequest, HttpResponse

from batches.models import Cycle
from batches.operations.cycling import cancel_cycle, release_cycle
from niagara.admin import LookOnlyAdmin, WhyForm, chip, do_to_each, link, moment


@register(Cycle)
class CycleAdmin(LookOnlyAdmin):
    """Cycles are worked on in the screens; here they are looked at, released and cancelled."""

    list_display = (
        "number",
        "of_work_order",
        "in_batch",
        "standing",
        "why",
        "of_unit",
        "technician",
        "at_station",
        "started",
        "ended",
        "retried",
    )
    list_filter = ("category", "location", "batch__queue", "technician", "is_retry", "work_order__project__customer")
    list_select_related = ("work_order", "batch", "unit", "technician", "station", "location")
    search_fields = ("unit__serial_number", "unit__label", "batch__label", "work_order__label", "technician__name")
    ordering = ("-id",)
    date_hierarchy = "started_at"
    fields = (
        *("number", "of_work_order", "in_batch", "standing", "why", "of_unit", "run", "technician"),
        *("location", "at_station", "started", "ended", "retried"),
    )
    readonly_fields = fields
    actions = ["release", "cancel"]

    def has_cancel_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "update")

    def has_release_permission(self, request: HttpRequest) -> bool:
        return "context:step" in getattr(request.user, "grants", ())

    @display(description="work order", ordering="work_order__label")
    def of_work_order(self, cycle: Any) -> str:
        return link(cycle.work_order)

    @display(description="batch", ordering="batch__label")
    def in_batch(self, cycle: Any) -> str:
        return link(cycle.batch)

    @display(description="status", ordering="category")
    def standing(self, cycle: Any) -> str:
        return chip(cycle.status, cycle.category)

    @display(description="reason", ordering="reason")
    def why(self, cycle: Any) -> str:
        return f"{cycle.reason}: {cycle.comment}" if cycle.comment else cycle.reason or "–"

    @display(description="context")
    def run(self, cycle: Any) -> str:
        return link(cycle.context)

    @display(description="unit", ordering="unit__serial_number")
    def of_unit(self, cycle: Any) -> str:
        return link(cycle.unit)

    @display(description="station", ordering="station__label")
    def at_station(self, cycle: Any) -> str:
        return link(cycle.station)

    @display(description="started", ordering="started_at")
    def started(self, cycle: Any) -> str:
        return moment(cycle.started_at)

    @display(description="ended", ordering="ended_at")
    def ended(self, cycle: Any) -> str:
        return moment(cycle.ended_at)

    @display(description="retry", ordering="is_retry")
    def retried(self, cycle: Any) -> str:
        return chip("retry", "blocked") if cycle.is_retry else "–"

    @action(description="Release, for anybody to start", permissions=["release"])
    def release(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return do_to_each(
            self,
            request,
            queryset,
            lambda cycle, **how: release_cycle(cycle=cycle, **how),
            title="Release cycles",
            button="Release",
            done="released",
        )

    @action(description="Cancel", permissions=["cancel"])
    def cancel(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return do_to_each(
            self,
            request,
            queryset,
            lambda cycle, **how: cancel_cycle(cycle=cycle, **how),
            title="Cancel cycles",
            button="Yes, cancel them",
            done="cancelled",
            form=WhyForm,
        )
