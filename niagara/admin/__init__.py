"""The admin of an organization's own staff. Every app's `admin.py` builds on these names."""

from niagara.admin.base import NiagaraAdmin
from niagara.admin.bulk import ask_first, do_to_each
from niagara.admin.display import bar, chip, due, link, list_url, moment
from niagara.admin.forms import NiagaraForm, put_on_form
from niagara.admin.inlines import NiagaraInline
from niagara.admin.links import Links, more_links
from niagara.admin.theme import autocomplete, dress

__all__ = [
    "Links",
    "NiagaraAdmin",
    "NiagaraForm",
    "NiagaraInline",
    "ask_first",
    "autocomplete",
    "bar",
    "chip",
    "do_to_each",
    "dress",
    "due",
    "link",
    "list_url",
    "moment",
    "more_links",
    "put_on_form",
]
