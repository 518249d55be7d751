"""What the floor has done and what stands on it, for who oversees it."""

from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.functional import cached_property

from batches.views.figures import Figures
from batches.views.floor import FloorNow
from batches.views.ranges import Range, between, day_field, last_days
from batches.views.tables import Table, as_csv
from niagara.directory.models import Location
from niagara.screens.forms import FilterForm, VisibleChoice
from niagara.screens.pages import Page

RANGES = {1: "Today", 7: "7 days", 30: "30 days", 90: "90 days"}
BY_RANGE = ("throughput", "first_pass", "steps", "failures", "blocks")
NOW = ("ages", "due")


class DashboardFilters(FilterForm):
    location = VisibleChoice(Location, required=False, empty_label="All locations")
    since = day_field("From")
    until = day_field("to")
    days = forms.TypedChoiceField(choices=list(RANGES.items()), coerce=int, required=False, widget=forms.HiddenInput)

    @property
    def has_dates(self) -> bool:
        return bool(self.said("since") or self.said("until"))

    def span(self, today: date) -> Range:
        if self.has_dates:
            return between(self.said("since"), self.said("until"), today)
        return last_days(self.said("days") or 1, today)


class Dashboard(Page):
    permission = "work-order:all"

    @cached_property
    def filters(self) -> DashboardFilters:
        return DashboardFilters(self.request.GET, self.user)

    @cached_property
    def figures(self) -> Figures:
        span = self.filters.span(timezone.localdate(self.at))
        return Figures(self.user, self.at, span, self.filters.said("location"))

    @cached_property
    def floor(self) -> FloorNow:
        return FloorNow(self.user, self.at, self.filters.said("location"))


class DashboardPage(Dashboard):
    """The figures of a range of days, and below what stands on the floor now."""

    template_name = "dashboard/page.html"
    part_template_name = "dashboard/range.html"
    follows_history = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filters, figures = self.filters, self.figures
        days = None if filters.has_dates else filters.said("days") or 1
        return super().get_context_data(
            filters=filters,
            figures=figures,
            floor=self.floor,
            span=figures.span,
            ranges=RANGES.items(),
            days=days,
            kept=[("days", days)] if days else [],
            **kwargs,
        )


class DashboardNowPage(Dashboard):
    """What stands on the floor now, by itself: it is fetched more often than the rest."""

    template_name = part_template_name = "dashboard/now.html"
    follows_history = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(floor=self.floor, **kwargs)


class DashboardCsvPage(Dashboard):
    """One of the tables, for a spreadsheet."""

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        table = self._table(self.request.GET.get("table", "throughput"))
        response = StreamingHttpResponse(as_csv(table.rows()), content_type="text/csv; charset=utf-8")
        span = self.figures.span
        response["Content-Disposition"] = f'attachment; filename="{table.key}-{span.first}-{span.last}.csv"'
        return response

    def _table(self, key: str) -> Table:
        name = key.replace("-", "_")
        if name not in (*BY_RANGE, *NOW):
            raise Http404
        found: Table = getattr(self.floor if name in NOW else self.figures, name)
        return found
