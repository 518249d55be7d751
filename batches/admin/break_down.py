"""The page on which a work order is broken down: say how, look at it, make the batches."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from batches.admin.forms import offer_people, technicians_field
from batches.models import Batch, BatchGroup
from batches.operations.creating import Wishes, break_down, plan
from niagara.accounts.actor import Actor
from niagara.admin import autocomplete, dress, list_url, name_choices, put_on_form
from niagara.clock import now
from niagara.directory.models import Resource
from niagara.refusals import Conflict, Refusal
from queues.models import Queue
from workorders.models import WorkOrder


class NotWhatWasShown(Conflict):
    """Batches were made since the preview: by somebody else, or by the same form sent before."""


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
        fields["technicians"].help_text = "Each is assigned to every batch."
        dress(self)


def break_down_page(admin: Any, request: HttpRequest, work_order: WorkOrder) -> HttpResponse:
    form = BreakDownForm(request.user, work_order, request.POST or None, initial={"number_cycles": 10})
    sizes: list[int] = []
    if request.method == "POST" and form.is_valid():
        try:
            sizes = plan(work_order.unassigned, form.cleaned_data["number_cycles"], form.cleaned_data["total"])
            if request.POST.get("make") == _what_is_shown(work_order, form):
                batches = _make(work_order, form, Actor.in_admin(request))
                number = "1 batch" if len(batches) == 1 else f"{len(batches)} batches"
                admin.message_user(request, f"Made {number} in {batches[0].queue}.", messages.SUCCESS)
                return HttpResponseRedirect(list_url(Batch, work_order__id__exact=work_order.pk))
            if "make" in request.POST:
                raise NotWhatWasShown("This is not what was shown before. Look at it again, then make the batches.")
        except Refusal as refusal:
            put_on_form(refusal, form)
    request.current_app = admin.admin_site.name
    context = {
        **admin.admin_site.each_context(request),
        "title": f"Break down {work_order}",
        "work_order": work_order,
        "original": work_order,
        "form": form,
        "batches": _preview(work_order, sizes),
        "remaining": work_order.unassigned - sum(sizes),
        "shown": _what_is_shown(work_order, form) if sizes else "",
        "opts": admin.opts,
        "media": admin.media + form.media,
        "back": admin.url_of("change", work_order.pk),
    }
    return TemplateResponse(request, "admin/workorders/break_down.html", context)


def _preview(work_order: WorkOrder, sizes: list[int]) -> list[tuple[str, int]]:
    return [
        (f"{work_order.label} #{work_order.batches_made + position}", size)
        for position, size in enumerate(sizes, start=1)
    ]


def _what_is_shown(work_order: WorkOrder, form: BreakDownForm) -> str:
    """What the preview rests on. Once batches are made it is another, so the same form makes one set."""
    said = form.cleaned_data
    return f"{work_order.batches_made}:{work_order.unassigned}:{said['number_cycles']}:{said['total']}"


@transaction.atomic
def _make(work_order: WorkOrder, form: BreakDownForm, by: Actor) -> list[Batch]:
    said = form.cleaned_data
    now_is = WorkOrder.objects.select_for_update(no_key=True).get(pk=work_order.pk)
    if _what_is_shown(now_is, form) != _what_is_shown(work_order, form):
        raise NotWhatWasShown("Batches were made meanwhile. Look at what is left, then make the batches.")
    wishes = Wishes(
        mixing_station=said["mixing_station"],
        batch_group=said["batch_group"],
        technicians=list(said["technicians"]),
    )
    return break_down(
        work_order=work_order,
        queue=said["queue"],
        number_cycles=said["number_cycles"],
        total=said["total"],
        by=by,
        at=now(),
        wishes=wishes,
    )
