"""A batch as a technician sees it: start its next cycle, or do one step for a stack of its devices."""

from typing import Any

from django import forms
from django.http import Http404
from django.urls import reverse

from batches.models import Batch
from batches.operations.stacking import scan_into_step
from batches.views.technician.forms import StepForm
from batches.views.technician.my_work import MyWorkPage
from batches.views.technician.work import cycles_of, why_not
from niagara.accounts.models import User
from niagara.screens.forms import ScreenForm
from niagara.screens.once import Done
from niagara.screens.pages import FormPage
from workorders.models import WorkflowVersion
from workorders.workflow.steps import InteractiveStep

_ALONG = (
    "work_order__project__customer",
    "work_order__workflow",
    "queue__location",
    "mixing_station",
    "current_status",
)


class BatchWorkPage(MyWorkPage):
    """One batch to work on."""

    template_name = "technician/batch.html"
    part_template_name = "technician/batch_part.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        batch = self.row(Batch.objects.select_related(*_ALONG), self.kwargs["batch_id"])
        mine = [one for one in cycles_of(self.user) if one.cycle.batch_id == batch.pk]
        return FormPage.get_context_data(
            self, batch=batch, why_not=why_not(batch), open_cycles=mine, stacks=stack_steps(batch), **kwargs
        )


def stack_steps(batch: Batch) -> list[InteractiveStep]:
    """The steps of the batch's workflow that can be done for a stack."""
    steps = WorkflowVersion.objects.newest_of(batch.work_order.workflow_id).definition.steps.values()
    return [step for step in steps if isinstance(step, InteractiveStep) and step.can_stack]


class StackForm(StepForm):
    """What the devices of a stack share, and the one that was just scanned."""

    serial = forms.CharField(
        label="Scan a device",
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
        error_messages={"required": "Scan a device."},
    )

    def __init__(self, step: InteractiveStep, user: User, data: Any = None, **kwargs: Any) -> None:
        super().__init__(step, user, data, shared=True, **kwargs)
        self.order_fields([name for name in self.fields if name != "serial"] + ["serial"])
        for field in self.fields.values():
            field.widget.attrs.pop("autofocus", None)
        self.fields["serial"].widget.attrs["autofocus"] = True


class StackPage(FormPage):
    """One step for a stack: set what they share once, then scan one after the other, with an answer beside each."""

    permission = "context:step"
    template_name = "technician/stack.html"
    part_template_name = "technician/scanned.html"

    def make_form(self, data: Any = None) -> ScreenForm:
        self.batch = self.row(Batch.objects.select_related(*_ALONG), self.kwargs["batch_id"])
        steps = {step.name: step for step in stack_steps(self.batch)}
        self.step = steps.get(self.kwargs["stack_step"])
        if self.step is None:
            raise Http404
        return StackForm(self.step, self.user, data)

    def carry_out(self, form: Any) -> Done:
        serial = form.cleaned_data["serial"].strip()
        answers = form.answers
        cycle = scan_into_step(
            batch=self.batch,
            step=form.of.name,
            serial_number=serial,
            items=answers["items"],
            fields=answers["fields"],
            by=self.by,
            at=self.at,
        )
        return Done(self.request.path, f"{serial}: cycle {cycle.number} is done with this step.")

    def lead_on(self, done: Done) -> Any:
        """Beside what was scanned stands what came of it; the form stays for the next one."""
        if self.request.headers.get("HX-Request") != "true":
            return super().lead_on(done)
        return self.tell(done.sentence, good=True)

    def show_again(self, form: ScreenForm, status: Any) -> Any:
        if self.request.headers.get("HX-Request") != "true":
            return super().show_again(form, status)
        sentences = [str(message) for messages in form.errors.values() for message in messages]
        serial = self.request.POST.get("serial", "")[:200]
        return self.tell(f"{serial}: {' '.join(sentences) or form.refusal}", good=False)

    def tell(self, sentence: str, *, good: bool) -> Any:
        return self.render_to_response({"sentence": sentence, "good": good, "now": self.at})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            batch=self.batch, step=self.step, back=reverse("batch-work-page", args=[self.batch.pk]), **kwargs
        )
