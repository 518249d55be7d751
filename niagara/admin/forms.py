import json
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest

from niagara.admin.theme import dress
from niagara.refusals import Invalid, Refusal


class PrettyJSON(forms.JSONField):
    """JSON as people write it: indented."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str):  # typed, and perhaps wrong
            return value
        return json.dumps(value, indent=2, ensure_ascii=False)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "spellcheck": "false", "style": "font-family: monospace"}


class NiagaraForm(forms.ModelForm):
    """A form that knows who fills it in, which version they saw, and what an operation refused."""

    request: ClassVar[HttpRequest]  # set by `NiagaraAdmin.get_form`

    # The model's `version` is nobody's to edit; this says which one the person looked at.
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)
        row, user = self.instance, self.request.user
        if not row._state.adding:
            self.fields["seen_version"].initial = getattr(row, "version", None)
        elif hasattr(row, "organization_id") and not getattr(user, "is_superuser", False):
            row.organization_id = user.organization_id  # type: ignore[union-attr]

    def validate_constraints(self) -> None:
        """The operation checks them, with the fields that are not in the form as well."""

    def _post_clean(self) -> None:
        for name, field in self.fields.items():
            if isinstance(field, forms.SplitDateTimeField) and name not in self.changed_data:
                self.cleaned_data[name] = self.initial.get(name)  # to the millisecond, which no widget shows
        super()._post_clean()  # type: ignore[misc]
        refusal = getattr(self.request, "refusal", None)
        if refusal is not None:
            put_on_form(refusal, self)


def put_on_form(refusal: Refusal, form: forms.BaseForm) -> None:
    """Show a refusal beside the fields it speaks of, or else on top of the form."""
    faults = refusal.faults if isinstance(refusal, Invalid) else ()
    for fault in faults:
        name = str(fault.path[0]) if fault.path else None
        form.add_error(name if name in form.fields else None, fault.message)
    if not faults:
        form.add_error(None, refusal.sentence)
