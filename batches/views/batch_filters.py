"""What lists of batches can be narrowed to."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q

from batches.models import Batch
from niagara.accounts.models import User
from niagara.directory.models import ACTIVE, Category, Customer, Location
from niagara.screens.forms import FilterForm, VisibleChoice
from queues.models import Queue

OPEN, DONE, ALL = "open", "done", "all"
SHOWN = [(OPEN, "Open"), (DONE, "Done or cancelled"), (ALL, "All")]
HELD = "on-hold"
STANDING = [*((value, label) for value, label in Category.choices if value in ACTIVE), (HELD, "On hold")]


class BatchFilters(FilterForm):
    """What the board and the list have in common."""

    location = VisibleChoice(Location, required=False, empty_label="All locations")
    customer = VisibleChoice(Customer, required=False, empty_label="All customers")
    work_order = forms.CharField(
        label="Work order", required=False, max_length=200, widget=forms.TextInput({"type": "search"})
    )
    technician = VisibleChoice(User, required=False, empty_label="Anybody")
    status = forms.ChoiceField(choices=[("", "Any status"), *STANDING], required=False)
    late = forms.BooleanField(label="Late", required=False)

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything of a queue out."""
        return any(self.said(name) for name in ("customer", "work_order", "technician", "status", "late"))

    def narrow(self, rows: Any, at: datetime) -> Any:
        if customer := self.said("customer"):
            rows = rows.filter(work_order__project__customer=customer)
        if text := self.said("work_order"):
            rows = rows.filter(work_order__label__icontains=text)
        if technician := self.said("technician"):
            rows = rows.assigned_to(technician)
        if status := self.said("status"):
            rows = rows.on_hold() if status == HELD else rows.filter(current_status__category=status)
        if self.said("late"):
            rows = rows.active().filter(work_order__due_date__lt=at)
        return rows


class BatchListFilters(BatchFilters):
    queue = VisibleChoice(Queue, required=False, empty_label="All queues")
    shown = forms.ChoiceField(label="Show", choices=SHOWN, required=False)
    q = forms.CharField(label="Find", required=False, max_length=100, widget=forms.TextInput({"type": "search"}))

    field_order = ("shown", "location", "queue", "customer", "work_order", "technician", "status", "late", "q")

    def narrow(self, rows: Any, at: datetime) -> Any:
        rows = super().narrow(rows, at)
        shown = self.said("shown") or OPEN
        if shown != ALL:
            rows = rows.active() if shown == OPEN else rows.filter(active=0)
        if location := self.said("location"):
            rows = rows.filter(queue__location=location)
        if queue := self.said("queue"):
            rows = rows.filter(queue=queue)
        if text := self.said("q"):
            rows = rows.filter(Q(label__icontains=text) | Q(work_order__label__icontains=text))
        return rows


def batches_of(user: User) -> Any:
    """Batches with what a line about one shows."""
    along = ("work_order__project__customer", "queue", "current_status")
    return Batch.objects.visible_to(user).select_related(*along)
