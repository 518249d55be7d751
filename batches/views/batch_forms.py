"""Forms about one batch."""

from typing import Any

from django import forms

from batches.models import Batch
from batches.models.technicians import fetch_technicians
from batches.operations.changing import Changes
from niagara.accounts.models import User
from niagara.directory.models import Category, Resource, Status
from niagara.directory.operations.statuses import allowed_statuses
from niagara.screens.forms import ScreenForm, VisibleChoice, VisibleChoices, choose_from
from niagara.screens.widgets import RowTicks
from queues.models import Queue

MAX_CYCLES = 10_000
FIRST, BEFORE, AFTER, LAST = "first", "before", "after", "last"
PLACES = [(LAST, "at its end"), (FIRST, "at its head"), (BEFORE, "before this batch"), (AFTER, "behind this batch")]


class AboutBatch(ScreenForm):
    def __init__(self, batch: Batch, user: User, data: Any = None) -> None:
        self.batch, self.user = batch, user
        super().__init__(data)
        choose_from(self, user)
        self.begin()

    def begin(self) -> None:
        """What stands in the fields at first, and what can be chosen."""

    def _field(self, name: str) -> Any:
        return self.fields[name]


class BatchForm(AboutBatch):
    label = forms.CharField(max_length=250)
    number_cycles = forms.IntegerField(
        label="Cycles", min_value=1, max_value=MAX_CYCLES, help_text="Fewer cancels pending ones, newest first."
    )
    current_status = forms.ModelChoiceField(
        label="Status", queryset=Status.objects.none(), empty_label=None, help_text="Its category follows the cycles."
    )
    mixing_station = VisibleChoice(Resource, label="Station", required=False, empty_label="None")
    # Who was shown is sent along, so that whom somebody else assigned meanwhile stays assigned.
    technicians = VisibleChoices(User, required=False, show_hidden_initial=True, widget=RowTicks({"class": "ticks"}))

    def begin(self) -> None:
        batch = self.batch
        fetch_technicians([batch])
        statuses = allowed_statuses(batch.work_order.project, Category(batch.current_status.category))
        ids = {batch.current_status_id, *(status.pk for status in statuses)}
        self._field("current_status").queryset = Status.objects.filter(pk__in=ids)
        stations = self._field("mixing_station")
        stations.queryset = stations.queryset.filter(location_id=batch.queue.location_id)
        if batch.mixing_station_id:  # it may stand elsewhere
            stations.queryset = stations.queryset | Resource.objects.filter(pk=batch.mixing_station_id)
        self.initial.update(
            label=batch.label,
            number_cycles=batch.number_cycles,
            current_status=batch.current_status_id,
            mixing_station=batch.mixing_station_id,
            technicians=[user.pk for user in batch.technicians],  # type: ignore[attr-defined]
        )

    @property
    def changes(self) -> Changes:
        said = self.cleaned_data
        changes: Any = {name: said[name] for name in ("label", "number_cycles", "current_status", "mixing_station")}
        if changes["current_status"] == self.batch.current_status:
            del changes["current_status"]  # it follows the cycles on
        return changes

    @property
    def newly_assigned(self) -> list[User]:
        return [user for user in self.cleaned_data["technicians"] if str(user.pk) not in self._shown]

    @property
    def unassigned_ids(self) -> set[str]:
        return self._shown - {str(user.pk) for user in self.cleaned_data["technicians"]}

    @property
    def _shown(self) -> set[str]:
        sent: Any = self.data
        return set(sent.getlist(self.add_initial_prefix("technicians")))


class PlaceForm(AboutBatch):
    """Where a batch stands: in which queue, and where in it."""

    button = "Move"

    queue = VisibleChoice(Queue, empty_label=None)
    place = forms.ChoiceField(label="Where", choices=PLACES)
    neighbour = VisibleChoice(Batch, label="That batch", required=False, empty_label="Choose a batch")

    def begin(self) -> None:
        queues = self._field("queue")
        queues.queryset = queues.queryset.select_related("location").order_by("location__label", "priority")
        queues.label_from_instance = lambda queue: f"{queue.location}: {queue}"
        beside = self._field("neighbour")
        beside.queryset = beside.queryset.exclude(pk=self.batch.pk)
        beside.widget.choices = self._neighbours(beside.queryset)
        beside.error_messages["invalid_choice"] = "The batch beside it left the queue meanwhile."
        self.initial.update(queue=self.batch.queue_id)

    def _neighbours(self, batches: Any) -> Any:
        """To be chosen are the open ones of the queue it is in; of what is sent, any will do."""
        offered = VisibleChoice(Batch, empty_label="Choose a batch")
        offered.queryset = batches.filter(queue=self.batch.queue_id).active().in_processing_order()
        return offered.choices

    def clean(self) -> Any:
        said = super().clean() or self.cleaned_data
        if said.get("place") in (BEFORE, AFTER) and not said.get("neighbour") and not self.errors:
            self.add_error("neighbour", "Choose the batch it should stand beside.")
        return said

    @property
    def changes(self) -> Changes:
        said = self.cleaned_data
        changes: Any = {"queue": said["queue"]}
        if said["place"] in (BEFORE, AFTER):
            changes[said["place"]] = said["neighbour"]
            return changes
        others = Batch.objects.in_queue(said["queue"]).exclude(pk=self.batch.pk).in_processing_order()
        if said["place"] == FIRST and (first := others.first()):
            changes["before"] = first
        if said["place"] == LAST and (last := others.last()):
            changes["after"] = last
        return changes


class RemovalForm(AboutBatch):
    button = "Delete"
