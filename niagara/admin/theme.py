"""How the admin looks: the only module that knows unfold.

For the plain admin take these names from `django.contrib.admin` instead, and "unfold" out of
INSTALLED_APPS.
"""

from typing import Any

from django import forms
from django.contrib.admin import site
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from unfold.admin import ModelAdmin, TabularInline
from unfold.forms import AdminPasswordChangeForm
from unfold.views import ChangeList
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

__all__ = ["AdminPasswordChangeForm", "ChangeList", "ModelAdmin", "TabularInline", "autocomplete", "dress"]

_WIDGETS: dict[type[forms.Widget], type[forms.Widget]] = {
    forms.TextInput: UnfoldAdminTextInputWidget,
    forms.Textarea: UnfoldAdminTextareaWidget,
    forms.NumberInput: UnfoldAdminIntegerFieldWidget,
    forms.PasswordInput: UnfoldAdminPasswordWidget,
    forms.Select: UnfoldAdminSelectWidget,
    forms.CheckboxInput: UnfoldBooleanSwitchWidget,
    forms.CheckboxSelectMultiple: UnfoldAdminCheckboxSelectMultipleWidget,
    forms.SplitDateTimeWidget: UnfoldAdminSplitDateTimeWidget,
}


def dress(form: forms.BaseForm) -> None:
    """Give the fields of a form that were declared by hand the looks of the others."""
    for field in form.fields.values():
        themed = _WIDGETS.get(type(field.widget))
        if themed is None:
            continue
        plain: Any = field.widget
        field.widget = themed(attrs=plain.attrs)
        field.widget.is_required = field.required
        if isinstance(field, forms.ChoiceField):
            field.widget.choices = field.choices


def autocomplete(field: Any, *, many: bool = False) -> forms.Widget:
    """A select that searches the rows this foreign key may lead to, as far as the user may see them."""
    return (AutocompleteSelectMultiple if many else AutocompleteSelect)(field, site)
