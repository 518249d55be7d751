"""The admin of an organization's own staff. Every app's `admin.py` builds on these names."""

from django.contrib.admin import site

from niagara.admin.base import NiagaraAdmin
from niagara.admin.bulk import WhyForm, do_to_each
from niagara.admin.display import lines, link, list_url
from niagara.admin.exporting import Exports
from niagara.admin.filters import LabelledAutocompleteView
from niagara.admin.forms import NiagaraForm, put_on_form
from niagara.admin.inlines import NiagaraInline, name_choices
from niagara.admin.links import Links, more_links
from niagara.admin.looking import LookOnlyAdmin
from niagara.admin.order import in_order
from niagara.admin.theme import autocomplete, dress
from niagara.screens.pieces import bar, chip, due, moment, status

site.autocomplete_view = LabelledAutocompleteView.as_view(admin_site=site)  # type: ignore[method-assign, assignment]

__all__ = [
    "Exports",
    "Links",
    "LookOnlyAdmin",
    "NiagaraAdmin",
    "NiagaraForm",
    "NiagaraInline",
    "WhyForm",
    "autocomplete",
    "bar",
    "chip",
    "do_to_each",
    "dress",
    "due",
    "in_order",
    "lines",
    "link",
    "list_url",
    "moment",
    "more_links",
    "name_choices",
    "put_on_form",
    "status",
]
