"""What stands on the floor now: how old it is, and what is due."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, CharField, Count, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from batches.models import Cycle
from batches.views import cycles, work_orders
from batches.views.pace import is_order_at_risk, paced
from batches.views.ranges import last_days, midnight
from batches.views.tables import Cell, Line, Table
from niagara.accounts.models import User
from niagara.directory.models import Category, Location
from workorders.models import WorkOrder

DAYS_AHEAD = 7
_STATES = (Category.IN_PROGRESS, Category.VERIFYING, Category.BLOCKED)


@dataclass(frozen=True)
class FloorNow:
    user: User
    at: datetime
    location: Location | None = None

    @cached_property
    def ages(self) -> Table:
        whens = [When(started_at__gt=self.at - most, then=Value(age)) for age, (_, _, most) in cycles.AGES.items()]
        rows = self._here(Cycle.objects).in_flight().annotate(age=Case(*whens, output_field=CharField()))
        counts = {
            (age, category): number
            for age, category, number in rows.order_by().values_list("age", "category").annotate(number=Count("pk"))
        }
        wholes = {age: sum(counts.get((age, state), 0) for state in _STATES) for age in cycles.AGES}
        lines = []
        for age, (words, *_) in cycles.AGES.items():
            states = [
                self._cell("cycles-page", counts.get((age, state), 0), shown=state.value, age=age) for state in _STATES
            ]
            whole = self._cell("cycles-page", wholes[age], shown=cycles.IN_FLIGHT, age=age)
            lines.append(Line(words, (*states, whole), wholes[age], max(wholes.values())))
        return Table(
            key="ages",
            title="Work in progress by age",
            said="Cycles in flight, by how long ago they were started.",
            columns=("Started", *(state.label for state in _STATES), "All"),
            lines=tuple(lines),
            empty="No cycle is in flight. Whoever starts one is seen here.",
        )

    @cached_property
    def due(self) -> Table:
        today = timezone.localdate(self.at)
        days = last_days(DAYS_AHEAD, today + timedelta(days=DAYS_AHEAD - 1)).days
        orders, left, at_risk = self._due_by_day(midnight(days[-1] + timedelta(days=1)))
        lines = [self._due_line("Late", orders[None], left[None], Cell(0), shown=work_orders.LATE)]
        for day in days:
            name = "Today" if day == today else date_format(day, "D j M Y")
            risky = self._cell("work-orders-page", at_risk[day], shown=work_orders.AT_RISK, due=day)
            lines.append(self._due_line(name, orders[day], left[day], risky, shown=work_orders.IN_TIME, due=day))
        most = max(line.part for line in lines)
        return Table(
            key="due",
            title="Due soon",
            said="Open work orders that are late, or due within seven days, their cycles that are not done, and how "
            "many will be late at their pace.",
            columns=("Due", "Work orders", "Cycles left", "At risk"),
            lines=tuple(Line(line.name, line.cells, line.part, most) for line in lines),
            empty="No work order is late or due within seven days.",
        )

    def _due_by_day(self, until: datetime) -> tuple[Counter[Any], Counter[Any], Counter[Any]]:
        """How many work orders, how many of their cycles are left, and how many are at risk; what is late by None."""
        open_ones = self._here(WorkOrder.objects).active().filter(due_date__lt=until)
        orders, left, at_risk = Counter[Any](), Counter[Any](), Counter[Any]()
        for row in paced(open_ones):
            day = timezone.localdate(row.due_date) if row.due_date >= self.at else None
            orders[day] += 1
            left[day] += max(0, row.needed - row.all_complete)
            at_risk[day] += is_order_at_risk(row, self.at)
        return orders, left, at_risk

    def _due_line(self, name: str, orders: int, left: int, at_risk: Cell, **asked: Any) -> Line:
        return Line(name, (self._cell("work-orders-page", orders, **asked), Cell(left), at_risk), orders)

    def _here(self, rows: Any) -> Any:
        found = rows.visible_to(self.user)
        return found.filter(location=self.location) if self.location else found

    def _cell(self, page: str, number: int, **asked: Any) -> Cell:
        place = {"location": self.location.pk} if self.location else {}
        return Cell(number, f"{reverse(page)}?{urlencode(asked | place)}" if number else "")
