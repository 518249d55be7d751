"""What can be done to a batch group, each with an address of its own: a button on the group's page leads there."""

from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from batches.models import Batch, BatchGroup
from batches.operations.changing import change_batch
from batches.operations.grouping import change_group, delete_group, move_all_stations
from batches.operations.regrouping import put_into
from batches.operations.tagging import change_tags
from batches.views import group_forms as forms
from niagara.records.models import Note
from niagara.records.operations.noting import change_note, remove_note, write_note
from niagara.screens.meanwhile import RowFormPage
from niagara.screens.once import Done
from niagara.wording import counted


class GroupFormPage(RowFormPage):
    permission = "batch-group:update"
    template_name = "parts/row_form_page.html"
    heading: ClassVar[str]
    about: ClassVar[str] = ""

    def find_row(self) -> Any:
        return self.find_group()

    def find_group(self) -> BatchGroup:
        group: BatchGroup = self.row(BatchGroup.objects.select_related("work_order"), self.kwargs["batch_group_id"])
        return group

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, back=self.address)

    @property
    def address(self) -> str:
        return reverse("batch-group-page", args=[self.kwargs["batch_group_id"]])

    def done(self, sentence: str) -> Done:
        return Done(self.address, sentence)


class ChangeGroupPage(GroupFormPage):
    heading = "Change the batch group"
    form_class = forms.GroupForm

    def carry_out(self, form: Any) -> Done:
        said = form.cleaned_data
        group = change_group(
            group=self.found,
            changes=form.changes,
            reason=said["reason"],
            if_version=said["seen_version"],
            by=self.by,
            at=self.at,
        )
        return self.done(f"{group} is changed.")


class DeliverGroupPage(GroupFormPage):
    heading = "Delivery"
    form_class = forms.DeliveryForm

    def carry_out(self, form: Any) -> Done:
        said = form.cleaned_data
        group = change_group(
            group=self.found,
            changes={"delivery_status": said["delivery_status"]},
            reason=said["reason"],
            if_version=said["seen_version"],
            by=self.by,
            at=self.at,
        )
        return self.done(f"Delivery: {group.get_delivery_status_display().lower()}.")


class TagGroupPage(GroupFormPage):
    heading = "Add a tag"
    form_class = forms.TagsForm

    def carry_out(self, form: Any) -> Done:
        said = form.cleaned_data
        add, remove = ([tag] if (tag := said[name]) else [] for name in ("add", "remove"))
        change_tags(group=self.found, add=add, remove=remove, reason=said["reason"], by=self.by, at=self.at)
        return self.done(f"The tag “{said['add'] or said['remove']}” is {'added' if add else 'removed'}.")


class DeleteGroupPage(GroupFormPage):
    permission = "batch-group:delete"
    heading = "Delete the batch group"
    about = "Its notes go with it; its journal stays. Only a group without batches can be deleted."
    form_class = forms.RemovalForm

    def carry_out(self, form: Any) -> Done:
        delete_group(group=self.found, reason=form.cleaned_data["reason"], by=self.by, at=self.at)
        return Done(reverse("batch-groups-page"), f"{self.found} is deleted.")


class MoveStationsPage(GroupFormPage):
    heading = "Move all batches to a station"
    about = "Every batch of the group moves, whichever station it is at."
    form_class = forms.StationForm

    def carry_out(self, form: Any) -> Done:
        said = form.cleaned_data
        station = said["mixing_station"]
        move_all_stations(group=self.found, station=station, reason=said["reason"], by=self.by, at=self.at)
        return self.done(f"All batches are at {station} now." if station else "No batch is at a station now.")


class MoveStationPage(GroupFormPage):
    """One batch of a group to a station."""

    permission = "batch:update"
    heading = "Move the batch to a station"
    form_class = forms.BatchStationForm

    def find_row(self) -> Batch:
        rows = Batch.objects.filter(batch_group=self.find_group()).select_related("mixing_station")
        batch: Batch = self.row(rows, self.kwargs["batch_id"])
        return batch

    def carry_out(self, form: Any) -> Done:
        said = form.cleaned_data
        station = said["mixing_station"]
        change_batch(
            batch=self.found,
            changes={"mixing_station": station},
            reason=said["reason"],
            if_version=said["seen_version"],
            by=self.by,
            at=self.at,
        )
        return self.done(f"{self.found} is at {station} now." if station else f"{self.found} is at no station now.")


class TickPage(GroupFormPage):
    """What is done to batches that are ticked. Finding others asks for the form again, and keeps the ticks."""

    permission = "batch:update"
    template_name = "batchgroups/ticks.html"

    def make_form(self, data: Any = None) -> Any:
        self.found = self.find_row()
        form: Any = self.form_class
        made = form(self.found, self.user, data, shown=self.request.POST or self.request.GET)
        made.initial["seen_version"] = self.found.version
        return made

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.headers.get("HX-Request") == "true":
            return self.get(request, *args, **kwargs)
        return super().post(request, *args, **kwargs)


class TakeInPage(TickPage):
    heading = "Take batches in"
    about = "These are the batches of the same work order that are in other groups."
    form_class = forms.TakeInForm

    def carry_out(self, form: Any) -> Done:
        said = form.cleaned_data
        moved = put_into(group=self.found, batches=said["batches"], reason=said["reason"], by=self.by, at=self.at)
        return self.done(f"{counted(len(moved), 'batch', 'batches')} came in.")


class MoveOutPage(TickPage):
    heading = "Move batches out"
    about = "Into another group of the same work order."
    form_class = forms.MoveOutForm

    def carry_out(self, form: Any) -> Done:
        said = form.cleaned_data
        moved = put_into(group=said["into"], batches=said["batches"], reason=said["reason"], by=self.by, at=self.at)
        return self.done(f"{counted(len(moved), 'batch', 'batches')} moved into {said['into']}.")


class WriteNotePage(GroupFormPage):
    permission = "note:create"
    heading = "Write a note"
    form_class = forms.NoteForm

    def carry_out(self, form: Any) -> Done:
        said = form.cleaned_data
        write_note(self.found, said["content"], is_issue=said["is_issue"], by=self.by, at=self.at)
        return self.done("The issue is written." if said["is_issue"] else "The note is written.")


class NotePage(GroupFormPage):
    """A form about one note of a group."""

    def note(self) -> Note:
        note: Note = self.row(Note.objects.on(self.find_group()), self.note_id)
        return note

    def find_row(self) -> Any:
        self.found_note = self.note()
        return self.find_group()

    def make_form(self, data: Any = None) -> Any:
        form = super().make_form(data)
        form.initial["seen_version"] = None  # it is about the note
        return form

    @property
    def note_id(self) -> UUID:
        note_id: UUID = self.kwargs["group_note_id"]
        return note_id


class CloseIssuePage(NotePage):
    permission = "note:create"
    heading = "Close or reopen the issue"
    form_class = forms.NoteStateForm

    def carry_out(self, form: Any) -> Done:
        is_closed = form.cleaned_data["is_closed"]
        change_note(self.found_note, is_closed=is_closed, by=self.by, at=self.at)
        return self.done("The issue is closed." if is_closed else "The issue is open again.")


class RemoveNotePage(NotePage):
    permission = "note:delete"
    heading = "Remove the note"
    form_class = forms.NoteRemovalForm

    def carry_out(self, form: Any) -> Done:
        remove_note(self.found_note, by=self.by, at=self.at)
        return self.done("The note is removed.")
