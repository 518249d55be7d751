from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count

from batches.models import Batch
from batches.models.technicians import fetch_technicians
from batches.views.batch_filters import BatchListFilters, batches_of
from niagara.accounts.models import HistoryEntry
from niagara.directory.models import Category
from niagara.screens.keyset import stretch_of
from niagara.screens.pages import Page
from workorders.models import WorkflowVersion

PER_PAGE = 50
SORT = ("queue__location__label", "queue__priority", "queue_id", "order")
HISTORY_SHOWN = 20


class BatchesPage(Page):
    """The batches, in processing order of their queues."""

    permission = "batch:read"
    template_name = "batches/list.html"
    part_template_name = "batches/list_part.html"
    follows_history = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filters = BatchListFilters(self.request.GET, self.user)
        rows = filters.narrow(batches_of(self.user), self.at).select_related("queue__location")
        page = stretch_of(rows, SORT, self.request.GET, PER_PAGE)
        fetch_technicians(page.rows)
        return super().get_context_data(filters=filters, page=page, **kwargs)


class BatchPage(Page):
    """A batch with its cycles."""

    permission = "batch:read"
    template_name = "batches/page.html"
    part_template_name = "batches/page_part.html"
    follows_history = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        along = ("work_order__project__customer", "queue__location", "current_status", "mixing_station", "batch_group")
        batch = self.row(Batch.objects.select_related(*along), self.kwargs["batch_id"])
        fetch_technicians([batch])
        blocked = batch.cycles.filter(category=Category.BLOCKED).order_by().values("reason")
        cycles = batch.cycles.select_related("unit", "technician", "station", "context").order_by("number")
        wanted = self._wanted()
        page = Paginator(cycles, PER_PAGE).get_page(self.request.GET.get("page") or self._page_of(wanted, batch))
        self._describe(page.object_list)
        return super().get_context_data(
            batch=batch,
            page=page,
            wanted=wanted,
            blocked=blocked.annotate(number=Count("pk")).order_by("-number", "reason"),
            history=HistoryEntry.objects.of(batch).select_related("user")[:HISTORY_SHOWN],
            **kwargs,
        )

    def _wanted(self) -> int:
        """The number of the cycle that was asked for, or 0."""
        asked = self.request.GET.get("cycle", "")
        return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0

    def _page_of(self, number: int, batch: Batch) -> int:
        return batch.cycles.filter(number__lt=number).count() // PER_PAGE + 1 if number else 1

    def _describe(self, cycles: Any) -> None:
        """Give each cycle of a page its step in hand and its age."""
        versions = {cycle.context.workflow_version_id for cycle in cycles if cycle.context}
        steps = dict(WorkflowVersion.objects.filter(pk__in=versions).values_list("pk", "steps"))
        for cycle in cycles:
            cycle.step = _step(cycle.context, steps) if cycle.is_in_flight and cycle.context else ""
            cycle.age = age(cycle.started_at or cycle.created, cycle.ended_at or self.at)


def _step(context: Any, steps: Any) -> str:
    current = context.state["current_steps"]
    return steps[context.workflow_version_id][current[0]]["label"] if current else ""


def age(start: datetime, end: datetime) -> str:
    """How long that is, in the two biggest units: "2 d 3 h"."""
    minutes = max(0, int((end - start).total_seconds() // 60))
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
