"""What every form of the screens has."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.forms.models import ModelChoiceIterator
from django.forms.renderers import TemplatesSetting

from niagara.accounts.models import User
from niagara.refusals import Invalid, Refusal
from niagara.screens.once import KEY, MAX_KEY
from niagara.screens.widgets import RowSelect


class _AtOnce(ModelChoiceIterator):
    """Django reads choices through a cursor on the server, which takes three questions each time instead of one."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        yield from map(self.choice, self.queryset)


class VisibleChoice(forms.ModelChoiceField):
    """A choice of rows that the user may see; `choose_from` says which user that is."""

    widget = RowSelect
    iterator = _AtOnce

    def __init__(self, model: Any, **kwargs: Any) -> None:
        self.model = model
        super().__init__(model._default_manager.none(), **kwargs)


class VisibleChoices(forms.ModelMultipleChoiceField):
    """The same for several."""

    iterator = _AtOnce

    def __init__(self, model: Any, **kwargs: Any) -> None:
        self.model = model
        super().__init__(model._default_manager.none(), **kwargs)

    def _check_values(self, value: Any) -> Any:
        try:
            return super()._check_values(value)  # type: ignore[misc]
        except OverflowError as error:  # a number that is the id of nothing
            raise forms.ValidationError(self.error_messages["invalid_choice"], params={"value": "…"}) from error


def choose_from(form: forms.BaseForm, user: User) -> None:
    """Let the choices of a form be what the user may see."""
    for field in form.fields.values():
        if isinstance(field, (VisibleChoice, VisibleChoices)):
            field.queryset = field.model._default_manager.visible_to(user)


class FilterForm(forms.Form):
    """What a list shows, from the query string. A value that fits nothing filters nothing."""

    def __init__(self, data: Any, user: User) -> None:
        super().__init__(data, label_suffix="")
        choose_from(self, user)
        self.full_clean()

    @property
    def fields_shown(self) -> list[forms.BoundField]:
        return self.visible_fields()

    def said(self, name: str) -> Any:
        return self.cleaned_data.get(name)


class ScreenForm(forms.Form):
    """A form that may be sent twice and is carried out once.

    `seen_version`, where a form shows a row, is the version that was looked at: the operation refuses
    if somebody changed it meanwhile, and the form comes again with what was typed.
    """

    default_renderer = TemplatesSetting  # finds templates where those of pages are
    template_name = "parts/form.html"
    button = "Save"
    refusal: Refusal | None = None  # of the whole page, where what was filled in has no place any more

    once = forms.CharField(widget=forms.HiddenInput, max_length=MAX_KEY, required=False)
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.initial.setdefault(KEY, uuid4().hex)
        for name, field in self.fields.items():
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"{self[name].auto_id}_help"

    def clean_once(self) -> str:
        return self.cleaned_data[KEY] or uuid4().hex

    def refuse(self, refusal: Refusal, fields: Mapping[str, str] | None = None) -> None:
        """Show why it was refused, beside the fields that are wrong. `fields` maps the first name of a fault's
        path to a field, where the two are called differently."""
        if not isinstance(refusal, Invalid):
            self.add_error(None, refusal.sentence)
            return
        for fault in refusal.faults:
            name = str(fault.path[0]) if fault.path else ""
            name = (fields or {}).get(name, name)
            self.add_error(name if name in self.fields else None, fault.message)
