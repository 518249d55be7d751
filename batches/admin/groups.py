import json
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.admin import action, display, register
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from batches.admin.forms import DeliveryForm, GroupForm, StationForm, TagForm
from batches.models import Batch, BatchGroup
from batches.operations.grouping import change_group, create_group, delete_group, move_all_stations
from batches.operations.tagging import change_tags
from niagara.accounts.actor import Actor
from niagara.admin import NiagaraAdmin, chip, do_to_each, link, list_url, moment, status
from niagara.webhooks.models import Event

COLOURS = {"ready": "in-progress", "in-transit": "verifying", "delivered": "complete", "returned": "blocked"}
SHOWN = 50  # newest events


@register(BatchGroup)
class BatchGroupAdmin(NiagaraAdmin):
    form = GroupForm
    list_display = ("name", "of_work_order", "delivery", "labels", "stands_in", "number_batches", "of_its_own")
    list_filter = ("delivery_status", "is_default", "work_order__project__customer", "work_order__location")
    list_select_related = ("work_order__project__customer", "work_order__location")
    autocomplete_fields = ("work_order",)
    search_fields = ("name", "work_order__label", "container_label")
    date_hierarchy = "created"
    names_organization = False
    actions = ["tag", "deliver", "move_all", "delete_selected"]

    def prepare(self, rows: list[Any]) -> None:
        counted = Batch.objects.filter(batch_group__in=[row.pk for row in rows]).order_by().values("batch_group")
        found = dict(counted.annotate(number=Count("pk")).values_list("batch_group", "number"))
        for row in rows:
            row.total_batches = found.get(row.pk, 0)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        what = ["name", "work_order", "delivery_status", "words"]
        where = [("container_type", "container_label"), "things", "settings"]
        why = ["reason"] if self._may_write(request, obj) else []
        return [
            (None, {"fields": what}),
            ("On the way", {"fields": where}),
            *([(None, {"fields": why})] if why else []),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *(["work_order"] if obj else [])]

    def _may_write(self, request: HttpRequest, row: Any) -> bool:
        return self.has_change_permission(request, row) if row else self.has_add_permission(request)

    @display(description="work order", ordering="work_order__label")
    def of_work_order(self, group: Any) -> str:
        return link(group.work_order)

    @display(description="delivery", ordering="delivery_status")
    def delivery(self, group: Any) -> str:
        return chip(group.get_delivery_status_display(), COLOURS.get(group.delivery_status, "pending"))

    @display(description="tags")
    def labels(self, group: Any) -> str:
        return ", ".join(group.tags) or "–"

    @display(description="container", ordering="container_label")
    def stands_in(self, group: Any) -> str:
        return f"{group.container_type} {group.container_label}" if group.container else "–"

    @display(description="kind", ordering="is_default")
    def of_its_own(self, group: Any) -> str:
        return "the work order's own" if group.is_default else "made by hand"

    @display(description="batches")
    def number_batches(self, group: Any) -> str:
        return str(group.total_batches)

    # For those who may look but not change

    @display(description="tags")
    def words(self, group: Any) -> str:
        return self.labels(group)

    @display(description="equipment")
    def things(self, group: Any) -> str:
        return ", ".join(str(one) for one in group.equipment.order_by("label", "pk")) or "–"

    def related_lists(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        batches = Batch.objects.visible_to(request.user).filter(batch_group=row)  # type: ignore[arg-type]
        along = ("queue", "work_order", "current_status", "mixing_station")
        return [
            {
                "title": "Batches",
                "headers": ("Batch", "Queue", "Status", "Station"),
                "rows": [
                    (
                        link(batch),
                        link(batch.queue),
                        status(batch),
                        link(batch.mixing_station),
                    )
                    for batch in batches.select_related(*along).in_processing_order()[:SHOWN]
                ],
                "number": batches.count(),
                "url": list_url(Batch, batch_group__id__exact=row.pk),
                "empty": "None. Put batches into it on their own pages.",
            },
            {
                "title": "Journal, newest first",
                "headers": ("Version", "When", "What", "Told", "By", "Reason"),
                "rows": [_told(event) for event in Event.objects.of(row.pk).order_by("-version")[:SHOWN]],
                "number": row.last_version,
                "empty": "Nothing happened to it since journals are kept.",
            },
        ]

    def create(self, row: Any, form: Any, *, by: Actor, at: datetime) -> None:
        said = form.cleaned_data
        made = create_group(work_order=said["work_order"], changes=form.changes, reason=said["reason"], by=by, at=at)
        row.pk = made.pk

    def change(self, row: Any, form: Any, *, by: Actor, at: datetime, if_version: int | None) -> None:
        reason = form.cleaned_data["reason"]
        change_group(group=row, changes=form.changes, reason=reason, by=by, at=at, if_version=if_version)

    def remove(self, row: Any, *, by: Actor, at: datetime) -> None:
        delete_group(group=row, by=by, at=at)

    @action(description="Tag", permissions=["change"])
    def tag(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return do_to_each(
            self,
            request,
            queryset,
            lambda group, tag, **how: change_tags(group=group, add=[tag], **how),
            title="Tag batch groups",
            button="Tag",
            done=lambda tag, **_: f"tagged {tag}",
            form=TagForm,
        )

    @action(description="Set the delivery status", permissions=["change"])
    def deliver(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return do_to_each(
            self,
            request,
            queryset,
            lambda group, delivery_status, **how: change_group(
                group=group, changes={"delivery_status": delivery_status}, **how
            ),
            title="Set the delivery status",
            button="Set it",
            done=lambda delivery_status, **_: f"set to {delivery_status}",
            form=DeliveryForm,
        )

    @action(description="Move all batches to a station", permissions=["change"])
    def move_all(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return do_to_each(
            self,
            request,
            queryset,
            lambda group, mixing_station, **how: move_all_stations(group=group, station=mixing_station, **how),
            title="Move all batches to a station",
            button="Move",
            done=lambda mixing_station, **_: f"moved to {mixing_station or 'no station'}",
            form=partial(StationForm, request.user),
        )


def _told(event: Event) -> tuple[str, ...]:
    body = json.loads(event.body)
    kind, metadata = body["kind"].rpartition("+")[2], body["metadata"]
    own = {name: value for name, value in body.items() if name not in ("kind", "id", "metadata")}
    told = json.dumps(own, ensure_ascii=False) if own else ""
    return (
        str(event.version),
        moment(event.created),
        kind,
        format_html("<code>{}</code>", told),
        metadata["user"]["name"],
        metadata["reason"] or "",
    )
