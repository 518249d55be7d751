"""Scanning anywhere: a serial number opens its cycle, a label its batch, a printed address what it names."""

from typing import Any
from urllib.parse import urlsplit

import segno
from django.db.models import Case, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, ResolverMatch, resolve, reverse

from batches.models import Batch, Cycle
from niagara.accounts.models import User
from niagara.directory.models import IN_FLIGHT
from niagara.screens.pages import Page

MAX_CODE = 300
CODES = [("Done", "DONE"), ("Fail", "FAIL"), ("Next", "NEXT"), ("Block", "BLOCK"), ("Change person", "CHANGE")]
# Of several cycles of one device, the one under way comes first, then what happened last.
_UNDER_WAY_FIRST = Case(When(category__in=IN_FLIGHT, then=0), default=1)


def where(code: str, user: User) -> str | None:
    """The address of what a code stands for, as far as the user may see it; None if it stands for nothing."""
    cycles = Cycle.objects.visible_to(user).filter(unit__serial_number=code, context__isnull=False)
    cycle = cycles.order_by(_UNDER_WAY_FIRST, "-updated").first()
    if cycle is not None:
        return reverse("cycle-page", args=[cycle.pk])
    batches: Any = Batch.objects.visible_to(user)
    place = _place_in(code)
    batch_id = place.kwargs.get("batch_id") if place else None
    batch = batches.filter(pk=batch_id).first() if batch_id else batches.filter(label=code).first()
    if batch is not None:
        return reverse("batch-work-page", args=[batch.pk])
    return reverse(str(place.url_name), kwargs=place.kwargs) if place and not batch_id else None


def _place_in(code: str) -> ResolverMatch | None:
    """The screen that a printed address names."""
    try:
        place = resolve(urlsplit(code).path)
    except (Resolver404, ValueError):
        return None
    return place if str(place.url_name).endswith("-page") else None


class ScanPage(Page):
    """Leads to what was scanned, or says that it is nothing known."""

    permission = "context:read"
    template_name = "technician/scan.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.code = request.GET.get("code", "").strip()[:MAX_CODE].replace("\x00", "")
        address = where(self.code, self.user) if self.code else None
        return HttpResponseRedirect(address) if address else super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(code=self.code, **kwargs)


class ActionCodesPage(Page):
    """The printed codes that work like the buttons."""

    permission = "context:read"
    template_name = "technician/action_codes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        codes = [
            (word, f"NIAGARA:{code}", segno.make(f"NIAGARA:{code}", error="m").svg_data_uri(scale=8))
            for word, code in CODES
        ]
        return super().get_context_data(codes=codes, **kwargs)
