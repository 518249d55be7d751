from datetime import datetime
from typing import Any

from django.contrib.admin import display, register
from django.http import HttpRequest

from niagara.accounts.actor import Actor
from niagara.admin import NiagaraAdmin, chip, due, link
from niagara.clock import now
from queues.models import Queue
from queues.operations.queueing import change_queue, create_queue


@register(Queue)
class QueueAdmin(NiagaraAdmin):
    list_display = (
        "label",
        "at_location",
        "in_use",
        "work_orders",
        "batches",
        "cycles",
        "day_of_work",
        "first_due",
        "priority",
    )
    list_filter = ("location", "is_active")
    list_select_related = ("location",)
    autocomplete_fields = ("location",)
    search_fields = ("label", "location__label")
    ordering = ("location__label", "priority", "id")
    date_hierarchy = "created"
    fields = ("label", "location", "capacity", "priority", "is_active")

    def choice_label(self, row: Any) -> str:
        return f"{row} ({row.location})"

    def prepare(self, rows: list[Any]) -> None:
        loaded = Queue.objects.filter(pk__in=[row.pk for row in rows]).with_load()
        found = {queue.pk: queue for queue in loaded.order_by()}
        for row in rows:
            row.load = found[row.pk]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if "priority" in form.base_fields:
            priority = form.base_fields["priority"]
            priority.help_text = "A rank such as a4: queues stand in the order of their ranks."
            if obj is None:
                priority.required = False
                priority.help_text += " Empty: behind the others of the location."
        return form

    @display(description="location", ordering="location__label")
    def at_location(self, queue: Any) -> str:
        return link(queue.location)

    @display(description="in use", ordering="is_active")
    def in_use(self, queue: Any) -> str:
        return chip("in use", "good") if queue.is_active else chip("out of use", "cancelled")

    @display(description="active work orders")
    def work_orders(self, queue: Any) -> str:
        return str(queue.load.active_work_orders)

    @display(description="active batches")
    def batches(self, queue: Any) -> str:
        return str(queue.load.active_batches)

    @display(description="active cycles")
    def cycles(self, queue: Any) -> str:
        return str(queue.load.active_cycles)

    @display(description="capacity a day", ordering="capacity")
    def day_of_work(self, queue: Any) -> str:
        return "–" if queue.capacity is None else str(queue.capacity)

    @display(description="earliest due")
    def first_due(self, queue: Any) -> str:
        at = queue.load.min_due_date
        return due(at, late=at < now()) if at else "–"

    def create(self, row: Any, form: Any, *, by: Actor, at: datetime) -> None:
        create_queue(row, by=by, at=at)

    def change(self, row: Any, form: Any, *, by: Actor, at: datetime, if_version: int | None) -> None:
        change_queue(row, by=by, at=at, if_version=if_version)
