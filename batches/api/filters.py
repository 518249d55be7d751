from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet

from batches.models import FAILED, BatchGroup, Cycle
from niagara.accounts.models import User
from niagara.api.filters import NiagaraFilterSet, TimeFilter, VisibleFilter, WholeFilter
from niagara.api.paging import Key
from niagara.directory.models import Category, Status
from queues.models import Queue
from workorders.models import WorkOrder


class _StatusFilterSet(NiagaraFilterSet):
    """`filter[status]` takes a label or a category."""

    status = django_filters.CharFilter(method="filter_status")

    def filter_status(self, rows: Any, name: str, value: str) -> QuerySet:
        known = value in Category.values or Status.objects.visible_to(self.request.user).named(value).exists()
        if not known and value != FAILED:
            self.refuse("status", f"There is no status or category “{value}”.")
        found: QuerySet = rows.named(value)
        return found


class BatchFilterSet(_StatusFilterSet):
    queue_id = VisibleFilter(Queue, field_name="queue")
    work_order_id = VisibleFilter(WorkOrder, field_name="work_order")
    tech_id = VisibleFilter(User, to_field_name="user_id", method="filter_technician")
    batch_group_id = VisibleFilter(BatchGroup, field_name="batch_group")
    due_before = TimeFilter(field_name="work_order__due_date", lookup_expr="lt")
    due_after = TimeFilter(field_name="work_order__due_date", lookup_expr="gt")

    sorts: dict[str, Sequence[Key]] = {
        "order": (Key("order"), Key.id()),
        "created": (Key.time("created"), Key.id()),
        "due_date": (Key.time("work_order__due_date"), Key.id()),
    }

    def filter_technician(self, rows: Any, name: str, technician: User) -> QuerySet:
        found: QuerySet = rows.assigned_to(technician)
        return found


class BatchOfOneFilterSet(_StatusFilterSet):
    """For the batches of one queue or one work order."""

    queue_id = VisibleFilter(Queue, field_name="queue")
    work_order_id = VisibleFilter(WorkOrder, field_name="work_order")


class BatchGroupFilterSet(NiagaraFilterSet):
    work_order_id = VisibleFilter(WorkOrder, field_name="work_order")
    delivery_status = django_filters.ChoiceFilter(choices=BatchGroup.DeliveryStatus.choices)
    tag = django_filters.CharFilter(method="filter_tag")
    name = django_filters.CharFilter(lookup_expr="icontains")

    def filter_tag(self, rows: Any, name: str, tag: str) -> QuerySet:
        found: QuerySet = rows.tagged(tag)
        return found


class EventFilterSet(NiagaraFilterSet):
    """`after_version` is where a consumer stands that goes on."""

    plain = {"after_version": WholeFilter(field_name="version", lookup_expr="gt")}


class CycleFilterSet(_StatusFilterSet):
    pass


class ContextFilterSet(_StatusFilterSet):
    """The status is that of the context's cycle."""

    def filter_status(self, rows: Any, name: str, value: str) -> QuerySet:
        cycles = super().filter_status(Cycle.objects.all(), name, value)
        found: QuerySet = rows.filter(cycle__in=cycles)
        return found
