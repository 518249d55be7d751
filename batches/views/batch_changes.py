"""What can be done to a batch, each with an address of its own."""

from http import HTTPStatus
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from batches.models import Batch
from batches.operations.changing import change_batch
from batches.operations.deleting import delete_batch
from batches.views.batch_forms import BatchForm, PlaceForm, RemovalForm
from niagara.accounts.models import HistoryEntry
from niagara.records.models import Relation
from niagara.records.operations.relating import attach_technicians, detach
from niagara.screens.forms import ScreenForm
from niagara.screens.meanwhile import RowFormPage
from niagara.screens.once import Done
from niagara.wording import counted
from queues.models import Queue

ALONG = ("queue__location", "current_status", "work_order__project", "mixing_station")


class BatchFormPage(RowFormPage):
    permission = "batch:update"
    template_name = "parts/row_form_page.html"
    heading: ClassVar[str]
    about: ClassVar[str] = ""

    def find_row(self) -> Batch:
        batch: Batch = self.row(Batch.objects.select_related(*ALONG), self.kwargs["batch_id"])
        return batch

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, back=self.address)

    @property
    def address(self) -> str:
        return reverse("batch-page", args=[self.kwargs["batch_id"]])


class ChangeBatchPage(BatchFormPage):
    heading = "Change the batch"
    form_class = BatchForm

    def carry_out(self, form: Any) -> Done:
        seen = form.cleaned_data["seen_version"]
        batch = change_batch(batch=self.found, changes=form.changes, if_version=seen, by=self.by, at=self.at)
        if form.newly_assigned:
            attach_technicians([batch], form.newly_assigned, by=self.by, at=self.at)
        for relation in Relation.objects.technicians().filter(target_id=batch.pk):
            if str(relation.source_user_id) in form.unassigned_ids:
                detach(batch, relation, by=self.by, at=self.at)
        return Done(self.address, f"{batch} is changed.")


class MoveBatchPage(BatchFormPage):
    """To another place. The board asks for JSON: the version the batch then has, or why it stays where it is."""

    heading = "Move the batch"
    form_class = PlaceForm

    def carry_out(self, form: Any) -> Done:
        seen = form.cleaned_data["seen_version"]
        batch = change_batch(batch=self.found, changes=form.changes, if_version=seen, by=self.by, at=self.at)
        return Done(self.address, "" if self._asks_json else f"{batch} is moved in {batch.queue}.")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().post(request, *args, **kwargs)
        if self._asks_json and response.status_code == HTTPStatus.FOUND:
            return JsonResponse({"version": self.find_row().version})
        return response

    def show_again(self, form: ScreenForm, status: HTTPStatus) -> HttpResponse:
        if not self._asks_json:
            return super().show_again(form, status)
        batch = self.find_row()
        seen = form.cleaned_data.get("seen_version")
        if seen is not None and seen != batch.version:
            return JsonResponse({"sentence": _who_was_first(batch)}, status=HTTPStatus.CONFLICT)
        sentence = next(error for errors in form.errors.values() for error in errors)
        return JsonResponse({"sentence": sentence}, status=status)

    @property
    def _asks_json(self) -> bool:
        return self.request.headers.get("Accept") == "application/json"


def _who_was_first(batch: Batch) -> str:
    entry = HistoryEntry.objects.of(batch).with_changes().select_related("user").first()
    who = f"{entry.user} changed" if entry else "Somebody changed"
    return f"{who} {batch} meanwhile; it is in {batch.queue} and shown where it is now. Nothing was overwritten."


class DeleteBatchPage(BatchFormPage):
    permission = "batch:delete"
    heading = "Delete the batch"
    form_class = RemovalForm

    @property
    def about(self) -> str:  # type: ignore[override]
        batch = self.found
        told = []
        if batch.pending:
            number = counted(batch.pending, "pending cycle goes", "pending cycles go")
            told.append(f"{number} back to the work order.")
        if batch.complete or batch.cancelled:
            number = counted(batch.complete + batch.cancelled, "that ended stays", "that ended stay")
            told.append(f"{number} with the work order.")
        return " ".join(told)

    def carry_out(self, form: Any) -> Done:
        queue: Queue = self.found.queue
        delete_batch(batch=self.found, if_version=form.cleaned_data["seen_version"], by=self.by, at=self.at)
        return Done(f"{reverse('batches-page')}?queue={queue.pk}", f"{self.found} is deleted.")
