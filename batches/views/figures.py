"""What a range of days came to. Each figure leads to the rows it counts."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from batches.models import Block, Cycle, StepRun
from batches.views import cycles
from batches.views.ranges import Range
from batches.views.tables import Cell, Line, Table, share
from niagara.accounts.models import User
from niagara.directory.models import Category, Location
from niagara.screens.pieces import duration
from queues.models import Queue
from workorders.models import Workflow

QUEUES_NAMED = 6  # the busiest; the others are counted together
OTHERS = "Others"


@dataclass(frozen=True)
class Figures:
    user: User
    at: datetime
    span: Range
    location: Location | None = None

    @cached_property
    def throughput(self) -> Table:
        done: Counter[Any] = Counter()
        for day, queue, category, *_, number in self._endings:
            if category == Category.COMPLETE:
                done[day, self._column(queue)] += number
                done[day, ALL] += number
        lines = []
        for day in self.span.days:
            on_day = {"shown": cycles.DONE, "since": day, "until": day}
            cells = [self._cell(done[day, key], **on_day, **asked) for key, asked in self._columns]
            lines.append(Line(date_format(day, "D j M Y"), tuple(cells)))
        return Table(
            key="throughput",
            title="Throughput by day and queue",
            said="Cycles completed on each day, in the queue their batch is in.",
            columns=("Day", *self._names),
            lines=tuple(lines),
            empty="No cycle was completed in these days. Choose other days, or another location.",
        )

    @cached_property
    def first_pass(self) -> Table:
        """The yield counts cycles that were no retry: how many of those that ended were right at once."""
        ended: Counter[Any] = Counter()
        for _, queue, category, is_retry, _, number in self._endings:
            if not is_retry:
                for key in (self._column(queue), ALL):
                    ended[key, category] += number
        again: Counter[Any] = Counter()
        for queue, number in self._done_again:
            for key in (self._column(queue), ALL):
                again[key] += number
        lines = []
        for name, (key, asked) in zip(self._names, self._columns, strict=True):
            done, failed = ended[key, Category.COMPLETE], ended[key, Category.CANCELLED]
            right = done - again[key]
            counts = zip((right, again[key], failed), cycles.FIRST, strict=True)
            marks = [
                self._cell(number, shown=cycles.ALL, first=first, **self._range, **asked) for number, first in counts
            ]
            lines.append(Line(name, (*marks, Cell(share(right, done + failed))), right, done + failed))
        return Table(
            key="first-pass",
            title="First-pass yield",
            said="Of the cycles that ended and were no retry: those done without a step that failed.",
            columns=("Queue", "Right at once", "A step done again", "Failed", "Yield"),
            lines=tuple(line for line in lines if line.whole),
            empty="No first try ended in these days. Choose other days, or another location.",
        )

    @cached_property
    def steps(self) -> Table:
        runs_of = list(self._here(StepRun.objects).times())
        workflows = Workflow.objects.visible_to(self.user).in_bulk({workflow for workflow, *_ in runs_of})
        found = []
        for key, step, (median, most), runs in runs_of:
            workflow = workflows.get(key)
            names = list(workflow.steps) if workflow else []
            label = workflow.steps[step]["label"] if workflow and step in workflow.steps else step
            asked = {"event": cycles.STEP, "workflow": key, "step": step, **self._range}
            figures = (Cell(duration(median)), Cell(duration(most)), self._cell(runs, **asked))
            place = (str(workflow or ""), names.index(step) if step in names else len(names), step)
            found.append((place, label, (Cell(str(workflow or "–")), *figures), median))
        longest = max((median for *_, median in found), default=0)
        return Table(
            key="steps",
            title="Cycle time per step",
            said="How long the steps took that were closed in these days: half of the runs no longer than the "
            "median, nine of ten no longer than the 90th percentile. The bar is the median.",
            columns=("Step", "Workflow", "Median", "90th percentile", "Runs"),
            lines=tuple(Line(label, cells, median, longest) for _, label, cells, median in sorted(found, key=_place)),
            empty="No step was closed in these days. Choose other days, or another location.",
        )

    @cached_property
    def failures(self) -> Table:
        counts: Counter[str] = Counter()
        for *_, category, _, reason, number in self._endings:
            if category == Category.CANCELLED:
                counts[reason] += number
        ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
        return Table(
            key="failures",
            title="Reasons for failing",
            said="Cycles that failed, the most frequent reason first.",
            columns=("Reason", "Cycles", "Share"),
            lines=self._bars(ordered, shown=cycles.FAILED_ONES),
            empty="No cycle failed in these days.",
        )

    @cached_property
    def blocks(self) -> Table:
        found = self._here(Block.objects).by_reason().values_list("reason", "number")
        return Table(
            key="blocks",
            title="Reasons for blocking",
            said="How often cycles were blocked, the most frequent reason first. A cycle counts each time.",
            columns=("Reason", "Times", "Share"),
            lines=self._bars(list(found), event=cycles.BLOCK),
            empty="No cycle was blocked in these days.",
        )

    @cached_property
    def totals(self) -> list[tuple[str, Cell]]:
        """The figures on top."""
        counts: Counter[str] = Counter()
        for *_, category, _, _, number in self._endings:
            counts[category] += number
        blocked = sum(line.part for line in self.blocks.lines)
        whole = next((line for line in self.first_pass.lines if line.name == ALL), None)
        return [
            ("Completed", self._cell(counts[Category.COMPLETE], shown=cycles.DONE, **self._range)),
            ("Failed", self._cell(counts[Category.CANCELLED], shown=cycles.FAILED_ONES, **self._range)),
            ("First-pass yield", whole.cells[-1] if whole else Cell("–")),
            (
                "Times blocked",
                self._cell(blocked, event=cycles.BLOCK, **self._range),
            ),
        ]

    def _bars(self, counts: list[tuple[str, int]], **asked: Any) -> tuple[Line, ...]:
        most, whole = max((number for _, number in counts), default=0), sum(number for _, number in counts)
        return tuple(
            Line(
                reason,
                (self._cell(number, reason=reason, **self._range, **asked), Cell(share(number, whole))),
                number,
                most,
            )
            for reason, number in counts
        )

    def _cell(self, number: int, **asked: Any) -> Cell:
        place = {"location": self.location.pk} if self.location else {}
        return Cell(number, f"{reverse('cycles-page')}?{urlencode(asked | place, doseq=True)}" if number else "")

    @property
    def _range(self) -> dict[str, Any]:
        return {"since": self.span.first, "until": self.span.last}

    @cached_property
    def _ended(self) -> Any:
        rows = Cycle.objects.visible_to(self.user).ended_between(self.span.start, self.span.end)
        return rows.filter(location=self.location) if self.location else rows

    def _here(self, rows: Any) -> Any:
        found = rows.visible_to(self.user).between(self.span.start, self.span.end)
        return found.filter(location=self.location) if self.location else found

    @cached_property
    def _endings(self) -> list[Any]:
        return list(self._ended.endings(timezone.get_current_timezone()))

    @cached_property
    def _done_again(self) -> list[Any]:
        rows = self._ended.first_tries_done_again().order_by()
        return list(rows.values_list("batch__queue").annotate(number=Count("pk")))

    @cached_property
    def _queues(self) -> list[Queue]:
        """The busiest of the queues, which have a column of their own."""
        ended: Counter[UUID | None] = Counter()
        for _, queue, *_, number in self._endings:
            ended[queue] += number
        found = (
            Queue.objects.visible_to(self.user).filter(pk__in=[key for key in ended if key]).select_related("location")
        )
        return sorted(
            found,
            key=lambda queue: (-ended[queue.pk], queue.label, queue.pk),
        )[:QUEUES_NAMED]

    def _column(self, queue: UUID | None) -> Any:
        return queue if queue in {one.pk for one in self._queues} else OTHERS

    @cached_property
    def _columns(self) -> list[tuple[Any, dict[str, Any]]]:
        """The key of each column of queues, and what lists the cycles in it."""
        named: list[tuple[Any, dict[str, Any]]] = [(queue.pk, {"queue": queue.pk}) for queue in self._queues]
        others = {"without": [queue.pk for queue in self._queues]} if self._queues else {}
        return [*named, (OTHERS, others), (ALL, {})]

    @cached_property
    def _names(self) -> list[str]:
        named = [queue.label if self.location else f"{queue.label}, {queue.location}" for queue in self._queues]
        return [*named, OTHERS, ALL]


ALL = "All queues"


def _place(found: tuple[Any, ...]) -> Any:
    return found[0]
