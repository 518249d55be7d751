from typing import Any

from django.http import HttpRequest
from django.template.response import TemplateResponse

from niagara.accounts.models import HistoryEntry


def history_page(admin: Any, request: HttpRequest, row: Any) -> TemplateResponse:
    """Who changed what on one row, when and through what."""
    entries = HistoryEntry.objects.of(row).select_related("user")
    page = admin.get_paginator(request, entries, admin.list_per_page).get_page(request.GET.get("p", 1))
    request.current_app = admin.admin_site.name  # type: ignore[attr-defined]
    context = {
        **admin.admin_site.each_context(request),
        "title": f"History of {row}",
        "object": row,
        "entries": page,
        "opts": admin.opts,
        "media": admin.media,
        "back": admin.url_of("change", row.pk),
    }
    return TemplateResponse(request, "admin/niagara/history.html", context)
