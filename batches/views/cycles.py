"""The cycles, narrowed to what a figure elsewhere counts."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import F, Q

from batches.models import FAILED, Cycle
from batches.views.ranges import day_field, midnight
from niagara.directory.models import Category, Location
from niagara.screens.forms import FilterForm, VisibleChoice, VisibleChoices
from niagara.screens.keyset import AFTER, BEFORE, stretch_of
from niagara.screens.pages import Page
from queues.models import Queue

PER_PAGE = 50
IN_FLIGHT, DONE, FAILED_ONES, CANCELLED, ALL = "in-flight", Category.COMPLETE.value, "failed", "cancelled", "all"
SHOWN = [
    (IN_FLIGHT, "In flight"),
    *((one.value, one.label) for one in (Category.PENDING, Category.IN_PROGRESS, Category.VERIFYING, Category.BLOCKED)),
    (DONE, "Complete"),
    (FAILED_ONES, FAILED),
    (CANCELLED, "Cancelled, not failed"),
    (ALL, "All"),
]
STEP, BLOCK = "step", "block"
RIGHT, AGAIN, FIRST_FAILED = "right", "again", "failed"
FIRST = {
    RIGHT: "First tries with which all was right",
    AGAIN: "First tries with a step that had to be done again",
    FIRST_FAILED: "First tries that failed",
}
# key → what it is called, and from and to how long ago the cycle was started
AGES = {
    "hour": ("Up to 1 hour", timedelta(0), timedelta(hours=1)),
    "shift": ("1 to 8 hours", timedelta(hours=1), timedelta(hours=8)),
    "day": ("8 to 24 hours", timedelta(hours=8), timedelta(days=1)),
    "days": ("1 to 3 days", timedelta(days=1), timedelta(days=3)),
    "week": ("3 to 7 days", timedelta(days=3), timedelta(days=7)),
    "older": ("More than 7 days", timedelta(days=7), timedelta(days=36500)),
}
# What the page has no fields for: said above the list, each to be taken away.
NARROWINGS = ("event", "workflow", "step", "first", "age", "without")


class CycleFilters(FilterForm):
    shown = forms.ChoiceField(label="Show", choices=SHOWN, required=False)
    location = VisibleChoice(Location, required=False, empty_label="All locations")
    queue = VisibleChoice(Queue, required=False, empty_label="All queues")
    since = day_field("Ended from")
    until = day_field("to")
    reason = forms.CharField(required=False, max_length=200)

    event = forms.ChoiceField(choices=[(STEP, STEP), (BLOCK, BLOCK)], required=False)
    workflow = forms.UUIDField(required=False)
    step = forms.CharField(required=False)
    first = forms.ChoiceField(choices=list(FIRST.items()), required=False)
    age = forms.ChoiceField(choices=[(key, words) for key, (words, *_) in AGES.items()], required=False)
    without = VisibleChoices(Queue, required=False)

    @property
    def fields_shown(self) -> list[forms.BoundField]:
        hidden = {STEP: ("shown", "reason"), BLOCK: ("shown",)}.get(self.said("event") or "", ())
        return [self[name] for name in self.fields if name not in (*NARROWINGS, *hidden)]

    def narrowings(self) -> list[tuple[str, tuple[str, ...]]]:
        """In words, and what of the query string makes it so."""
        found: list[tuple[str, tuple[str, ...]]] = []
        if self.said("event") == STEP:
            found.append((f"A line for each time the step “{self.said('step')}” ended", ("event", "step", "workflow")))
        if self.said("event") == BLOCK:
            found.append(("A line for each time one was blocked", ("event",)))
        if first := self.said("first"):
            found.append((FIRST[first], ("first",)))
        if age := self.said("age"):
            found.append((f"Started: {AGES[age][0].lower()} ago", ("age",)))
        if without := self.said("without"):
            found.append((f"Without {len(without)} of the queues", ("without",)))
        return found

    def narrow(self, rows: Any, at: datetime) -> Any:
        match self.said("event"):
            case "step":
                rows = self._each_run(rows)
            case "block":
                rows = self._each_block(rows)
            case _:
                rows = self._each_cycle(rows, at)
        if queue := self.said("queue"):
            rows = rows.filter(batch__queue=queue)
        if without := self.said("without"):
            rows = rows.exclude(batch__queue__in=without)
        return rows

    def _each_cycle(self, rows: Any, at: datetime) -> Any:
        rows = self._in_state(self._at_first_try(rows))
        rows = rows.filter(self._days("ended_at"), self._place("location"))
        if reason := self.said("reason"):
            rows = rows.filter(reason=reason)
        if age := self.said("age"):
            _, least, most = AGES[age]
            rows = rows.filter(started_at__gt=at - most, started_at__lte=at - least)
        return rows

    @property
    def sort(self) -> tuple[str, ...]:
        """By what there is a time of: what is in flight, the longest begun first, all else the newest first."""
        if self.said("event"):
            return ("-happened_at", "-event")
        if self.said("first") or self.state in (DONE, FAILED_ONES, CANCELLED):
            return ("-ended_at", "-pk")
        return ("-pk",) if self.state in (Category.PENDING, ALL) else ("started_at", "pk")

    @property
    def state(self) -> str:
        return self.said("shown") or (ALL if self.said("first") else IN_FLIGHT)

    def _in_state(self, rows: Any) -> Any:
        match self.state:
            case "in-flight":
                return rows.in_flight()
            case "failed":
                return rows.failed()
            case "cancelled":
                return rows.filter(category=Category.CANCELLED).exclude(status=FAILED)
            case "all":
                return rows
            case category:
                return rows.filter(category=category)

    def _at_first_try(self, rows: Any) -> Any:
        match self.said("first"):
            case "right":
                again = rows.first_tries_done_again().order_by().values("pk")
                return rows.filter(category=Category.COMPLETE, is_retry=False).exclude(pk__in=again)
            case "again":
                return rows.first_tries_done_again()
            case "failed":
                return rows.failed().filter(is_retry=False)
        return rows

    def _each_run(self, rows: Any) -> Any:
        """A cycle stands here as often as somebody closed such a step of it."""
        of_step = Q(stepruns__isnull=False) & self._days("stepruns__at") & self._place("stepruns__location")
        if workflow := self.said("workflow"):
            of_step &= Q(stepruns__workflow=workflow)
        if step := self.said("step"):
            of_step &= Q(stepruns__step=step)
        rows = rows.filter(of_step).annotate(event=F("stepruns"), happened_at=F("stepruns__at"))
        return rows.annotate(seconds=F("stepruns__seconds"))

    def _each_block(self, rows: Any) -> Any:
        """A cycle stands here as often as it was blocked."""
        of_block = Q(blocks__isnull=False) & self._days("blocks__at") & self._place("blocks__location")
        if reason := self.said("reason"):
            of_block &= Q(blocks__reason=reason)
        rows = rows.filter(of_block).annotate(event=F("blocks"), happened_at=F("blocks__at"))
        return rows.annotate(told=F("blocks__reason"))

    def _days(self, name: str) -> Q:
        found = Q()
        if since := self.said("since"):
            found &= Q(**{f"{name}__gte": midnight(since)})
        if until := self.said("until"):
            found &= Q(**{f"{name}__lt": midnight(until + timedelta(days=1))})
        return found

    def _place(self, name: str) -> Q:
        location = self.said("location")
        return Q(**{name: location}) if location else Q()


class CyclesPage(Page):
    """The cycles, those under way first: the longest begun on top."""

    permission = "work-order:read"
    template_name = "cycles/list.html"
    part_template_name = "cycles/list_part.html"
    follows_history = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filters = CycleFilters(self.request.GET, self.user)
        rows: Any = filters.narrow(Cycle.objects.visible_to(self.user), self.at)
        rows = rows.select_related("work_order", "batch__queue", "location", "unit", "technician")
        page = stretch_of(rows, filters.sort, self.request.GET, PER_PAGE)
        return super().get_context_data(
            filters=filters,
            page=page,
            event=filters.said("event"),
            kept=[(name, value) for name in NARROWINGS for value in self.request.GET.getlist(name)],
            narrowings=[(words, self._without(names)) for words, names in filters.narrowings()],
            **kwargs,
        )

    def _without(self, names: tuple[str, ...]) -> str:
        asked = self.request.GET.copy()
        for name in (*names, AFTER, BEFORE):
            asked.pop(name, None)
        return f"?{asked.urlencode()}"
