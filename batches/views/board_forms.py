"""What is said about batches that were chosen on the board."""

from collections.abc import Iterable
from typing import Any

from django import forms

from batches.models import Batch
from batches.operations.arranging import Place
from batches.operations.holding import MAX_REASON
from niagara.accounts.models import User
from niagara.screens.forms import ScreenForm, VisibleChoice, VisibleChoices, choose_from
from niagara.screens.ids import uuid_of
from niagara.screens.widgets import RowTicks
from queues.models import Queue

AT_ONCE = 200
ALL, SPREAD = "all", "spread"
WAYS = [(ALL, "All of them to every batch"), (SPREAD, "One to each batch, spread by what they have to do")]
PLACES = [(Place.LAST.value, "at its end"), (Place.FIRST.value, "at its head")]


class SelectionForm(ScreenForm):
    batch = forms.ModelMultipleChoiceField(
        label="Batches",
        queryset=Batch.objects.none(),
        widget=RowTicks,
        error_messages={
            "required": "Choose batches on the board first.",
            "invalid_choice": "One of the batches was removed meanwhile. Choose those that are left.",
        },
    )
    # The filters of the board that one comes from.
    back = forms.CharField(widget=forms.HiddenInput, max_length=1000, required=False)

    def __init__(self, user: User, chosen: Iterable[str], data: Any = None) -> None:
        super().__init__(data)
        choose_from(self, user)
        ids = [row_id for text in chosen if (row_id := uuid_of(text))]
        field: Any = self.fields["batch"]
        visible: Any = Batch.objects.visible_to(user)
        field.queryset = visible.filter(pk__in=ids[: AT_ONCE + 1]).order_by("queue__priority", "queue", "order")
        self.initial["batch"] = ids
        self.is_about_some = bool(ids)

    @property
    def chosen(self) -> list[Batch]:
        field: Any = self.fields["batch"]
        return list(field.queryset) if self.is_about_some else []

    @property
    def said_back(self) -> str:
        return str(self["back"].value() or "")

    def clean_batch(self) -> Any:
        batches = self.cleaned_data["batch"]
        if len(batches) > AT_ONCE:
            raise forms.ValidationError(f"Choose at most {AT_ONCE} batches at once.")
        return batches


class AssignForm(SelectionForm):
    button = "Assign"

    technicians = VisibleChoices(
        User,
        widget=RowTicks,
        error_messages={"required": "Choose at least one technician."},
    )
    way = forms.ChoiceField(label="How", choices=WAYS, initial=ALL, widget=forms.RadioSelect)

    def __init__(self, user: User, chosen: Iterable[str], data: Any = None) -> None:
        super().__init__(user, chosen, data)
        field: Any = self.fields["technicians"]
        field.queryset = field.queryset.filter(is_active=True, organization__isnull=False)


class MoveManyForm(SelectionForm):
    button = "Move"

    to = VisibleChoice(Queue, label="Queue", empty_label="Choose a queue")
    place = forms.ChoiceField(label="Where", choices=PLACES, initial=Place.LAST.value)

    def __init__(self, user: User, chosen: Iterable[str], data: Any = None) -> None:
        super().__init__(user, chosen, data)
        field: Any = self.fields["to"]
        field.queryset = (
            field.queryset.filter(is_active=True).select_related("location").order_by("location__label", "priority")
        )
        field.label_from_instance = lambda queue: f"{queue.location}: {queue}"


class HoldManyForm(SelectionForm):
    button = "Hold them"

    reason = forms.CharField(max_length=MAX_REASON, help_text="It is shown wherever they are, to technicians too.")

    def __init__(self, user: User, chosen: Iterable[str], data: Any = None) -> None:
        super().__init__(user, chosen, data)
        field: Any = self.fields["batch"]
        field.queryset = field.queryset.select_related("work_order")
        field.label_from_instance = _with_hold


class ReleaseManyForm(HoldManyForm):
    button = "Release them"

    reason = forms.CharField(max_length=1000, required=False, help_text="For the history.")


def _with_hold(batch: Batch) -> str:
    if batch.is_on_hold:
        return f"{batch} – on hold: {batch.hold_reason}"
    return f"{batch} – on hold with its work order: {batch.why_on_hold}" if batch.why_on_hold else str(batch)
