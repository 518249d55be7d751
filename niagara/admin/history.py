import json
import re
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.dateparse import parse_datetime

from niagara.accounts.models import HistoryEntry
from niagara.admin.entities import kept_types
from niagara.screens.pieces import moment

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:")


def changes_told(entry: HistoryEntry) -> list[tuple[str, str, str]]:
    """What an entry says was changed, for people: property, before, after."""
    model = kept_types().get(entry.entity_type)
    return [(_name(model, name), _value(old), _value(new)) for name, (old, new) in entry.changes.items()]


def _name(model: Any, name: str) -> str:
    try:
        return str(model._meta.get_field(name).verbose_name)
    except (AttributeError, FieldDoesNotExist):
        return name.replace("_", " ")


def _value(value: Any) -> str:
    if value in (None, "", [], {}):
        return "–"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    if isinstance(value, str) and _TIME.match(value) and (at := parse_datetime(value)):
        return moment(at)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)


def history_page(admin: Any, request: HttpRequest, row: Any) -> TemplateResponse:
    """Who changed what on one row, when and through what."""
    entries = HistoryEntry.objects.of(row).select_related("user")
    page = admin.get_paginator(request, entries, admin.list_per_page).get_page(request.GET.get("p", 1))
    request.current_app = admin.admin_site.name
    context = {
        **admin.admin_site.each_context(request),
        "title": f"History of {row}",
        "object": row,
        "original": row,
        "page": page,
        "entries": [(entry, changes_told(entry)) for entry in page],
        "opts": admin.opts,
        "media": admin.media,
        "back": admin.url_of("change", row.pk),
    }
    return TemplateResponse(request, "admin/niagara/history.html", context)
