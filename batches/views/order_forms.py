from typing import Any

from django import forms

from niagara.accounts.models import User
from niagara.directory.models import Location, Project
from niagara.records.models.note import MAX_LENGTH
from niagara.screens.forms import ScreenForm, VisibleChoice, choose_from
from workorders.models import Workflow, WorkOrder

FACTS = ("label", "description", "project", "location", "workflow", "needed", "begin_date", "due_date")


def moment_field(**options: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(widget=widget, **options)


class AboutOrder(ScreenForm):
    """A form about a work order."""

    def __init__(self, work_order: WorkOrder, user: User, data: Any = None) -> None:
        self.work_order = work_order
        super().__init__(data)
        choose_from(self, user)
        self.begin()

    def begin(self) -> None:
        """What stands in the fields at first, and what can be chosen."""


class WorkOrderForm(AboutOrder):
    """The facts of a work order, and how much of it by when."""

    label = forms.CharField(max_length=200)
    needed = forms.IntegerField(label="Cycles needed", min_value=1, max_value=1_000_000)
    begin_date = moment_field(label="Planned begin")
    due_date = moment_field(label="Due")
    project = VisibleChoice(Project, empty_label="Choose a project")
    location = VisibleChoice(Location, empty_label="Choose a location")
    workflow = VisibleChoice(Workflow, empty_label="Choose a workflow")
    description = forms.CharField(widget=forms.Textarea({"rows": 4}), max_length=2000, required=False)

    def begin(self) -> None:
        fields: Any = self.fields
        fields["project"].queryset = fields["project"].queryset.select_related("customer").order_by("customer", "label")
        fields["project"].label_from_instance = lambda project: f"{project.customer}: {project}"
        for name in ("location", "workflow"):
            fields[name].queryset = fields[name].queryset.order_by("label", "pk")
        if not self.work_order._state.adding:
            self.initial.update({name: getattr(self.work_order, name) for name in FACTS})

    def clean(self) -> Any:
        said = self.cleaned_data
        if said.get("begin_date") and said.get("due_date") and said["due_date"] < said["begin_date"]:
            self.add_error("due_date", "A work order is due after it begins.")
        return said

    def write_on(self, work_order: WorkOrder) -> None:
        for name in FACTS:
            if name in self.changed_data or work_order._state.adding:
                setattr(work_order, name, self.cleaned_data[name])


class ChangeForm(WorkOrderForm):
    """The same; `looked` is what was typed when it was last shown what that touches."""

    button = "Change it"
    looked = forms.CharField(widget=forms.HiddenInput, max_length=100, required=False)

    @property
    def typed(self) -> str:
        """What is to be looked at before it is written; empty if that stays as it is."""
        said = self.cleaned_data
        if not {"needed", "due_date"} <= said.keys() or not {"needed", "due_date"} & set(self.changed_data):
            return ""
        return f"{said['needed']} {said['due_date']}"


class WhyForm(AboutOrder):
    button = "Go on"
    reason = forms.CharField(max_length=1000, required=False, help_text="For the history.")


class NoteForm(AboutOrder):
    content = forms.CharField(max_length=MAX_LENGTH, widget=forms.Textarea)
    is_issue = forms.BooleanField(required=False)


class IssueForm(AboutOrder):
    is_closed = forms.BooleanField(required=False)
