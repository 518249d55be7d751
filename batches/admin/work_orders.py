from typing import Any

from django.contrib.admin import register
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import path

from batches.admin.break_down import break_down_page
from batches.admin.columns import names_of
from batches.admin.holding import HoldFilter, Holding
from batches.models import Batch, fetch_technicians
from batches.operations.holding import hold_work_order, release_work_order
from niagara.admin import Links, bar, link, list_url, status
from workorders.admin import DueFilter, WorkOrderAdmin
from workorders.models import COUNTED, WorkOrder

SHOWN = 10


@register(WorkOrder)
class BrokenDownWorkOrderAdmin(Holding, WorkOrderAdmin):
    """Work orders with their batches."""

    list_filter = (DueFilter, HoldFilter, *WorkOrderAdmin.list_filter[1:])
    actions = ["change_due_date", "hold", "release", *WorkOrderAdmin.actions[1:]]

    def hold_row(self, row: Any, **how: Any) -> object:
        return hold_work_order(work_order=row, **how)

    def release_row(self, row: Any, **how: Any) -> object:
        return release_work_order(work_order=row, **how)

    def get_urls(self) -> Any:
        view = self.admin_site.admin_view(self.break_down_view)
        return [path("<id>/break-down/", view, name="workorders_workorder_break_down"), *super().get_urls()]

    def break_down_view(self, request: HttpRequest, id: str) -> HttpResponse:
        work_order = self.get_object(request, unquote(id))
        if work_order is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, id)
        if not _may_make_batches(request):
            raise PermissionDenied
        return break_down_page(self, request, work_order)

    def object_links(self, request: HttpRequest, row: Any) -> Links:
        links = super().object_links(request, row)
        if not (_may_make_batches(request) and row.unassigned and not row.is_closed):
            return links
        return [("Break down into batches", self.url_of("break_down", row.pk)), *links]

    def related_lists(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        batches = Batch.objects.visible_to(request.user).filter(work_order=row)  # type: ignore[arg-type]
        fields = ("queue", "work_order", "current_status", "mixing_station")
        shown = list(batches.select_related(*fields).order_by("queue__priority", "queue", "order")[:SHOWN])
        fetch_technicians(shown)
        return [
            {
                "title": "Batches",
                "headers": ("Batch", "Queue", "Status", "Progress", "Technicians", "Station"),
                "rows": [_cells(batch) for batch in shown],
                "number": batches.count(),
                "url": list_url(Batch, work_order__id__exact=row.pk),
                "empty": "None yet. Break the work order down to make some.",
            }
        ]


def _may_make_batches(request: HttpRequest) -> bool:
    return "batch:create" in getattr(request.user, "grants", ())


def _cells(batch: Any) -> tuple[str, ...]:
    return (
        link(batch),
        link(batch.queue),
        status(batch),
        bar({name: getattr(batch, name) for name in COUNTED}, whole=batch.number_cycles),
        names_of(batch.technicians),
        link(batch.mixing_station),
    )
