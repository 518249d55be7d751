"""How the admin looks: the only module that knows unfold.

For the plain admin take these names from `django.contrib.admin` instead, and "unfold" out of
INSTALLED_APPS.
"""

from typing import Any

from django import forms
from django.contrib.admin import site
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.paginator import InvalidPage
from django.http import HttpRequest, HttpResponseBadRequest
from unfold.admin import ModelAdmin, TabularInline
from unfold.forms import AdminOwnPasswordChangeForm, AdminPasswordChangeForm
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

__all__ = [
    "AdminOwnPasswordChangeForm",
    "AdminPasswordChangeForm",
    "ChangeList",
    "ModelAdmin",
    "TabularInline",
    "autocomplete",
    "dress",
]

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
        wrapper: Any = field.widget if hasattr(field.widget, "widget") else None  # it adds links to the related admin
        plain: Any = wrapper.widget if wrapper else field.widget
        themed: Any = _WIDGETS.get(type(plain))
        if themed is None:
            continue
        widget = themed(attrs=plain.attrs)
        widget.is_required = field.required
        if isinstance(field, forms.ChoiceField):
            widget.choices = field.choices
        if wrapper:
            wrapper.widget = widget
        else:
            field.widget = widget


def autocomplete(field: Any, *, many: bool = False) -> forms.Widget:
    """A select that searches the rows this foreign key may lead to, as far as the user may see them."""
    return (AutocompleteSelectMultiple if many else AutocompleteSelect)(field, site)


_site: Any = site
_search = _site.search


def _forgiving_search(request: HttpRequest, extra_context: Any = None) -> Any:
    """The theme's search, which breaks on a page that is none."""
    try:
        return _search(request, extra_context)
    except (ValueError, InvalidPage):
        return HttpResponseBadRequest("There is no such page of results.")


_site.search = _forgiving_search
