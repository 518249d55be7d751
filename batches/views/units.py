from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from niagara.directory.models import Customer, Location, Unit
from niagara.screens.forms import FilterForm, VisibleChoice
from niagara.screens.keyset import stretch_of
from niagara.screens.pages import Page

PER_PAGE = 50
SORT = ("serial_number", "pk")


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
        return rows


class UnitsPage(Page):
    """The devices, by serial number."""

    permission = "unit:read"
    template_name = "units/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filters = UnitFilters(self.request.GET, self.user)
        rows = filters.narrow(Unit.objects.visible_to(self.user), self.at)
        rows = rows.select_related("customer", "location", "current_status")
        page = stretch_of(rows, SORT, self.request.GET, PER_PAGE)
        return super().get_context_data(filters=filters, page=page, **kwargs)
