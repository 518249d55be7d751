"""The page on which a work order is broken down: say how, look at it, make the batches."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from batches.admin.forms import offer_people, technicians_field
from batches.models import Batch, BatchGroup
from batches.operations.creating import Wishes, break_down
from batches.operations.planning import label_of, mark_of, plan
from niagara.accounts.actor import Actor
from niagara.admin import autocomplete, dress, list_url, name_choices, put_on_form
from niagara.clock import now
from niagara.directory.models import Resource
from niagara.refusals import Refusal
from niagara.wording import counted
from queues.models import Queue
from workorders.models import WorkOrder


class BreakDownForm(forms.Form):
    number_cycles = forms.IntegerField(label="Cycles per batch", min_value=1, max_value=1_000_000)
    total = forms.IntegerField(
        label="How many batches",
        min_value=1,
        max_value=1_000_000,
        required=False,
        help_text="Empty: as many as the cycles that are in no batch need; the last takes what remains.",
    )
    queue = forms.ModelChoiceField(queryset=Queue.objects.none(), widget=autocomplete(Batch._meta.get_field("queue")))
    technicians = technicians_field()
    spread = forms.BooleanField(
        label="Spread the technicians",
        required=False,
        help_text="Each batch to the one who has least to do, instead of all to every batch.",
    )
    label_prefix = forms.CharField(
        label="Label before the number", max_length=200, required=False, help_text="Empty: that of the work order."
    )
    mixing_station = forms.ModelChoiceField(
        label="Station",
        queryset=Resource.objects.none(),
        required=False,
        widget=autocomplete(Batch._meta.get_field("mixing_station")),
    )
    batch_group = forms.ModelChoiceField(
        queryset=BatchGroup.objects.none(), required=False, empty_label="The work order's own"
    )

    def __init__(self, user: Any, work_order: WorkOrder, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["queue"].queryset = Queue.objects.visible_to(user).filter(is_active=True)
        fields["mixing_station"].queryset = Resource.objects.visible_to(user)
        fields["batch_group"].queryset = BatchGroup.objects.visible_to(user).filter(work_order=work_order)
        for name in ("queue", "mixing_station"):
            name_choices(fields[name])
        offer_people(self, user)
        dress(self)


def break_down_page(admin: Any, request: HttpRequest, work_order: WorkOrder) -> HttpResponse:
    form = BreakDownForm(request.user, work_order, request.POST or None, initial={"number_cycles": 10})
    sizes: list[int] = []
    if request.method == "POST" and form.is_valid():
        try:
            sizes = plan(work_order.unassigned, form.cleaned_data["number_cycles"], form.cleaned_data["total"])
            if make := request.POST.get("make"):
                batches = _make(work_order, form, make, Actor.in_admin(request))
                number = counted(len(batches), "batch", "batches")
                admin.message_user(request, f"Made {number} in {batches[0].queue}.", messages.SUCCESS)
                return HttpResponseRedirect(list_url(Batch, work_order__id__exact=work_order.pk))
        except Refusal as refusal:
            put_on_form(refusal, form)
    request.current_app = admin.admin_site.name
    context = {
        **admin.admin_site.each_context(request),
        "title": f"Break down {work_order}",
        "work_order": work_order,
        "original": work_order,
        "form": form,
        "batches": _preview(work_order, sizes, form),
        "remaining": work_order.unassigned - sum(sizes),
        "shown": mark_of(work_order, sizes, form.cleaned_data["label_prefix"]) if sizes else "",
        "opts": admin.opts,
        "media": admin.media + form.media,
        "back": admin.url_of("change", work_order.pk),
    }
    return TemplateResponse(request, "admin/workorders/break_down.html", context)


def _preview(work_order: WorkOrder, sizes: list[int], form: BreakDownForm) -> list[tuple[str, int]]:
    return [
        (label_of(work_order, position, form.cleaned_data["label_prefix"]), size)
        for position, size in enumerate(sizes, start=1)
    ]


def _make(work_order: WorkOrder, form: BreakDownForm, mark: str, by: Actor) -> list[Batch]:
    said = form.cleaned_data
    wishes = Wishes(
        prefix=said["label_prefix"],
        mixing_station=said["mixing_station"],
        batch_group=said["batch_group"],
        technicians=list(said["technicians"]),
        spread=said["spread"],
    )
    return break_down(
        work_order=work_order,
        queue=said["queue"],
        number_cycles=said["number_cycles"],
        total=said["total"],
        by=by,
        at=now(),
        wishes=wishes,
        if_mark=mark,
    )
