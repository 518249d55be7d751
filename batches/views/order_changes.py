"""What can be done to a work order, each with an address of its own."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from batches.models import Batch
from batches.operations.cancelling import cancel_cycles
from batches.views import order_forms as forms
from batches.views.pace import forecast_of, with_pace
from niagara.records.models import Note, Relation
from niagara.records.operations.noting import change_note, write_note
from niagara.refusals import Outdated
from niagara.screens.meanwhile import RowFormPage
from niagara.screens.once import Done
from niagara.screens.pages import FormPage
from niagara.wording import counted
from workorders.models import WorkOrder
from workorders.operations.closing import close_work_order, reopen_work_order
from workorders.operations.ordering import change_work_order, create_work_order


class LookFirst(Outdated):
    """What it touches was not looked at yet."""


class OrderFormPage(RowFormPage):
    permission = "work-order:update"
    template_name = "parts/row_form_page.html"
    heading: ClassVar[str]

    def find_row(self) -> Any:
        rows = WorkOrder.objects.select_related("project", "location", "workflow").with_cycle_counts()
        return self.row(with_pace(rows), self.kwargs["work_order_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"back": self.address, **kwargs})

    @property
    def about(self) -> str:
        return ""

    @property
    def address(self) -> str:
        return reverse("work-order-page", args=[self.kwargs["work_order_id"]])

    def done(self, sentence: str) -> Done:
        return Done(self.address, sentence)


class NewWorkOrderPage(FormPage):
    permission = "work-order:create"
    template_name = "workorders/new.html"
    form_class = forms.WorkOrderForm

    def make_form(self, data: Any = None) -> forms.WorkOrderForm:
        form = forms.WorkOrderForm(WorkOrder(), self.user, data)
        form.button = "Make the work order"
        return form

    def carry_out(self, form: Any) -> Done:
        work_order = WorkOrder(organization_id=form.cleaned_data["project"].organization_id)
        form.write_on(work_order)
        create_work_order(work_order, by=self.by, at=self.at)
        return Done(reverse("work-order-page", args=[work_order.pk]), f"{work_order} is made. Break it down next.")


class ChangeWorkOrderPage(OrderFormPage):
    heading = "Change the work order"
    form_class = forms.ChangeForm
    template_name = "workorders/change.html"
    part_template_name = "workorders/touches.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.headers.get("HX-Request") == "true":  # asks what it touches
            form = self.make_form(request.POST)
            form.is_valid()
            return self.render_to_response(self.get_context_data(form=form))
        return super().post(request, *args, **kwargs)

    def carry_out(self, form: Any) -> Done:
        if form.typed != form.cleaned_data["looked"]:
            raise LookFirst("Look at what this touches, then change it.")
        form.write_on(self.found)
        change_work_order(self.found, if_version=form.cleaned_data["seen_version"], by=self.by, at=self.at)
        return self.done(f"{self.found} is changed.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs["form"]
        typed = form.typed if form.is_bound else ""
        return super().get_context_data(touches=self._touches(form) if typed else [], typed=typed, **kwargs)

    def _touches(self, form: Any) -> list[str]:
        """What another number or date comes to, in sentences."""
        stored, said, told = self.find_row(), form.cleaned_data, []
        if more := said["needed"] - stored.needed:
            left = stored.unassigned + more
            told.append(f"Cycles needed: {said['needed']} instead of {stored.needed}.")
            if left < 0:
                given_out = counted(stored.needed - stored.unassigned, "cycle is", "cycles are")
                told.append(f"Not possible: {given_out} in batches or done already. Ask for that many at least.")
            else:
                told.append(f"In no batch then: {left}; now {stored.unassigned}. The batches stay as they are.")
        if "due_date" in form.changed_data:
            batches = Batch.objects.filter(work_order=stored).active()
            queues = batches.order_by().values("queue").distinct().count()
            people = Relation.objects.technicians().filter(target_id__in=batches.values("pk"))
            number = people.order_by().values("source_user").distinct().count()
            way = "earlier" if said["due_date"] < stored.due_date else "later"
            told.append(f"Active batches due {way}: {batches.count()}; their queues: {queues}; technicians: {number}.")
            told.append("Their order in the queues stays as it is.")
        if (forecast := forecast_of(stored, self.at)) and not more:
            is_late = forecast.ends_at > said["due_date"]
            word = "It would be late" if is_late else "It would be in time"
            told.append(f"{word} at the pace of the last {forecast.number} cycles.")
        if said["due_date"] < self.at and stored.end_date is None:
            told.append("That date is over: it is late at once.")
        return told


class CancelRestPage(OrderFormPage):
    heading = "Cancel what is left"
    form_class = forms.WhyForm

    @property
    def about(self) -> str:
        row = self.found
        flying = row.all_active - row.all_pending
        return (
            f"{counted(row.all_active, 'cycle')} would be cancelled: {row.all_pending} pending and {flying} in flight. "
            f"What is complete stays: {row.all_complete}. This can't be undone."
        )

    def carry_out(self, form: Any) -> Done:
        number = cancel_cycles(work_order=self.found, reason=form.cleaned_data["reason"], by=self.by, at=self.at)
        return self.done(f"{counted(number, 'cycle is', 'cycles are')} cancelled.")


class CloseWorkOrderPage(OrderFormPage):
    heading = "Close the work order"
    form_class = forms.WhyForm

    @property
    def about(self) -> str:
        if active := self.found.all_active:
            return f"{counted(active, 'cycle is', 'cycles are')} active. Finish or cancel what is left first."
        return "Nothing more is made of it, and it leaves the open lists. It can be reopened."

    def carry_out(self, form: Any) -> Done:
        said = form.cleaned_data
        close_work_order(
            work_order=self.found, reason=said["reason"], if_version=said["seen_version"], by=self.by, at=self.at
        )
        return self.done(f"{self.found} is closed.")


class ReopenWorkOrderPage(OrderFormPage):
    heading = "Reopen the work order"
    form_class = forms.WhyForm

    def carry_out(self, form: Any) -> Done:
        said = form.cleaned_data
        reopen_work_order(
            work_order=self.found, reason=said["reason"], if_version=said["seen_version"], by=self.by, at=self.at
        )
        return self.done(f"{self.found} is open again.")


class OrderNotePage(OrderFormPage):
    permission = "note:create"

    @property
    def address(self) -> str:
        return f"{super().address}?show=notes"


class WriteNotePage(OrderNotePage):
    heading = "Write a note"
    form_class = forms.NoteForm

    def carry_out(self, form: Any) -> Done:
        said = form.cleaned_data
        write_note(self.found, said["content"], is_issue=said["is_issue"], by=self.by, at=self.at)
        return self.done("The note is written.")


class CloseIssuePage(OrderNotePage):
    heading = "Close or reopen the issue"
    form_class = forms.IssueForm

    def carry_out(self, form: Any) -> Done:
        note = self.row(Note.objects.on(self.found), self.kwargs["order_note_id"])
        is_closed = form.cleaned_data["is_closed"]
        change_note(note, is_closed=is_closed, by=self.by, at=self.at)
        return self.done("The issue is closed." if is_closed else "The issue is open again.")
