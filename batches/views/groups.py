from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from batches.models import Batch, BatchGroup
from batches.operations.grouping import create_group
from batches.views.group_forms import NewGroupForm, NoteForm
from batches.views.group_journal import moments
from niagara.records.models import Note
from niagara.screens.forms import FilterForm
from niagara.screens.keyset import stretch_of
from niagara.screens.once import Done
from niagara.screens.pages import FormPage, Page
from niagara.webhooks.models import Event

PER_PAGE = 25
BATCHES_SHOWN = 10
NOTES_SHOWN = 50
OWN, MADE = "own", "made"
COLOURS = {"ready": "in-progress", "in-transit": "verifying", "delivered": "complete", "returned": "blocked"}
STATUSES = BatchGroup.DeliveryStatus.choices


class GroupFilters(FilterForm):
    delivery = forms.ChoiceField(choices=[("", "Any"), *STATUSES], required=False)
    work_order = forms.CharField(label="Work order", required=False, max_length=200)
    tag = forms.CharField(required=False, max_length=100)
    q = forms.CharField(label="Find", required=False, max_length=100, widget=forms.TextInput({"type": "search"}))

    def narrow(self, rows: Any) -> QuerySet:
        if delivery := self.said("delivery"):
            rows = rows.filter(delivery_status=delivery)
        if work_order := self.said("work_order"):
            rows = rows.filter(work_order__label__icontains=work_order)
        if tag := self.said("tag"):
            rows = rows.tagged(tag)
        if text := self.said("q"):
            rows = rows.filter(Q(name__icontains=text) | Q(container_label__icontains=text))
        return rows


class BatchGroupsPage(Page):
    """The batch groups, those changed last on top."""

    permission = "batch-group:read"
    template_name = "batchgroups/list.html"
    part_template_name = "batchgroups/list_part.html"
    follows_history = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filters = GroupFilters(self.request.GET, self.user)
        rows: Any = filters.narrow(BatchGroup.objects.visible_to(self.user))
        rows = rows.select_related("work_order__project__customer")
        page = stretch_of(rows, ("-updated", "-pk"), self.request.GET, PER_PAGE)
        count_batches(page.rows)
        return super().get_context_data(filters=filters, page=page, colours=COLOURS, **kwargs)


def count_batches(groups: Any) -> None:
    """Give each group of a page its number of batches."""
    counted = Batch.objects.filter(batch_group__in=[group.pk for group in groups]).order_by().values("batch_group")
    found = dict(counted.annotate(number=Count("pk")).values_list("batch_group", "number"))
    for group in groups:
        group.number_batches = found.get(group.pk, 0)
        group.colour = COLOURS.get(group.delivery_status, "pending")


class NewBatchGroupPage(FormPage):
    permission = "batch-group:create"
    template_name = "batchgroups/new.html"
    form_class = NewGroupForm

    def make_form(self, data: Any = None) -> NewGroupForm:
        form = NewGroupForm(None, self.user, data)
        form.initial["work_order"] = self.request.GET.get("work_order")
        return form

    def carry_out(self, form: Any) -> Done:
        said = form.cleaned_data
        group = create_group(
            work_order=said["work_order"], changes=form.changes, reason=said["reason"], by=self.by, at=self.at
        )
        return Done(reverse("batch-group-page", args=[group.pk]), f"{group} is made. Take batches in next.")


class BatchGroupPage(Page):
    """A batch group with all that is in it and all that happened to it."""

    permission = "batch-group:read"
    template_name = "batchgroups/page.html"
    part_template_name = "batchgroups/page_part.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        along = ("work_order__project__customer", "work_order__location")
        group = self.row(BatchGroup.objects.select_related(*along), self.kwargs["batch_group_id"])
        batches: Any = Batch.objects.visible_to(self.user).filter(batch_group=group)
        batches = batches.select_related("queue", "current_status", "mixing_station", "work_order").order_by("pk")
        notes = Note.objects.visible_to(self.user).on(group).select_related("author")[:NOTES_SHOWN]
        return super().get_context_data(
            group=group,
            colour=COLOURS.get(group.delivery_status, "pending"),
            statuses=STATUSES,
            equipment=list(group.equipment.order_by("label", "pk")),
            page=Paginator(batches, BATCHES_SHOWN).get_page(self.request.GET.get("page")),
            notes=list(notes),
            note_form=NoteForm(group, self.user),
            **self._journal(group),
            **kwargs,
        )

    def _journal(self, group: BatchGroup) -> dict[str, Any]:
        """A page of the journal, newest first: what came before the version that is asked for."""
        asked = self.request.GET.get("before", "")
        before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else group.last_version + 1
        events = Event.objects.of(group.pk).filter(version__lt=before).order_by("-version")[:PER_PAGE]
        journal = moments(events, self.user)
        older = journal[-1].version if journal and journal[-1].version > 1 else None
        return {"journal": journal, "older": older, "is_newest": before > group.last_version}
