"""Breaking a work order down: what is typed is shown as batches at once, and made when that was looked at."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from batches.models import BatchGroup
from batches.operations.assigning import loads_of, share_out
from batches.operations.creating import Wishes, break_down
from batches.operations.planning import label_of, mark_of, plan
from niagara.accounts.models import User
from niagara.directory.models import Resource
from niagara.refusals import Refusal
from niagara.screens.forms import ScreenForm, VisibleChoice, VisibleChoices, choose_from
from niagara.screens.once import Done
from niagara.screens.pages import FormPage
from niagara.screens.widgets import RowTicks
from niagara.wording import counted
from queues.models import Queue
from workorders.models import WorkOrder

ALL, SPREAD = "all", "spread"
SHARES = [(ALL, "All to every batch"), (SPREAD, "Each batch to who has least to do")]


class BreakDownForm(ScreenForm):
    number_cycles = forms.IntegerField(label="Cycles per batch", min_value=1, max_value=1_000_000)
    total = forms.IntegerField(
        label="Number of batches",
        min_value=1,
        max_value=1_000_000,
        required=False,
        help_text="Empty: as many as are needed; the last takes what remains.",
    )
    queue = VisibleChoice(Queue, empty_label="Choose a queue")
    label_prefix = forms.CharField(label="Label before the number", max_length=200, required=False)
    technicians = VisibleChoices(User, required=False, widget=RowTicks)
    share = forms.ChoiceField(
        label="Technicians go", choices=SHARES, initial=ALL, required=False, widget=forms.RadioSelect
    )
    mixing_station = VisibleChoice(Resource, label="Station", required=False, empty_label="None yet")
    batch_group = VisibleChoice(BatchGroup, label="Group", required=False, empty_label="The work order's own")
    mark = forms.CharField(widget=forms.HiddenInput, max_length=16, required=False)

    def __init__(self, work_order: WorkOrder, user: User, data: Any = None) -> None:
        super().__init__(data)
        choose_from(self, user)
        fields: Any = self.fields
        queues = fields["queue"].queryset.filter(is_active=True).select_related("location")
        fields["queue"].queryset = queues.order_by("location__label", "priority", "id")
        fields["queue"].label_from_instance = lambda queue: f"{queue.location}: {queue}"
        fields["technicians"].queryset = fields["technicians"].queryset.filter(is_active=True).order_by("name", "pk")
        fields["mixing_station"].queryset = fields["mixing_station"].queryset.order_by("label", "pk")
        groups = fields["batch_group"].queryset.filter(work_order=work_order, is_default=False)
        fields["batch_group"].queryset = groups.order_by("name", "pk")
        fields["label_prefix"].widget.attrs["placeholder"] = work_order.label

    @property
    def wishes(self) -> Wishes:
        said = self.cleaned_data
        return Wishes(
            prefix=said["label_prefix"],
            mixing_station=said["mixing_station"],
            batch_group=said["batch_group"],
            technicians=list(said["technicians"]),
            spread=said["share"] == SPREAD,
        )


class BreakDownPage(FormPage):
    permission = "batch:create"
    template_name = "workorders/break_down.html"
    part_template_name = "workorders/break_down_preview.html"
    form_class = BreakDownForm

    def make_form(self, data: Any = None) -> ScreenForm:
        self.work_order = self.row(WorkOrder.objects, self.kwargs["work_order_id"])
        return BreakDownForm(self.work_order, self.user, data)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.headers.get("HX-Request") == "true":  # asks what would be made
            return self.render_to_response(self.get_context_data(form=self.make_form(request.POST)))
        return super().post(request, *args, **kwargs)

    def carry_out(self, form: Any) -> Done:
        said = form.cleaned_data
        batches = break_down(
            work_order=self.work_order,
            queue=said["queue"],
            number_cycles=said["number_cycles"],
            total=said["total"],
            wishes=form.wishes,
            if_mark=said["mark"],
            by=self.by,
            at=self.at,
        )
        number = counted(len(batches), "batch is", "batches are")
        address = reverse("work-order-page", args=[self.work_order.pk])
        return Done(address, f"{number} made in {said['queue']}.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs["form"]
        self.work_order.refresh_from_db()
        shown = preview(self.work_order, form) if form.is_bound else {}
        return super().get_context_data(work_order=self.work_order, **shown, **kwargs)


def preview(work_order: WorkOrder, form: Any) -> dict[str, Any]:
    """The batches that would be made, and what would stay unassigned; or why there would be none."""
    form.is_valid()
    said = form.cleaned_data
    if "number_cycles" not in said or "total" not in said or "label_prefix" not in said:
        return {}
    try:
        sizes = plan(work_order.unassigned, said["number_cycles"], said["total"])
    except Refusal as refusal:
        return {"refused": refusal.sentence}
    technicians = list(said.get("technicians") or ())
    people: list[list[User]] = [technicians] * len(sizes)
    if technicians and said.get("share") == SPREAD:
        people = [[one] for one in share_out(sizes, loads_of(technicians))]
    rows = [
        {"label": label_of(work_order, position, said["label_prefix"]), "size": size, "technicians": who}
        for position, (size, who) in enumerate(zip(sizes, people, strict=True), start=1)
    ]
    return {
        "planned": rows,
        "made": sum(sizes),
        "remaining": work_order.unassigned - sum(sizes),
        "mark": mark_of(work_order, sizes, said["label_prefix"]),
    }
