"""Small pieces of HTML for lists and pages, made on the server. Colour is never the only sign."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.admin import site
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# In the order of the bar: what is furthest comes first.
SEGMENTS = {
    "complete": "done",
    "verifying": "verifying",
    "in_progress": "in progress",
    "blocked": "blocked",
    "pending": "pending",
}
NOTHING = "–"


def chip(word: str, kind: str = "") -> SafeString:
    """A word on the colour of its kind: a status category, or "good", "bad"."""
    return format_html('<span class="niagara-chip is-{}">{}</span>', kind.lower().replace("_", "-"), word)


def bar(counts: Mapping[str, int], *, whole: int = 0) -> SafeString:
    """How far it is: a bar in segments, and the same in numbers. What `whole` has beyond the counts stays empty."""
    shown = {name: counts[name] for name in SEGMENTS if counts.get(name)}
    total = max(whole, sum(shown.values()))
    if not total:
        return format_html('<span class="niagara-quiet">{}</span>', "nothing to do")
    segments = format_html_join(
        "",
        '<span class="is-{}" style="width: {}%"></span>',
        ((name.replace("_", "-"), f"{100 * number / total:.2f}") for name, number in shown.items()),
    )
    others = [f"{number} {SEGMENTS[name]}" for name, number in shown.items() if name != "complete"]
    return format_html(
        '<span class="niagara-progress"><span class="niagara-bar" aria-hidden="true">{}</span>'
        '<span class="niagara-numbers">{}</span></span>',
        segments,
        " · ".join([f"{shown.get('complete', 0)} of {total} done", *others]),
    )


def moment(at: datetime | None) -> str:
    """A time, in the time zone of whoever looks."""
    return NOTHING if at is None else date_format(timezone.localtime(at), "j M Y, H:i")


def due(at: datetime, *, late: bool) -> SafeString:
    word = format_html('<strong class="niagara-late">{}</strong>', "late") if late else ""
    return format_html('<span class="niagara-due">{}{}</span>', moment(at), word)


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
