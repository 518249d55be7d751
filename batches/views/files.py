"""Files to download, and the lists they come from."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from batches.views.kinds import BATCHES, UNITS, WORK_ORDERS, Kind
from batches.views.units import UnitFilters
from batches.views.work_orders import ALL, OPEN, WorkOrderFilters
from niagara.screens.forms import FilterForm, VisibleChoice
from niagara.screens.pages import Page
from niagara.tables.table import Table
from niagara.tables.writing import KINDS as FILE_TYPES
from niagara.tables.writing import write_table
from queues.models import Queue
from workorders.models import WorkOrder

MAX_EXPORTED = 20_000


def file_answer(table: Table, file_type: str, name: str, title: str) -> HttpResponse:
    """The table as a file; as CSV unless it is asked for as XLSX."""
    file_type = file_type if file_type in FILE_TYPES else "csv"
    answer = HttpResponse(write_table(table, file_type, title=title), content_type=FILE_TYPES[file_type])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{file_type}"'
    return answer


class ExportPage(Page):
    """The rows of a list as a file, which can be imported again."""

    kind: ClassVar[Kind]
    filters: ClassVar[type[Any]]
    back: ClassVar[str] = "import-page"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        filters = self.filters(request.GET, self.user)
        rows = filters.narrow(self.kind.model.objects.visible_to(self.user), self.at)
        if rows[MAX_EXPORTED : MAX_EXPORTED + 1].exists():
            told = f"These are more than {MAX_EXPORTED:,} {self.kind.word}. Narrow the list, then export it."
            messages.error(request, told)
            return HttpResponseRedirect(reverse(self.back))
        name = f"{self.kind.slug}-{self.at:%Y-%m-%d}"
        table = self.kind.export_rows(rows, by=self.by, at=self.at)
        return file_answer(table, request.GET.get("format", ""), name, self.kind.word)


class BatchFilters(FilterForm):
    shown = forms.ChoiceField(choices=[(OPEN, "Open"), (ALL, "All")], required=False)
    work_order = VisibleChoice(WorkOrder, required=False)
    queue = VisibleChoice(Queue, required=False)

    def narrow(self, rows: Any, at: Any) -> Any:
        rows = rows.active() if (self.said("shown") or OPEN) == OPEN else rows
        for name in ("work_order", "queue"):
            if chosen := self.said(name):
                rows = rows.filter(**{name: chosen})
        return rows.order_by("queue__location__label", "queue__priority", "order")


class UnitExportPage(ExportPage):
    permission, kind, filters, back = "unit:read", UNITS, UnitFilters, "units-page"


class WorkOrderExportPage(ExportPage):
    permission, kind, filters, back = "work-order:read", WORK_ORDERS, WorkOrderFilters, "work-orders-page"


class BatchExportPage(ExportPage):
    permission, kind, filters = "batch:read", BATCHES, BatchFilters
