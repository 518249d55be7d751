from datetime import datetime
from functools import cached_property
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet

from niagara.directory.models import Customer, Location, Unit
from niagara.screens.forms import FilterForm, VisibleChoice
from niagara.screens.pages import Page

PER_PAGE = 50
MAX_COUNTED = 10_000


class UnitFilters(FilterForm):
    q = forms.CharField(
        label="Serial number or label", required=False, max_length=100, widget=forms.TextInput({"type": "search"})
    )
    customer = VisibleChoice(Customer, required=False, empty_label="All customers")
    location = VisibleChoice(Location, required=False, empty_label="All locations")

    def narrow(self, rows: QuerySet, at: datetime) -> QuerySet:
        if text := (self.said("q") or "").strip():
            rows = rows.filter(Q(serial_number__icontains=text) | Q(label__icontains=text))
        for name in ("customer", "location"):
            if chosen := self.said(name):
                rows = rows.filter(**{name: chosen})
        return rows.order_by("serial_number")


class BoundedPaginator(Paginator):
    """Counts no further than anybody turns pages."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return len(rows.order_by().values_list("pk")[:MAX_COUNTED])

    @property
    def is_cut(self) -> bool:
        return self.count == MAX_COUNTED


class UnitsPage(Page):
    """The devices, by serial number."""

    permission = "unit:read"
    template_name = "units/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filters = UnitFilters(self.request.GET, self.user)
        rows = filters.narrow(Unit.objects.visible_to(self.user), self.at)
        rows = rows.select_related("customer", "location", "current_status")
        page = BoundedPaginator(rows, PER_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(filters=filters, page=page, **kwargs)
