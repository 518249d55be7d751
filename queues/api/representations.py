from collections import defaultdict
from collections.abc import Mapping
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Count, Sum
from rest_framework import serializers

from niagara.api.representations import Gathered, Representation, UtcText
from niagara.directory.api.representations import LocationRepresentation
from niagara.statements import Among, Statement
from queues.models import Queue


class Load(NamedTuple):
    """What is active in a queue, and the first and last due date of that as text."""

    work_orders: int
    batches: int
    cycles: int
    min_due_date: str | None
    max_due_date: str | None


# By queue and work order: so all of it stands in the index of what is active, and a due date is read once, not once for
# each batch of the work order.
_ACTIVE = Statement(
    apps.get_model("batches.Batch")
    .objects.filter(Among("queue_id"), active__gt=0)
    .order_by()
    .values_list("queue_id", "work_order_id")
    .annotate(of_order=Count("*"), to_do=Sum("active"))
)
_DUE = Statement(
    apps.get_model("workorders.WorkOrder").objects.filter(Among("pk")).order_by().values_list("pk", UtcText("due_date"))
)


def loads_of(keys: Mapping[type[models.Model], set[str]]) -> dict[str, Load]:
    """What is active in each queue; those without anything are left out."""
    active = _ACTIVE.read(ids=keys[Queue])
    due_dates: dict[UUID, str | None] = dict(_DUE.read(ids={work_order_id for _, work_order_id, _, _ in active}))
    by_queue: dict[UUID, list[tuple[int, int, str | None]]] = defaultdict(list)
    for queue_id, work_order_id, batches, cycles in active:
        by_queue[queue_id].append((batches, cycles, due_dates.get(work_order_id)))
    return {str(queue_id): _sum(orders) for queue_id, orders in by_queue.items()}


def _sum(orders: list[tuple[int, int, str | None]]) -> Load:
    batches, cycles, due_dates = zip(*orders, strict=True)
    due = [one for one in due_dates if one is not None]
    return Load(len(orders), sum(batches), sum(cycles), min(due, default=None), max(due, default=None))


class QueueRepresentation(Representation):
    model = Queue
    links = {
        "self": "queues/{pk}",
        "nter:queue-location": "locations/{location_id}",
        "nter:queue-batches": "queues/{pk}/batches",
    }

    queue_id = serializers.UUIDField(source="pk")
    label = serializers.CharField()
    created = serializers.DateTimeField()
    updated = serializers.DateTimeField()
    location = LocationRepresentation()
    priority = serializers.CharField()
    active_work_orders = Gathered(
        loads_of, pick=attrgetter("work_orders"), otherwise=0, shown=serializers.IntegerField()
    )
    active_batches = Gathered(loads_of, pick=attrgetter("batches"), otherwise=0, shown=serializers.IntegerField())
    active_cycles = Gathered(loads_of, pick=attrgetter("cycles"), otherwise=0, shown=serializers.IntegerField())
    is_active = serializers.BooleanField()
    min_due_date = Gathered(loads_of, pick=attrgetter("min_due_date"), shown=serializers.DateTimeField(allow_null=True))
    max_due_date = Gathered(loads_of, pick=attrgetter("max_due_date"), shown=serializers.DateTimeField(allow_null=True))
