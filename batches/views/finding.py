"""Finding something by what is typed or scanned."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from batches.models import Batch, BatchGroup, Cycle
from batches.models.searching import called, holding
from niagara.directory.models import Unit
from niagara.screens.ids import uuid_of
from niagara.screens.pages import Page
from workorders.models import WorkOrder

# What is looked for, and what it is read with.
KINDS: dict[Any, tuple[str, ...]] = {
    Batch: ("work_order", "queue"),
    WorkOrder: ("project__customer",),
    Unit: ("customer",),
    BatchGroup: ("work_order",),
}
ABOUT: dict[Any, Callable[[Any], str]] = {
    Batch: lambda row: f"{row.work_order}, in {row.queue}",
    WorkOrder: lambda row: str(row.project.customer),
    BatchGroup: lambda row: " · ".join(filter(None, [str(row.work_order), row.container_label])),
}
PER_KIND = 10
MAX_LENGTH = 250


class Hit(NamedTuple):
    called: str
    about: str
    address: str


class Hits(NamedTuple):
    kind: str
    hits: Sequence[Hit]
    more: bool


class FindPage(Page):
    """Leads straight to what was meant when only one thing can be meant, else shows what there is."""

    permission = "batch:read"
    template_name = "find.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        text = request.GET.get("q", "").replace("\0", "").strip()[:MAX_LENGTH]
        if address := page_in(text):
            return HttpResponseRedirect(address)
        found = (self._find(called, text) or self._find(holding, text)) if text else []
        if len(found) == 1 and len(found[0].hits) == 1 and (only := found[0].hits[0].address):
            return HttpResponseRedirect(only)
        return self.render_to_response(self.get_context_data(text=text, found=found, per_kind=PER_KIND))

    def _find(self, look: Any, text: str) -> list[Hits]:
        found = []
        for model, along in KINDS.items():
            rows = look(model, text, self.user, row_id=uuid_of(text)).select_related(*along).order_by("-pk")
            hits = list(rows[: PER_KIND + 1])
            if hits:
                shown = _described(model, hits[:PER_KIND], self.user)
                found.append(Hits(model._meta.verbose_name_plural, shown, len(hits) > PER_KIND))
        return found


def page_in(text: str) -> str:
    """The page of ours whose address was scanned; empty if it is none."""
    if not text.startswith(("http://", "https://")):
        return ""
    try:
        found = resolve(urlsplit(text).path)
    except (Resolver404, ValueError):
        return ""
    name = found.view_name or ""
    return reverse(name, kwargs=found.kwargs) if name.endswith("-page") and found.kwargs else ""


def _described(model: Any, rows: Sequence[Any], user: Any) -> list[Hit]:
    if model is Unit:
        return _units(rows, user)
    return [Hit(str(row), f"{ABOUT[model](row)}{_held(row)}", _address(row)) for row in rows]


def _held(row: Any) -> str:
    why = getattr(row, "why_on_hold", "")
    return f" · on hold: {why}" if why else ""


def _units(units: Sequence[Unit], user: Any) -> list[Hit]:
    """A unit leads to the batch in which it was last."""
    cycles: Any = Cycle.objects.visible_to(user).filter(unit__in=units, batch__isnull=False).select_related("batch")
    last = {cycle.unit_id: cycle for cycle in cycles.order_by(F("started_at").asc(nulls_first=True))}
    hits = []
    for unit in units:
        cycle = last.get(unit.pk)
        about = f"cycle {cycle.number} in {cycle.batch}, {cycle.status.lower()}" if cycle else "in no batch"
        address = f"{_address(cycle.batch)}?cycle={cycle.number}#cycle-{cycle.number}" if cycle else ""
        hits.append(Hit(str(unit), f"{unit.customer} · {about}", address))
    return hits


def _address(row: Any) -> str:
    try:
        return reverse(f"{row._meta.verbose_name.replace(' ', '-')}-page", args=[row.pk])
    except NoReverseMatch:  # something that has no page
        return ""
