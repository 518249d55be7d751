from typing import Any

from django import forms

from batches.models import Batch, BatchGroup, Cycle, GroupEquipment
from batches.models.batch_group import MAX_TAG_LENGTH, validate_tags
from batches.operations.changing import Changes
from batches.operations.grouping import GroupChanges
from niagara.accounts.models import User
from niagara.admin import NiagaraForm, autocomplete, name_choices
from niagara.directory.models import Category, Resource, Status
from niagara.directory.operations.statuses import allowed_statuses
from niagara.records.models import Relation
from queues.models import Queue

PLACES = [
    ("", "Where it is; in another queue, at its end"),
    ("first", "First in the queue"),
    ("before", "Before the batch below"),
    ("after", "After the batch below"),
    ("last", "Last in the queue"),
]


def technicians_field(**options: Any) -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(
        **options,
        queryset=User.objects.none(),
        required=False,
        widget=autocomplete(Relation._meta.get_field("source_user"), many=True),
    )


def offer_people(form: forms.BaseForm, user: Any) -> None:
    field: Any = form.fields["technicians"]
    field.queryset = User.objects.visible_to(user)


class BatchForm(NiagaraForm):
    place = forms.ChoiceField(choices=PLACES, required=False)
    neighbour = forms.ModelChoiceField(
        label="Batch beside it",
        queryset=Batch.objects.none(),
        required=False,
        widget=autocomplete(Cycle._meta.get_field("batch")),
    )
    # Who was shown is sent along, so that whom somebody else assigned meanwhile stays assigned.
    technicians = technicians_field(show_hidden_initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_people(self, self.request.user)
        neighbours: Any = self.fields["neighbour"]
        neighbours.queryset = Batch.objects.visible_to(self.request.user)  # type: ignore[arg-type]
        if "queue" not in self.fields:  # somebody who may only look
            return
        self.fields["number_cycles"].min_value = 1  # type: ignore[attr-defined]
        self.fields["number_cycles"].widget.attrs["min"] = 1
        if self.instance._state.adding:
            self._begin()
        else:
            self._go_on()

    def _begin(self) -> None:
        for name in ("label", "batch_group", "current_status"):
            self.fields[name].required = False
        self.fields["label"].help_text = "Empty: the work order's label and a running number."
        statuses: Any = self.fields["current_status"]
        statuses.queryset = statuses.queryset.filter(category=Category.PENDING)

    def _go_on(self) -> None:
        batch = self.instance
        groups: Any = self.fields["batch_group"]
        groups.queryset = groups.queryset.filter(work_order_id=batch.work_order_id)
        statuses: Any = self.fields["current_status"]
        offered = allowed_statuses(batch.work_order.project, Category(batch.current_status.category))
        statuses.queryset = Status.objects.filter(pk__in=[*(one.pk for one in offered), batch.current_status_id])
        statuses.help_text = "The status follows the cycles; these are of the same category."
        assigned = Relation.objects.technicians().filter(target_id=batch.pk)
        self.fields["technicians"].initial = list(assigned.values_list("source_user_id", flat=True))

    def clean(self) -> Any:
        cleaned = super().clean() or self.cleaned_data
        if self.instance._state.adding and cleaned.get("work_order") is not None:
            self.instance.organization_id = cleaned["work_order"].organization_id
        if cleaned.get("number_cycles") == 0:
            self.add_error("number_cycles", "A batch has at least one cycle.")
        if cleaned.get("place") in ("before", "after") and not cleaned.get("neighbour"):
            self.add_error("neighbour", "Choose the batch it should stand beside.")
        return cleaned

    @property
    def changes(self) -> Changes:
        """What was changed, as the operation takes it."""
        said = self.cleaned_data
        simple = {"label", "queue", "number_cycles", "current_status", "mixing_station", "batch_group"}
        changes: Any = {name: said[name] for name in self.changed_data if name in simple}
        changes.update(self._place(said["place"], said["queue"]))
        return changes

    @property
    def newly_assigned(self) -> list[User]:
        return [user for user in self.cleaned_data["technicians"] if str(user.pk) not in self._shown_technicians]

    @property
    def unassigned_ids(self) -> set[str]:
        return self._shown_technicians - {str(user.pk) for user in self.cleaned_data["technicians"]}

    @property
    def _shown_technicians(self) -> set[str]:
        sent: Any = self.data
        return set(sent.getlist(self.add_initial_prefix("technicians")))

    def _place(self, place: str, queue: Queue) -> Changes:
        if place == "before":
            return {"before": self.cleaned_data["neighbour"]}
        if place == "after":
            return {"after": self.cleaned_data["neighbour"]}
        others = Batch.objects.in_queue(queue).exclude(pk=self.instance.pk).in_processing_order()
        if place == "first" and (first := others.first()):
            return {"before": first}
        if place == "last" and (last := others.last()):
            return {"after": last}
        return {}


class GroupForm(NiagaraForm):
    words = forms.CharField(label="Tags", widget=forms.Textarea, required=False, help_text="A tag a line.")
    things = forms.ModelMultipleChoiceField(
        label="Equipment",
        queryset=Resource.objects.none(),
        required=False,
        widget=autocomplete(GroupEquipment._meta.get_field("needed"), many=True),
    )
    reason = forms.CharField(
        max_length=1000, required=False, help_text="Why: for the journal of the group and its history."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "words" not in self.fields:  # somebody who may only look
            return
        things: Any = self.fields["things"]
        things.queryset = Resource.objects.visible_to(self.request.user)  # type: ignore[arg-type]
        if not self.instance._state.adding:
            self.fields["words"].initial = "\n".join(self.instance.tags)
            things.initial = list(self.instance.equipment.values_list("pk", flat=True))

    def clean_settings(self) -> Any:
        settings = self.cleaned_data["settings"]
        return {} if settings is None else settings

    def clean_words(self) -> list[str]:
        tags = [tag for line in self.cleaned_data["words"].splitlines() if (tag := line.strip())]
        tags = list(dict.fromkeys(tags))
        validate_tags(tags)
        return tags

    def clean(self) -> Any:
        cleaned = super().clean() or self.cleaned_data
        if self.instance._state.adding and cleaned.get("work_order") is not None:
            self.instance.organization_id = cleaned["work_order"].organization_id
        if bool(cleaned.get("container_type")) != bool(cleaned.get("container_label")):
            self.add_error("container_label", "Give a container both a type and a label, or neither.")
        return cleaned

    @property
    def changes(self) -> GroupChanges:
        """What was said, as the operation takes it."""
        said, changed = self.cleaned_data, self.changed_data
        changes: Any = {name: said[name] for name in ("name", "settings", "delivery_status") if name in changed}
        if "words" in changed:
            changes["tags"] = said["words"]
        if "things" in changed:
            changes["equipment"] = list(said["things"])
        if {"container_type", "container_label"} & set(changed):
            container = {"container_type": said["container_type"], "label": said["container_label"]}
            changes["container"] = container if said["container_type"] else None
        return changes


class TagForm(forms.Form):
    tag = forms.CharField(max_length=MAX_TAG_LENGTH)
    reason = forms.CharField(max_length=1000, required=False, help_text="It stands in the journal of each group.")


class DeliveryForm(forms.Form):
    delivery_status = forms.ChoiceField(choices=BatchGroup.DeliveryStatus.choices)
    reason = forms.CharField(max_length=1000, required=False, help_text="It stands in the journal of each group.")


class StationForm(forms.Form):
    mixing_station = forms.ModelChoiceField(
        label="To the station",
        queryset=Resource.objects.none(),
        required=False,
        help_text="Empty: away from theirs.",
        widget=autocomplete(Batch._meta.get_field("mixing_station")),
    )
    reason = forms.CharField(max_length=1000, required=False, help_text="It stands in the journal of each group.")

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["mixing_station"]
        field.queryset = Resource.objects.visible_to(user)
        name_choices(field)


class MoveForm(forms.Form):
    queue = forms.ModelChoiceField(
        label="To the queue", queryset=Queue.objects.none(), widget=autocomplete(Batch._meta.get_field("queue"))
    )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["queue"]
        field.queryset = Queue.objects.visible_to(user)
        name_choices(field)


class AssignForm(forms.Form):
    technicians = technicians_field()

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_people(self, user)
        self.fields["technicians"].required = True


class RegroupForm(forms.Form):
    batch_group = forms.ModelChoiceField(
        label="Into the batch group",
        queryset=BatchGroup.objects.none(),
        widget=autocomplete(Batch._meta.get_field("batch_group")),
    )
    reason = forms.CharField(max_length=1000, required=False, help_text="It stands in the journals of the groups.")

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["batch_group"]
        field.queryset = BatchGroup.objects.visible_to(user)
        name_choices(field)
