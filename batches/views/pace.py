"""How fast the cycles of a work order are completed, and when the last of them will be at that pace."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from django.db.models import Count, F, Func, IntegerField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from batches.models import Batch, Cycle
from batches.views.risk import is_at_risk
from niagara.directory.models import Category
from workorders.models import WorkOrder

BASED_ON = 40  # cycles
FEWEST = 2
FARTHEST = timedelta(days=3650)
BY_HOUR = 21 * 24  # hours, and by day where it took longer
_HOUR = 3600  # seconds


@dataclass(frozen=True)
class Forecast:
    """When the last cycle will be complete, from how long the newest `number` of them took."""

    number: int
    per_hour: float
    ends_at: datetime

    @classmethod
    def of(cls, number: int, since: datetime | None, remaining: int, at: datetime) -> Self | None:
        """The newest `number` cycles were completed since then. None if there is nothing to go by."""
        if since is None or number < FEWEST or remaining < 1 or at <= since:
            return None
        each = (at - since) / (number - 1)
        if each * remaining > FARTHEST:
            return None
        return cls(number=number, per_hour=timedelta(hours=1) / each, ends_at=at + each * remaining)


def with_pace(work_orders: Any) -> Any:
    """Adds `paced_since` to work orders: when the first of the newest cycles was completed that make their pace."""
    complete = Cycle.objects.filter(work_order=OuterRef("pk"), category=Category.COMPLETE)
    last = complete.order_by("-ended_at").values("ended_at")[BASED_ON - 1 : BASED_ON]
    first = complete.order_by("ended_at").values("ended_at")[:1]
    return work_orders.annotate(paced_since=Coalesce(Subquery(last), Subquery(first)))


def forecast_of(work_order: Any, at: datetime) -> Forecast | None:
    """That of a work order read `with_cycle_counts` and `with_pace`."""
    done = work_order.all_complete
    return Forecast.of(min(BASED_ON, done), work_order.paced_since, work_order.needed - done, at)


def is_order_at_risk(work_order: Any, at: datetime) -> bool:
    """Whether a work order read so is at risk; see `is_at_risk`."""
    if work_order.end_date is not None:
        return False
    forecast = forecast_of(work_order, at)
    return is_at_risk(
        begin=work_order.begin_date,
        due=work_order.due_date,
        done=work_order.all_complete,
        whole=work_order.needed,
        takes=None if forecast is None else forecast.ends_at - at,
        at=at,
    )


def paced(work_orders: Any) -> Any:
    """What is needed of many work orders to say whether they are at risk, and no more."""
    # Not joined to be counted: the pace would be looked up for each batch instead of each work order.
    in_batches = Batch.objects.filter(work_order=OuterRef("pk")).order_by().values("work_order")
    complete = Coalesce(Subquery(in_batches.annotate(number=Sum("complete")).values("number")), 0)
    rows = with_pace(work_orders.annotate(all_complete=F("loose_complete") + complete)).order_by()
    return rows.values_list(
        "pk", "begin_date", "due_date", "end_date", "needed", "all_complete", "paced_since", named=True
    )


def chart_of(work_order: Any, forecast: Forecast | None, at: datetime) -> dict[str, Any]:
    """Completed cycles so far, the straight line to the due date, and the forecast, as seconds and numbers."""
    by_hour = _complete(work_order).annotate(hour=_HourOf("ended_at")).order_by("hour")
    counted = list(by_hour.values_list("hour").annotate(number=Count("pk")))
    points: dict[float, int] = {}
    if counted:
        first, last = counted[0][0], counted[-1][0]
        slot = 1 if last - first < BY_HOUR else 24
        latest, total = at.timestamp(), 0
        points[first * _HOUR] = 0
        for hour, number in counted:
            total += number
            points[min((first + slot * ((hour - first) // slot + 1)) * _HOUR, max(latest, hour * _HOUR))] = total
    ahead = None
    if forecast is not None:
        ahead = [[at.timestamp(), work_order.all_complete], [forecast.ends_at.timestamp(), work_order.needed]]
    return {
        "done": sorted([moment, number] for moment, number in points.items()),
        "plan": [[work_order.begin_date.timestamp(), 0], [work_order.due_date.timestamp(), work_order.needed]],
        "forecast": ahead,
        "needed": work_order.needed,
    }


class _HourOf(Func):
    """In which hour since 1970 a moment is: a number, of which hundreds are read for a chart."""

    output_field = IntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = f"floor(extract(epoch FROM %(expressions)s) / {_HOUR})::integer"
        return self.as_sql(compiler, connection, template=template)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template=f"unixepoch(%(expressions)s) / {_HOUR}")


def _complete(work_order: WorkOrder) -> Any:
    return Cycle.objects.filter(work_order=work_order, category=Category.COMPLETE)
