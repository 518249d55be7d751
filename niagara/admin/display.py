"""Small pieces of HTML for the admin's lists and pages, beside those that the screens have too."""

from typing import Any

from django.contrib.admin import site
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from niagara.screens.pieces import NOTHING


def link(row: Any, text: str | None = None) -> SafeString:
    """A link to the page of a row."""
    if row is None:
        return format_html("{}", NOTHING)
    try:
        url = reverse(f"{site.name}:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    except NoReverseMatch:
        return format_html("{}", text or row)
    return format_html('<a class="niagara-link" href="{}">{}</a>', url, text or row)


def lines(*rows: Any) -> SafeString:
    """Links to several rows, one below the other, the main one first."""
    return format_html_join(
        "", '<span class="niagara-line">{}</span>', ((link(row),) for row in rows if row is not None)
    )


def list_url(model: Any, **filters: Any) -> str:
    """The list of a model, filtered."""
    url = reverse(f"{site.name}:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{url}?{'&'.join(f'{name}={value}' for name, value in filters.items())}" if filters else url
