from typing import Any

from django.contrib.admin import display, register
from django.db.models import Count
from django.http import HttpRequest

from batches.models import Batch, BatchGroup
from niagara.admin import NiagaraAdmin, chip, link

COLOURS = {"ready": "in-progress", "in-transit": "verifying", "delivered": "complete", "returned": "blocked"}


@register(BatchGroup)
class BatchGroupAdmin(NiagaraAdmin):
    list_display = ("name", "of_work_order", "delivery", "number_batches", "of_its_own")
    list_filter = ("delivery_status", "is_default", "work_order__project__customer", "work_order__location")
    list_select_related = ("work_order__project__customer", "work_order__location")
    autocomplete_fields = ("work_order",)
    search_fields = ("name", "work_order__label")
    date_hierarchy = "created"
    fields = ("name", "work_order", "delivery_status")

    def prepare(self, rows: list[Any]) -> None:
        counted = Batch.objects.filter(batch_group__in=[row.pk for row in rows]).order_by().values("batch_group")
        found = dict(counted.annotate(number=Count("pk")).values_list("batch_group", "number"))
        for row in rows:
            row.total_batches = found.get(row.pk, 0)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *(["work_order"] if obj else [])]

    @display(description="work order", ordering="work_order__label")
    def of_work_order(self, group: Any) -> str:
        return link(group.work_order)

    @display(description="delivery", ordering="delivery_status")
    def delivery(self, group: Any) -> str:
        return chip(group.get_delivery_status_display(), COLOURS.get(group.delivery_status, "pending"))

    @display(description="kind", ordering="is_default")
    def of_its_own(self, group: Any) -> str:
        return "the work order's own" if group.is_default else "made by hand"

    @display(description="batches")
    def number_batches(self, group: Any) -> str:
        return str(group.total_batches)
