"""What else can be done with the cycle in hand, each on a page of its own."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from batches.models import Cycle
from batches.operations.cycling import block_cycle, fail_cycle, hand_over_cycle, release_cycle, unblock_cycle
from niagara.accounts.models import User
from niagara.directory.models import Reason
from niagara.records.operations.noting import write_note
from niagara.screens.forms import ScreenForm
from niagara.screens.once import Done
from niagara.screens.pages import FormPage

MAX_COMMENT, MAX_NOTE = 1000, 1000


class ReasonForm(ScreenForm):
    """Why: one of the organization's reasons, and perhaps more words."""

    reason = forms.ModelChoiceField(
        Reason.objects.none(),
        to_field_name="label",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Choose a reason.", "invalid_choice": "Choose one of these reasons."},
    )
    comment = forms.CharField(required=False, max_length=MAX_COMMENT, widget=forms.Textarea({"rows": 3}))


class HandOverForm(ScreenForm):
    button = "Hand over"
    technician = forms.ModelChoiceField(
        User.objects.none(), to_field_name="user_id", empty_label=None, label="To", widget=forms.RadioSelect
    )


class NoteForm(ScreenForm):
    button = "Write it down"
    content = forms.CharField(label="Note", max_length=MAX_NOTE, widget=forms.Textarea({"rows": 4, "autofocus": True}))
    is_issue = forms.BooleanField(label="It is an issue that somebody has to solve", required=False)


class CycleVerb(FormPage):
    """A page that does one thing with a cycle."""

    permission = "context:step"
    template_name = "technician/verb.html"
    form_class = ScreenForm
    word = ""
    about = ""
    button = ""

    def make_form(self, data: Any = None) -> ScreenForm:
        self.cycle = self.row(Cycle.objects.select_related("batch", "work_order", "unit"), self.kwargs["cycle_id"])
        form = self.form_class(data, initial={"seen_version": self.cycle.version})
        self.fill(form)
        return form

    def fill(self, form: Any) -> None:
        """Give the form its choices."""

    def done(self, sentence: str) -> Done:
        return Done(reverse("my-work-page"), sentence)

    def seen(self, form: Any) -> dict[str, Any]:
        return {"by": self.by, "at": self.at, "if_version": form.cleaned_data["seen_version"]}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            cycle=self.cycle, word=self.word, about=self.about, button=self.button, **kwargs
        )


class _WithReason(CycleVerb):
    form_class = ReasonForm
    kind: Reason.Kind

    def fill(self, form: Any) -> None:
        form.fields["reason"].queryset = Reason.objects.filter(
            organization_id=self.cycle.organization_id, kind=self.kind
        )

    def why(self, form: Any) -> dict[str, Any]:
        return {"reason": form.cleaned_data["reason"].label, "comment": form.cleaned_data["comment"]}


class BlockPage(_WithReason):
    word, button = "Block", "Block it"
    about = "It can't go on now. It stays yours, and goes on where it is once you unblock it."
    kind = Reason.Kind.BLOCK

    def carry_out(self, form: Any) -> Done:
        block_cycle(cycle=self.cycle, **self.why(form), **self.seen(form))
        return self.done(f"Cycle {self.cycle.number} is blocked.")


class FailPage(_WithReason):
    word, button = "Fail", "Fail it for good"
    about = "This cycle ends as failed, and a retry takes its place."
    kind = Reason.Kind.FAIL

    def carry_out(self, form: Any) -> Done:
        fail_cycle(cycle=self.cycle, **self.why(form), **self.seen(form))
        return self.done(f"Cycle {self.cycle.number} has failed. A retry waits in its place.")


class UnblockPage(CycleVerb):
    word, button = "Unblock", "Go on"
    about = "It goes on where it was blocked."

    def carry_out(self, form: Any) -> Done:
        unblock_cycle(cycle=self.cycle, **self.seen(form))
        return Done(reverse("cycle-page", args=[self.cycle.pk]))


class ReleasePage(CycleVerb):
    word, button = "Release", "Give it back"
    about = "It goes back to the batch with all that was done, and whoever starts it goes on from here."

    def carry_out(self, form: Any) -> Done:
        release_cycle(cycle=self.cycle, **self.seen(form))
        return self.done(f"Cycle {self.cycle.number} is given back.")


class HandOverPage(CycleVerb):
    word, button = "Hand over", "Hand over"
    about = "A colleague goes on from here, and is told."
    form_class = HandOverForm

    def fill(self, form: Any) -> None:
        form.fields["technician"].queryset = self.colleagues()

    def colleagues(self) -> QuerySet:
        """Who works at the cycle's location, but for whoever has it."""
        here = {"relations__target_type": "LOC", "relations__target_id": self.cycle.location_id}
        found = User.objects.visible_to(self.user).filter(is_active=True, **here)
        return found.exclude(pk=self.cycle.technician_id).distinct()

    def carry_out(self, form: Any) -> Done:
        technician = form.cleaned_data["technician"]
        hand_over_cycle(cycle=self.cycle, technician=technician, **self.seen(form))
        return self.done(f"Cycle {self.cycle.number} is handed over to {technician}.")


class NotePage(CycleVerb):
    word, button = "Note or issue", "Write it down"
    about = "It is written on the device, or on the work order while no device is known."
    form_class = NoteForm
    permission = "note:create"

    def carry_out(self, form: Any) -> Done:
        said = form.cleaned_data
        write_note(
            self.cycle.unit or self.cycle.work_order, said["content"], is_issue=said["is_issue"], by=self.by, at=self.at
        )
        return Done(reverse("cycle-page", args=[self.cycle.pk]), "The note is written.")
