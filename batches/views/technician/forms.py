"""What is filled in at a step of the workflow."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse

from batches.operations.scanning import SERIAL_NUMBER
from niagara.accounts.models import User
from niagara.records.models import Attachment
from niagara.refusals import Invalid, Refusal
from niagara.screens.forms import ScreenForm
from workorders.workflow.answers import BAD, CLOSE, FAIL, NA, OK
from workorders.workflow.steps import Component, InteractiveStep

_TYPED = {
    "autocomplete": "off",
    "autocapitalize": "none",
    "spellcheck": "false",
    "enterkeyhint": "done",
}
_ANSWERS = [(OK, "OK"), (BAD, "Bad")]
_WITH_NA = [(OK, "OK"), (NA, "Does not apply"), (BAD, "Bad")]


class StepForm(ScreenForm):
    """The items and fields of one step. `step` is the one that was on the screen: if another is in hand by now,
    the operation refuses. Failing a step asks for nothing."""

    template_name = "technician/step_form.html"
    step = forms.CharField(widget=forms.HiddenInput, max_length=200)
    kind = forms.ChoiceField(choices=[(CLOSE, "Done"), (FAIL, "Fail")], required=False, widget=forms.HiddenInput)

    def __init__(
        self, step: InteractiveStep, user: User, data: QueryDict | None = None, *, shared: bool = False, **kwargs: Any
    ):
        super().__init__(data, auto_id="step_%s", **kwargs)
        self.of = step
        self.attachment = (
            Attachment.objects.visible_to(user).named(step.attachment).first() if step.attachment else None
        )
        self.initial["step"] = step.name
        fails = data is not None and data.get("kind") == FAIL
        for number, item in enumerate(step.items):
            self.fields[f"item_{number}"] = forms.ChoiceField(
                label=item.label,
                choices=_WITH_NA if item.allow_na else _ANSWERS,
                widget=forms.RadioSelect,
                required=item.evaluated and not fails,
                error_messages={"required": f"Answer “{item.label}”, or fail the step."},
            )
        for number, field in enumerate(step.fields):
            if shared and field.entity_field == SERIAL_NUMBER:
                continue
            self.fields[f"field_{number}"] = forms.CharField(
                label=field.label,
                required=field.required and not fails,
                max_length=1000,
                widget=forms.TextInput(_TYPED),
                error_messages={"required": f"Fill in “{field.label}”, or fail the step."},
            )
        if step.component == Component.FOLLOW_PDF_INSTRUCTIONS:
            self.fields["confirmed"] = forms.BooleanField(
                label="I followed the instructions",
                required=not fails,
                error_messages={"required": "Say that you followed the instructions, or fail the step."},
            )
        self._give_focus()

    @property
    def instructions(self) -> tuple[str, str]:
        """What the step says to follow: its name, and where it can be read, if that is known."""
        if self.attachment is not None:
            return self.attachment.label, reverse("attachment-page", args=[self.attachment.pk])
        named = self.of.attachment or ""
        return named, named if named.startswith(("https://", "http://")) else ""

    def _give_focus(self) -> None:
        """To the first field to type in, so that the scanner's next code lands there."""
        typed = [field for field in self.fields.values() if isinstance(field.widget, forms.TextInput)]
        shown = [field for field in typed if not field.widget.is_hidden]
        if shown:
            shown[0].widget.attrs["autofocus"] = True

    @property
    def answers(self) -> dict[str, Any]:
        """As `close_step` takes them."""
        said = self.cleaned_data
        items = [
            {"slug": item.slug, "value": said.get(f"item_{number}") or None}
            for number, item in enumerate(self.of.items)
        ]
        fields = [
            {"label": field.label, "value": said[f"field_{number}"]}
            for number, field in enumerate(self.of.fields)
            if said.get(f"field_{number}")
        ]
        return {"kind": said.get("kind") or CLOSE, "items": items, "fields": fields}

    def refuse(self, refusal: Refusal, fields: Any = None) -> None:
        """A fault of a field is told beside it."""
        if not isinstance(refusal, Invalid):
            super().refuse(refusal, fields)
            return
        for fault in refusal.faults:
            kind, position = (fault.path[0], fault.path[1]) if len(fault.path) > 1 else ("", "")
            name = f"{str(kind).removesuffix('s')}_{position}"
            self.add_error(name if name in self.fields else None, fault.message)
