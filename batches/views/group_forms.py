from typing import Any

import orjson
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from batches.models import Batch, BatchGroup
from batches.models.batch_group import MAX_TAG_LENGTH
from batches.operations.grouping import GroupChanges
from niagara.accounts.models import User
from niagara.directory.models import Resource
from niagara.records.models.note import MAX_LENGTH
from niagara.screens.forms import ScreenForm, VisibleChoice, VisibleChoices, choose_from
from niagara.screens.ids import uuid_of
from niagara.screens.widgets import RowTicks
from workorders.models import WorkOrder

LISTED = 200  # batches to tick on one form
MAX_SETTINGS = 10_000
MAX_DEPTH = 20


def reason_field() -> forms.CharField:
    return forms.CharField(max_length=1000, required=False, help_text="It stands in the journal of the group.")


class AboutGroup(ScreenForm):
    """A form about a group, or about what is in it."""

    def __init__(self, group: Any, user: User, data: Any = None) -> None:
        self.group = group
        super().__init__(data)
        choose_from(self, user)
        self.begin()

    def begin(self) -> None:
        """What stands in the fields at first, and what can be chosen."""

    def _field(self, name: str) -> Any:
        return self.fields[name]


class DeliveryForm(AboutGroup):
    button = "Set it"
    delivery_status = forms.ChoiceField(choices=BatchGroup.DeliveryStatus.choices)
    reason = reason_field()

    def begin(self) -> None:
        self.initial["delivery_status"] = self.group.delivery_status


class TagsForm(AboutGroup):
    button = "Add the tag"
    add = forms.CharField(label="Tag", max_length=MAX_TAG_LENGTH, required=False)
    remove = forms.CharField(widget=forms.HiddenInput, max_length=MAX_TAG_LENGTH, required=False, strip=False)
    reason = reason_field()

    def clean(self) -> Any:
        if not self.errors and not self.cleaned_data["add"] and not self.cleaned_data["remove"]:
            self.add_error("add", "Type the tag to add.")
        return self.cleaned_data


class Things(VisibleChoices):
    """Resources, told apart by where they are."""

    def label_from_instance(self, resource: Any) -> str:
        return f"{resource}, {resource.location}"


class Station(VisibleChoice):
    """The same for one of them."""

    def label_from_instance(self, resource: Any) -> str:
        return f"{resource}, {resource.location}"


class GroupForm(AboutGroup):
    """What is said of a group but for what has a button of its own."""

    name = forms.CharField(max_length=200)
    container_type = forms.CharField(max_length=60, required=False, help_text="Such as pallet, cart or box.")
    container_label = forms.CharField(max_length=200, required=False, help_text="What stands on it.")
    equipment = Things(Resource, required=False, widget=RowTicks)
    settings = forms.CharField(
        widget=forms.Textarea({"rows": 5, "spellcheck": "false"}),
        required=False,
        max_length=MAX_SETTINGS,
        help_text='An object of JSON: {"layers": 2}.',
    )
    reason = reason_field()

    def begin(self) -> None:
        _with_location(self._field("equipment"))
        if self.group is None:
            return
        self.initial.update(
            name=self.group.name,
            container_type=self.group.container_type,
            container_label=self.group.container_label,
            equipment=list(self.group.equipment.values_list("pk", flat=True)) if not self.is_bound else [],
            settings=orjson.dumps(self.group.settings, option=orjson.OPT_INDENT_2).decode(),
        )

    def clean_settings(self) -> dict[str, Any]:
        text = self.cleaned_data["settings"]
        try:
            settings = orjson.loads(text) if text else {}
        except orjson.JSONDecodeError as error:
            raise forms.ValidationError(f"This is no JSON: {error}.") from error
        if not isinstance(settings, dict):
            raise forms.ValidationError("Give an object, such as {}.")
        _check_json(settings, MAX_DEPTH)
        return settings

    def clean(self) -> Any:
        said = self.cleaned_data
        if not self.errors and bool(said["container_type"]) != bool(said["container_label"]):
            missing = "container_label" if said["container_type"] else "container_type"
            self.add_error(missing, "Give a container both a type and a label, or neither.")
        return said

    @property
    def changes(self) -> GroupChanges:
        """What was said, as the operation takes it."""
        said = self.cleaned_data
        container = {"container_type": said["container_type"], "label": said["container_label"]}
        changes: Any = {
            "name": said["name"],
            "settings": said["settings"],
            "container": container if said["container_type"] else None,
            "equipment": list(said["equipment"]),
        }
        return changes


