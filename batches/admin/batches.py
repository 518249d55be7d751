from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.admin import SimpleListFilter, action, display, register
from django.db.models import Case, When
from django.http import HttpRequest, HttpResponse

from batches.admin.columns import due_with_work_order, names_of
from batches.admin.forms import AssignForm, BatchForm, MoveForm, RegroupForm
from batches.admin.holding import HoldFilter, Holding
from batches.models import Batch, fetch_technicians
from batches.operations.changing import change_batch
from batches.operations.creating import Wishes, create_batch
from batches.operations.deleting import delete_batch
from batches.operations.holding import hold_batch, release_batch
from batches.operations.importing import export_batches
from batches.operations.regrouping import put_into
from niagara.accounts.actor import Actor
from niagara.accounts.models import User
from niagara.admin import Exports, NiagaraAdmin, bar, do_to_each, lines, status
from niagara.records.models import Relation
from niagara.records.operations.relating import attach_technicians, detach
from niagara.wording import counted
from workorders.admin import DueFilter
from workorders.models import COUNTED

FINISHED_LAST = Case(When(active__gt=0, then=0), default=1)


class BatchDueFilter(DueFilter):
    path = "work_order__"


class TechnicianFilter(SimpleListFilter):
    title = "technician"
    parameter_name = "technician"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        assigned = Relation.objects.in_organization_of(request.user).technicians().filter(target_type="BAT")  # type: ignore[arg-type]
        users = User.objects.visible_to(request.user).filter(pk__in=assigned.values("source_user"))
        return [("nobody", "Nobody"), *((str(user.pk), str(user)) for user in users)]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        assigned = Relation.objects.technicians().filter(target_type="BAT")
        if self.value() == "nobody":
            return queryset.exclude(pk__in=assigned.values("target_id"))
        wanted = int(value) if (value := str(self.value())).isdecimal() and len(value) < 18 else 0
        return queryset.filter(pk__in=assigned.filter(source_user=wanted).values("target_id"))


