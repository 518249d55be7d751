"""The cycle in hand: its step fills the screen."""

from contextlib import suppress
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import resolve, reverse

from batches.models import Cycle
from batches.operations.claiming import claim_cycle, claim_next
from batches.operations.running import close_step
from batches.views.technician.forms import StepForm
from batches.views.technician.work import InHand, cycles_of, in_hand, to_check
from niagara.accounts.models import HistoryEntry
from niagara.directory.models import IN_FLIGHT, Category
from niagara.records.models import Note
from niagara.refusals import Conflict, Refusal
from niagara.screens.forms import ScreenForm
from niagara.screens.once import KEY, Done, once
from niagara.screens.pages import FormPage
from workorders.workflow.steps import InteractiveStep

HISTORY_SHOWN = 10
ENTERED_SHOWN = 200
_ALONG = ("work_order", "batch", "unit", "technician", "context__workflow_version")


class StepGone(Conflict):
    """Somebody else closed the step meanwhile."""


class CyclePage(FormPage):
    """The step in hand of a cycle. Closing the last one loads the next cycle, in the answer to the same request."""

    permission = "context:step"
    template_name = "technician/cycle.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.cycle: Cycle | None = None
        return super().dispatch(request, *args, **kwargs)

    def found(self) -> InHand:
        """The cycle as it is now. Raises Http404."""
        self.cycle = self.row(Cycle.objects.select_related(*_ALONG), self.kwargs["cycle_id"])
        return in_hand(self.cycle)

    def make_form(self, data: Any = None) -> ScreenForm:
        self.hand = self.found()
        step = self.hand.step
        if not self.can_be_closed():
            return ScreenForm(data)
        assert isinstance(step, InteractiveStep)
        initial = {"seen_version": self.cycle and self.cycle.context and self.cycle.context.version}
        sent = data if data is None or data.get("step") == step.name else None
        return StepForm(step, self.user, sent, initial=initial)

    def can_be_closed(self) -> bool:
        """Whether somebody can close the step in hand here."""
        cycle, step = self.hand.cycle, self.hand.step
        at_work = cycle.category in (Category.IN_PROGRESS, Category.VERIFYING)
        return at_work and isinstance(step, InteractiveStep) and step.step_type != "machine"

    def is_open(self) -> bool:
        """Whether who looks can close the step in hand: not a check, if they did a step of the run."""
        step, context = self.hand.step, self.hand.cycle.context
        is_check = isinstance(step, InteractiveStep) and step.is_qc
        return self.can_be_closed() and not (is_check and context and context.run.took_part(self.user.pk))

    def carry_out_once(self, sent: object) -> HttpResponse:
        form = self.make_form(self.request.POST)
        if form.is_bound and isinstance(form, StepForm):
            return self.try_form(form, sent)
        form = self.make_form()
        form.refusal = StepGone(f"This step is closed already{self.unused()}. Here is where the cycle stands now.")
        return self.show_again(form, HTTPStatus.CONFLICT)

    def unused(self) -> str:
        """What was entered at a step that somebody else had closed."""
        context = self.hand.cycle.context
        step = context.definition.steps.get(self.request.POST.get("step", "")) if context else None
        entered = (
            f"{field.label} {value[:ENTERED_SHOWN]}"
            for number, field in enumerate(getattr(step, "fields", ()))
            if (value := self.request.POST.get(f"field_{number}", "").strip())
        )
        return "".join(f"; “{one}” was not used" for one in entered)

    def lead_on(self, done: Done) -> HttpResponse:
        """A browser that can put a page in place gets the one that comes next at once, instead of its address."""
        if done.sentence and done.address == self.request.path:
            done = self.next_cycle(done.sentence)
        if self.request.headers.get("HX-Request") != "true":
            return super().lead_on(done)
        place = resolve(done.address)
        if done.sentence:
            messages.success(self.request, done.sentence)
        if place.url_name != "cycle-page":
            return HttpResponse(headers={"HX-Redirect": done.address})
        page = self.show(**place.kwargs)
        page["HX-Replace-Url"] = done.address
        return page

    def show(self, **kwargs: Any) -> HttpResponse:
        """The page of a cycle, whatever was asked for."""
        self.kwargs = kwargs
        return self.render_to_response(self.get_context_data(form=self.make_form()))

    def carry_out(self, form: Any) -> Done:
        cycle = self.hand.cycle
        assert cycle.context is not None
        was_check = cycle.category == Category.VERIFYING
        close_step(
            context=cycle.context,
            step=form.cleaned_data["step"],
            by=self.by,
            at=self.at,
            if_version=form.cleaned_data["seen_version"],
            **form.answers,
        )
        cycle = Cycle.objects.get(pk=cycle.pk)
        if was_check:
            return self.next_check(cycle)
        stays = cycle.category == Category.IN_PROGRESS and cycle.technician_id == self.user.pk
        return Done(self.request.path, "" if stays else f"Cycle {cycle.number}: {cycle.status}.")

    def next_cycle(self, told: str) -> Done:
        """The next of the same batch, or of whatever there is; back to the work if there is none.

        It is claimed in a transaction of its own: what was held to finish one, nobody may hold to start another.
        """
        key = self.request.POST.get(KEY)
        done = Cycle.objects.select_related("batch").get(pk=self.kwargs["cycle_id"])
        try:
            return once(self.user, f"{key}:next" if key else uuid4().hex, told, lambda: self.started_after(done, told))
        except Refusal as refusal:
            return Done(reverse("my-work-page"), f"{told} {refusal.sentence}")

    def started_after(self, done: Cycle, told: str) -> Done:
        return Done(reverse("cycle-page", args=[self.claim_after(done).pk]), told)

    def claim_after(self, done: Cycle) -> Cycle:
        if done.batch is not None and done.batch.pending:
            with suppress(Conflict):  # somebody took the last one, or it was held back
                return claim_cycle(batch=done.batch, technician=self.user, by=self.by, at=self.at)
        return claim_next(technician=self.user, by=self.by, at=self.at)

    def next_check(self, done: Cycle) -> Done:
        free, _ = to_check(self.user)
        told = f"Cycle {done.number}: {done.status}."
        return Done(reverse("cycle-page", args=[free[0].cycle.pk]) if free else reverse("checks-page"), told)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cycle = self.hand.cycle
        unit_notes = Note.objects.visible_to(self.user).on(cycle.unit) if cycle.unit else Note.objects.none()
        return super().get_context_data(
            hand=self.hand,
            cycle=cycle,
            steps=self.hand_steps(),
            is_open=self.is_open(),
            is_mine=cycle.technician_id == self.user.pk,
            is_in_flight=cycle.category in IN_FLIGHT,
            open_cycles=cycles_of(self.user),
            notes=unit_notes.select_related("author")[:HISTORY_SHOWN],
            history=HistoryEntry.objects.of(cycle).select_related("user")[:HISTORY_SHOWN],
            **kwargs,
        )

    def hand_steps(self) -> list[dict[str, Any]]:
        """The steps that were run, for the trail on top."""
        context = self.hand.cycle.context
        if context is None:
            return []
        return [
            {"label": context.definition.steps[run.step_name].label, "failed": run.did_error}
            for run in context.run.last_steps
            if isinstance(context.definition.steps[run.step_name], InteractiveStep)
        ]
