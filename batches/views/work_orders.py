from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import ExpressionWrapper, F, IntegerField

from batches.views.pace import is_order_at_risk, paced, with_pace
from batches.views.ranges import day_field, midnight
from niagara.directory.models import Category, Customer, Location
from niagara.screens.forms import FilterForm, VisibleChoice
from niagara.screens.keyset import stretch_of
from niagara.screens.pages import Page
from workorders.models import WorkOrder

PER_PAGE = 25
ENDED = (Category.COMPLETE, Category.CANCELLED)
OPEN, LATE, IN_TIME, AT_RISK, HELD, DONE, ALL = "open", "late", "in-time", "at-risk", "held", "done", "all"
SHOWN = [
    (OPEN, "Open"),
    (LATE, "Late"),
    (IN_TIME, "Open, not late"),
    (AT_RISK, "At risk"),
    (HELD, "On hold"),
    (DONE, "Done or cancelled"),
    (ALL, "All"),
]
SORTS = {
    "due": ("due_date", "pk"),
    "label": ("label", "pk"),
    "customer": ("project__customer__label", "due_date", "pk"),
    "left": ("beyond_need", "due_date", "pk"),
}
# Below zero as long as there are cycles in no batch: the more, the further in front.
BEYOND_NEED = ExpressionWrapper(F("assigned") - F("needed"), IntegerField())


class WorkOrderFilters(FilterForm):
    shown = forms.ChoiceField(label="Show", choices=SHOWN, required=False)
    customer = VisibleChoice(Customer, required=False, empty_label="All customers")
    location = VisibleChoice(Location, required=False, empty_label="All locations")
    due = day_field("Due on")
    q = forms.CharField(label="Find", required=False, max_length=100, widget=forms.TextInput({"type": "search"}))

    def narrow(self, rows: Any, at: datetime) -> Any:
        shown = self.said("shown") or OPEN
        if shown in (OPEN, LATE, IN_TIME, AT_RISK):
            rows = rows.exclude(current_status__category__in=ENDED)
        if shown == LATE:
            rows = rows.filter(due_date__lt=at)
        if shown == HELD:
            rows = rows.on_hold()
        if shown == IN_TIME:
            rows = rows.filter(due_date__gte=at)
        if shown == DONE:
            rows = rows.filter(current_status__category__in=ENDED)
        if customer := self.said("customer"):
            rows = rows.filter(project__customer=customer)
        if location := self.said("location"):
            rows = rows.filter(location=location)
        if due := self.said("due"):
            rows = rows.filter(due_date__gte=midnight(due), due_date__lt=midnight(due + timedelta(days=1)))
        if text := self.said("q"):
            rows = rows.filter(label__icontains=text)
        if shown == AT_RISK:
            rows = rows.filter(pk__in=[row.pk for row in paced(rows) if is_order_at_risk(row, at)])
        return rows


class WorkOrdersPage(Page):
    """The work orders, those due first on top unless sorted otherwise."""

    permission = "work-order:read"
    template_name = "workorders/list.html"
    part_template_name = "workorders/list_part.html"
    follows_history = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filters = WorkOrderFilters(self.request.GET, self.user)
        rows: Any = filters.narrow(WorkOrder.objects.visible_to(self.user), self.at)
        rows = rows.select_related("project__customer", "location", "current_status").annotate(beyond_need=BEYOND_NEED)
        asked = self.request.GET.get("sort", "")
        sort = asked if asked in SORTS else "due"
        kept = [] if sort == "due" else [("sort", sort)]
        page = stretch_of(rows, SORTS[sort], self.request.GET, PER_PAGE)
        page = replace(page, rows=with_progress(page.rows, self.at))
        return super().get_context_data(filters=filters, page=page, sort=sort, kept=kept, **kwargs)


def with_progress(work_orders: Sequence[Any], at: datetime) -> list[Any]:
    """The work orders of a page with the counts of their cycles and whether they are at risk, save such as were removed
    meanwhile. It is not read with the list: all of it would be counted before the first page is known."""
    rows = WorkOrder.objects.filter(pk__in=[work_order.pk for work_order in work_orders])
    counted = with_pace(rows.with_cycle_counts())
    found = {row["id"]: row for row in counted.values("id", *counted.query.annotations)}
    known = [work_order for work_order in work_orders if work_order.pk in found]
    for work_order in known:
        vars(work_order).update(found[work_order.pk])
        work_order.is_at_risk = is_order_at_risk(work_order, at)
    return known
