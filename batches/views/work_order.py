"""The page of a work order: from the whole down to the step at which each cycle stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform, KeyTransform

from batches.models import Batch, Cycle, fetch_technicians
from batches.views.order_forms import NoteForm
from batches.views.pace import chart_of, forecast_of, is_order_at_risk, with_pace
from niagara.accounts.models import HistoryEntry, User
from niagara.directory.models import IN_FLIGHT, Category
from niagara.records.models import Note, Relation
from niagara.screens.forms import FilterForm
from niagara.screens.pages import Page
from workorders.models import WorkOrder

PER_PAGE = 25
SHOWN_AT_MOST = 100
BATCHES, CYCLES, TECHNICIANS, NOTES, HISTORY = "batches", "cycles", "technicians", "notes", "history"
TABS = [
    (BATCHES, "Batches"),
    (CYCLES, "Cycles"),
    (TECHNICIANS, "Technicians"),
    (NOTES, "Notes and issues"),
    (HISTORY, "History"),
]
IN_HAND = KeyTextTransform("0", KeyTransform("current_steps", "context__state"))


@dataclass
class StepInHand:
    """How many cycles stand at a step of the workflow."""

    name: str
    label: str
    in_progress: int = 0
    verifying: int = 0
    blocked: int = 0
    pending: int = 0
    complete: int = 0

    @property
    def number(self) -> int:
        return self.in_progress + self.verifying + self.blocked


class CycleFilters(FilterForm):
    status = forms.ChoiceField(choices=[("", "Any"), *Category.choices], required=False)
    technician = forms.ModelChoiceField(User.objects.none(), required=False, empty_label="Anybody")

    def __init__(self, data: Any, user: User, work_order: WorkOrder) -> None:
        super().__init__(data, user)
        field: Any = self.fields["technician"]
        working = work_order.cycles.filter(technician__isnull=False).values("technician")
        field.queryset = User.objects.filter(pk__in=working).order_by("name", "pk")
        self.full_clean()

    def narrow(self, rows: Any) -> QuerySet:
        if status := self.said("status"):
            rows = rows.filter(category=status)
        if technician := self.said("technician"):
            rows = rows.filter(technician=technician)
        return rows


class WorkOrderPage(Page):
    permission = "work-order:read"
    template_name = "workorders/page.html"
    part_template_name = "workorders/page_part.html"
    follows_history = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        along = ("project__customer", "project__program", "location", "workflow", "current_status")
        rows = with_pace(WorkOrder.objects.select_related(*along).with_cycle_counts())
        work_order = self.row(rows, self.kwargs["work_order_id"])
        tab = self.request.GET.get("show", BATCHES)
        tab = tab if tab in dict(TABS) else BATCHES
        forecast = forecast_of(work_order, self.at)
        return super().get_context_data(
            work_order=work_order,
            tab=tab,
            tabs=TABS,
            steps=steps_in_hand(work_order),
            forecast=forecast,
            is_at_risk=is_order_at_risk(work_order, self.at),
            is_late=work_order.end_date is None and work_order.due_date <= self.at,
            chart=chart_of(work_order, forecast, self.at),
            open_issues=self._notes(work_order).filter(is_issue=True, closed_at=None).count(),
            **getattr(self, f"_show_{tab}")(work_order),
            **{name: value for name, value in kwargs.items() if name != "work_order_id"},
        )

    def _page(self, rows: Any) -> Any:
        return Paginator(rows, PER_PAGE).get_page(self.request.GET.get("page"))

    def _show_batches(self, work_order: WorkOrder) -> dict[str, Any]:
        rows: Any = Batch.objects.visible_to(self.user).filter(work_order=work_order)
        rows = rows.select_related("queue__location", "current_status", "mixing_station")
        page = self._page(rows.order_by("queue__priority", "queue", "order"))
        for batch in page.object_list:
            batch.work_order = work_order
        fetch_technicians(page.object_list)
        return {"page": page}

    def _show_cycles(self, work_order: WorkOrder) -> dict[str, Any]:
        filters = CycleFilters(self.request.GET, self.user, work_order)
        rows: Any = Cycle.objects.visible_to(self.user).filter(work_order=work_order)
        rows = filters.narrow(rows).select_related("batch", "unit", "technician").annotate(step=IN_HAND)
        page = self._page(rows.order_by("number"))
        labels = labels_of(work_order)
        for cycle in page.object_list:
            cycle.step_label = labels.get(cycle.step, cycle.step) if cycle.is_in_flight else ""
        return {"page": page, "filters": filters}

    def _show_technicians(self, work_order: WorkOrder) -> dict[str, Any]:
        return {"people": people_of(work_order)}

    def _show_notes(self, work_order: WorkOrder) -> dict[str, Any]:
        notes = self._notes(work_order).select_related("author").order_by("-id")
        return {"page": self._page(notes), "note_form": NoteForm(work_order, self.user)}

    def _show_history(self, work_order: WorkOrder) -> dict[str, Any]:
        return {"page": self._page(HistoryEntry.objects.of(work_order).select_related("user"))}

    def _notes(self, work_order: WorkOrder) -> Any:
        return Note.objects.visible_to(self.user).on(work_order)


def labels_of(work_order: WorkOrder) -> dict[str, str]:
    return {name: step["label"] for name, step in work_order.workflow.steps.items()}


def steps_in_hand(work_order: WorkOrder) -> list[StepInHand]:
    """How many cycles in flight stand at which step, in the order of the workflow; then those of older versions."""
    rows = work_order.cycles.filter(category__in=IN_FLIGHT).annotate(step=IN_HAND).order_by()
    labels = labels_of(work_order)
    found: dict[str, StepInHand] = {}
    for name, category, number in rows.values_list("step", "category").annotate(number=Count("pk")):
        step = found.setdefault(name or "", StepInHand(name or "", labels.get(name, name) or "Between steps"))
        setattr(step, category.lower(), number)
    order = {name: position for position, name in enumerate(labels)}
    return sorted(found.values(), key=lambda step: (order.get(step.name, len(order)), step.name))


def people_of(work_order: WorkOrder) -> list[Any]:
    """Who works on it or did, and who is assigned to one of its batches, with what each did."""
    counts = (
        work_order.cycles.filter(technician__isnull=False)
        .order_by()
        .values("technician")
        .annotate(
            in_hand=Count("pk", filter=Q(category__in=IN_FLIGHT)),
            complete=Count("pk", filter=Q(category=Category.COMPLETE)),
            failed=Count("pk", filter=Q(category=Category.CANCELLED)),
            last=Max("ended_at"),
        )
    )
    did = {row["technician"]: row for row in counts}
    assigned = dict(
        Relation.objects.technicians()
        .filter(target_type="BAT", target_id__in=work_order.batches.values("pk"))
        .order_by()
        .values_list("source_user")
        .annotate(number=Count("pk"))
    )
    people = list(User.objects.filter(pk__in={*did, *assigned}).order_by("name", "pk")[:SHOWN_AT_MOST])
    nothing: dict[str, int | datetime | None] = {"in_hand": 0, "complete": 0, "failed": 0, "last": None}
    for person in people:
        vars(person).update({**nothing, **did.get(person.pk, {}), "batches": assigned.get(person.pk, 0)})
    return people