@register(Batch)
class BatchAdmin(Exports, Holding, NiagaraAdmin):
    export_rows = export_batches
    import_kind = "batches"
    form = BatchForm
    list_display = (
        "label",
        "of_work_order",
        "in_queue",
        "standing",
        "progress",
        "assigned_to",
        "due_by",
    )
    list_filter = (
        BatchDueFilter,
        HoldFilter,
        "current_status__category",
        "current_status",
        "queue__location",
        "queue",
        TechnicianFilter,
        "work_order__project__customer",
        "mixing_station",
    )
    list_select_related = ("work_order__project__customer", "queue__location", "current_status", "mixing_station")
    autocomplete_fields = ("work_order", "queue", "mixing_station", "batch_group")
    search_fields = ("label", "work_order__label", "queue__label", "work_order__project__customer__label")
    ordering = (FINISHED_LAST, "queue__priority", "queue", "order")
    date_hierarchy = "work_order__due_date"
    names_organization = False
    actions = ["move", "assign", "hold", "release", "regroup", "export_csv", "export_xlsx", "delete_selected"]

    def prepare(self, rows: list[Any]) -> None:
        fetch_technicians(rows)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        what = ["label", "work_order", "number_cycles", "current_status"]
        where = ["queue", "mixing_station", "batch_group", "technicians"]
        if obj is None:
            return [(None, {"fields": what}), ("On the floor", {"fields": where})]
        return [
            (None, {"fields": [*what, *(["standing"] if obj.why_on_hold else []), "progress", "due_by"]}),
            ("On the floor", {"fields": ["queue", ("place", "neighbour"), *where[1:]]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["work_order", "standing", "progress", "due_by"] if obj else []

    @display(description="work order, customer", ordering="work_order__label")
    def of_work_order(self, batch: Any) -> str:
        return lines(batch.work_order, batch.work_order.project.customer)

    @display(description="queue, station", ordering="queue__priority")
    def in_queue(self, batch: Any) -> str:
        return lines(batch.queue, batch.mixing_station)

    @display(description="status", ordering="current_status__order")
    def standing(self, batch: Any) -> str:
        return status(batch)

    @display(description="progress")
    def progress(self, batch: Any) -> str:
        return bar({name: getattr(batch, name) for name in COUNTED}, whole=batch.number_cycles)

    @display(description="technicians")
    def assigned_to(self, batch: Any) -> str:
        return names_of(batch.technicians)

    @display(description="technicians")
    def technicians(self, batch: Any) -> str:
        """For those who may look but not change."""
        fetch_technicians([batch])
        return names_of(batch.technicians)

    @display(description="due", ordering="work_order__due_date")
    def due_by(self, batch: Any) -> str:
        return due_with_work_order(batch)

    def create(self, row: Any, form: Any, *, by: Actor, at: datetime) -> None:
        said = form.cleaned_data
        wishes = Wishes(
            label=said["label"],
            current_status=said["current_status"],
            mixing_station=said["mixing_station"],
            batch_group=said["batch_group"],
            technicians=list(said["technicians"]),
        )
        made = create_batch(
            work_order=said["work_order"],
            queue=said["queue"],
            number_cycles=said["number_cycles"],
            by=by,
            at=at,
            wishes=wishes,
        )
        row.pk, row.label = made.pk, made.label

    def change(self, row: Any, form: Any, *, by: Actor, at: datetime, if_version: int | None) -> None:
        batch = change_batch(batch=row, changes=form.changes, by=by, at=at, if_version=if_version)
        if form.newly_assigned:
            attach_technicians([batch], form.newly_assigned, by=by, at=at)
        for relation in Relation.objects.technicians().filter(target_id=batch.pk):
            if str(relation.source_user_id) in form.unassigned_ids:
                detach(batch, relation, by=by, at=at)

    def remove(self, row: Any, *, by: Actor, at: datetime) -> None:
        delete_batch(batch=row, by=by, at=at)

    def hold_row(self, row: Any, **how: Any) -> object:
        return hold_batch(batch=row, **how)

    def release_row(self, row: Any, **how: Any) -> object:
        return release_batch(batch=row, **how)

    def consequences(self, row: Any) -> list[str]:
        if row.in_flight:
            number = counted(row.in_flight, "cycle is", "cycles are")
            return [f"It stays: {number} in progress, verifying or blocked."]
        told = []
        if row.pending:
            told.append(f"Pending cycles that go back to {row.work_order}: {row.pending}.")
        if row.complete or row.cancelled:
            told.append(f"Cycles that ended and stay with {row.work_order}: {row.complete + row.cancelled}.")
        return told

    @action(description="Move to a queue", permissions=["change"])
    def move(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return do_to_each(
            self,
            request,
            queryset,
            lambda batch, queue, **how: change_batch(batch=batch, changes={"queue": queue}, **how),
            title="Move batches to a queue",
            button="Move",
            done=lambda queue: f"moved to {queue}",
            form=partial(MoveForm, request.user),
        )

    @action(description="Assign technicians", permissions=["change"])
    def assign(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return do_to_each(
            self,
            request,
            queryset,
            lambda batch, technicians, **how: attach_technicians([batch], list(technicians), **how),
            title="Assign technicians",
            button="Assign",
            done=lambda technicians: f"assigned to {names_of(technicians)}",
            form=partial(AssignForm, request.user),
        )

    @action(description="Put into a batch group", permissions=["change"])
    def regroup(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return do_to_each(
            self,
            request,
            queryset,
            lambda batch, batch_group, **how: put_into(group=batch_group, batches=[batch], **how),
            title="Put batches into a batch group",
            button="Put them in",
            done=lambda batch_group, **_: f"put into {batch_group}",
            form=partial(RegroupForm, request.user),
        )
