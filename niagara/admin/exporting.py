"""Selected rows of a list as a file that can be imported again."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin import action
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from niagara.accounts.actor import Actor
from niagara.clock import now
from niagara.tables.table import Table
from niagara.tables.writing import KINDS, write_table

MAX_EXPORTED = 20_000


class Exports:
    """Of a list whose rows can be exported and imported: two actions, and a link to the import."""

    export_rows: ClassVar[Callable[..., Table]]
    import_kind: ClassVar[str]
    change_list_template = "admin/niagara/importable_list.html"

    @action(description="Export as CSV", permissions=["view"])
    def export_csv(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return self._export(request, queryset, "csv")

    @action(description="Export as XLSX", permissions=["view"])
    def export_xlsx(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return self._export(request, queryset, "xlsx")

    def _export(self, request: HttpRequest, rows: Any, file_type: str) -> HttpResponse | None:
        admin: Any = self
        if rows[MAX_EXPORTED : MAX_EXPORTED + 1].exists():
            admin.message_user(request, f"Export at most {MAX_EXPORTED:,} rows: narrow the list first.", messages.ERROR)
            return None
        by, at, name = Actor.in_admin(request), now(), str(admin.opts.verbose_name_plural)
        table = type(self).export_rows(rows, by=by, at=at)
        answer = HttpResponse(write_table(table, file_type, title=name), content_type=KINDS[file_type])
        answer["Content-Disposition"] = f'attachment; filename="{self.import_kind}-{at:%Y-%m-%d}.{file_type}"'
        return answer

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        admin: Any = self
        address = f"{reverse('import-page')}?kind={self.import_kind}" if admin.has_add_permission(request) else ""
        context = {**(extra_context or {}), "import_address": address}
        answer: HttpResponse = super().changelist_view(request, context)  # type: ignore[misc]
        return answer