class NewGroupForm(GroupForm):
    button = "Make the group"
    work_order = VisibleChoice(WorkOrder, empty_label="Choose a work order")
    field_order = ("work_order", "name")

    def begin(self) -> None:
        super().begin()
        self._field("work_order").queryset = self._field("work_order").queryset.active().order_by("label", "pk")


class NoteForm(AboutGroup):
    button = "Write it"
    content = forms.CharField(label="Note", widget=forms.Textarea({"rows": 2}), max_length=MAX_LENGTH)
    is_issue = forms.BooleanField(label="It is an issue, to be closed by somebody", required=False)


class NoteStateForm(AboutGroup):
    is_closed = forms.BooleanField(label="The issue is closed", required=False)


class StationForm(AboutGroup):
    button = "Move"
    mixing_station = Station(Resource, label="To the station", required=False, empty_label="No station")
    reason = reason_field()

    def begin(self) -> None:
        _with_location(self._field("mixing_station"))


class BatchStationForm(StationForm):
    def begin(self) -> None:
        super().begin()
        self.initial["mixing_station"] = self.group.mixing_station_id  # it is about a batch


class RemovalForm(AboutGroup):
    button = "Delete"
    reason = reason_field()


class NoteRemovalForm(AboutGroup):
    button = "Remove the note"


class TickedBatches(VisibleChoices):
    """Batches to tick. So many are listed, with those that are ticked; the others are found by their label."""

    widget = RowTicks

    def __init__(self) -> None:
        super().__init__(Batch, error_messages={"required": "Tick a batch or more."})

    def offer(self, rows: QuerySet, find: str, ticked: list[str]) -> None:
        self.queryset = rows
        fitting = rows.filter(label__icontains=find) if find else rows
        listed = list(fitting.order_by("pk")[:LISTED])
        known = {str(one.pk) for one in listed}
        others = [row_id for one in ticked[:LISTED] if one not in known and (row_id := uuid_of(one))]
        also = list(rows.filter(pk__in=others)) if others else []
        self.widget.choices = [(one.pk, str(one)) for one in [*also, *listed]]
        if len(listed) == LISTED:
            self.help_text = f"These are the first {LISTED}. Find the others by their label."
        elif not listed:
            self.help_text = "No batch is called so." if find else "There is no such batch."


class TicksBatches(AboutGroup):
    """A form about some of many batches."""

    find = forms.CharField(
        label="Find", max_length=250, required=False, widget=forms.TextInput({"type": "search", "autocomplete": "off"})
    )
    batches = TickedBatches()
    reason = reason_field()

    def __init__(self, group: Any, user: User, data: Any, shown: QueryDict) -> None:
        """`shown` is what was found and ticked so far."""
        self.found, self.ticked = shown.get("find", "").replace("\0", ""), shown.getlist("batches")
        super().__init__(group, user, data)
        self.initial.update(find=self.found, batches=self.ticked)

    def offer(self, rows: QuerySet) -> None:
        self._field("batches").offer(rows, self.found, self.ticked)


class TakeInForm(TicksBatches):
    button = "Take them in"

    def begin(self) -> None:
        others = self._field("batches").queryset.filter(work_order=self.group.work_order_id)
        self.offer(others.exclude(batch_group=self.group))


class MoveOutForm(TicksBatches):
    button = "Move them"
    into = VisibleChoice(BatchGroup, label="Into the group", empty_label="Choose a group")
    field_order = ("find", "batches", "into", "reason")

    def begin(self) -> None:
        self.offer(self._field("batches").queryset.filter(batch_group=self.group))
        groups = self._field("into").queryset.filter(work_order=self.group.work_order_id)
        self._field("into").queryset = groups.exclude(pk=self.group.pk).order_by("name", "pk")


def _with_location(field: Any) -> None:
    field.queryset = field.queryset.select_related("location").order_by("label", "location__label", "pk")


def _check_json(value: Any, depth: int) -> None:
    """Refuse what can't be stored: null characters, and what is nested beyond all sense."""
    if depth == 0:
        raise forms.ValidationError(f"Nest {MAX_DEPTH} levels at most.")
    if isinstance(value, str) and "\x00" in value:
        raise forms.ValidationError("Take the null characters out.")
    for one in value if isinstance(value, list) else value.items() if isinstance(value, dict) else ():
        for part in one if isinstance(one, tuple) else (one,):
            _check_json(part, depth - 1)
