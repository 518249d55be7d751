"""Batches from a file, and into one. New ones stand in their queues in the order of the file."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction

from batches.models import Batch, BatchGroup
from batches.operations.changing import BelowWhatIsDone, CyclesTaken, change_batch
from batches.operations.creating import MAX_CYCLES, Wishes, create_batch
from batches.operations.placing import QueueClosed
from niagara.accounts.actor import Actor
from niagara.accounts.models import User
from niagara.accounts.operations.importing import Cells, Column, Importer, Report, carry_out, export
from niagara.directory.models import Resource, Status
from niagara.records.models import Relation
from niagara.records.operations.relating import attach_technicians, detach
from niagara.tables import cells as reading
from niagara.tables.labels import Labels
from niagara.tables.table import Table
from queues.models import Queue
from workorders.models import WorkOrder

MAX_NEW_CYCLES = 20_000  # in one import


class BatchImporter(Importer):
    columns = (
        Column("work_order", "The label of the work order it is a part of.", True, "Provision iPads"),
        Column("label", "What the batch is called; empty: the work order's label and a number."),
        Column("location", "The label of the queue's location: it tells queues of one name apart.",
               example="Menands"),
        Column("queue", "The label of the queue it stands in.", True, "Fast lane"),
        Column("number_cycles", "How many cycles it has.", True, "10"),
        Column("station", "The label of its station at that location.", example="Bench 1"),
        Column("status", "A status of the category that the cycles make it; empty: the first allowed."),
        Column("technicians", "Their e-mail addresses, with spaces between.", example="tom@example.com"),
    )  # fmt: skip
    names = {"current_status": "status", "mixing_station": "station"}
    blamed = {BelowWhatIsDone: "number_cycles", CyclesTaken: "number_cycles", QueueClosed: "queue"}

    def find(self, ids: set[UUID]) -> Iterable[Batch]:
        if not ids:
            return ()
        seen = list(Batch.objects.visible_to(self.by.user).filter(pk__in=ids).values_list("pk", flat=True))
        _hold(Batch, seen)
        return _with_what_is_shown(Batch.objects.filter(pk__in=seen))

    def show(self, rows: Sequence[Batch]) -> Mapping[Any, Mapping[str, str]]:
        stations = [row.mixing_station for row in rows if row.mixing_station]
        queues = self._queues({row.queue.label for row in rows})
        benches = self._stations({station.label for station in stations})
        orders = self._work_orders({row.work_order.label for row in rows})
        self.assigned = _assigned_to(rows)
        return {
            row.pk: {
                "work_order": orders.name(row.work_order),
                "label": row.label,
                "location": row.queue.location.label,
                "queue": queues.name(row.queue),
                "number_cycles": str(row.number_cycles),
                "station": benches.name(row.mixing_station),
                "status": row.current_status.status,
                "technicians": " ".join(sorted(user.email for user in self.assigned[row.pk])),
            }
            for row in rows
        }

    def _queues(self, called: set[str]) -> Labels:
        rows = Queue.objects.visible_to(self.by.user).select_related("location")
        return Labels(rows, called, beside=lambda queue: queue.location.label, beside_word="location")

    def _stations(self, called: set[str]) -> Labels:
        rows = Resource.objects.visible_to(self.by.user).select_related("location")
        return Labels(rows, called, beside=lambda station: station.location.label, beside_word="location")

    def _work_orders(self, called: set[str]) -> Labels:
        rows = WorkOrder.objects.visible_to(self.by.user)
        return Labels(rows.select_related("project", "current_status"), called)

    def prepare(self, lines: Sequence[Mapping[str, str]]) -> None:
        def said(name: str) -> set[str]:
            return {line.get(name, "") for line in lines}

        user = self.by.user
        self.orders, self.queues = self._work_orders(said("work_order")), self._queues(said("queue"))
        self.stations = self._stations(said("station"))
        self.statuses = Labels(Status.objects.in_organization_of(user), said("status"), field="status")
        emails = {email for cell in said("technicians") for email in _emails(cell)}
        self.people = {one.email: one for one in User.objects.visible_to(user).filter(email__in=emails)}
        self.room = MAX_NEW_CYCLES
        self._hold_what_is_filled()

    def _hold_what_is_filled(self) -> None:
        """Hold, upwards, all that the rows will ask for, in one order: two imports never wait for each other."""
        _hold(WorkOrder, self.orders.by_id)
        _hold(Queue, self.queues.by_id)
        groups = BatchGroup.objects.filter(work_order__in=self.orders.by_id)
        _hold(BatchGroup, groups.values_list("pk", flat=True))

    def create(self, cells: Cells) -> str | None:
        said = self._read(cells)
        if cells.faults:
            return None
        self.room -= said["number_cycles"]
        if self.room < 0:
            cells.fault("number_cycles", f"More than {MAX_NEW_CYCLES:,} cycles at once. Split the file here.")
            return None
        batch = create_batch(
            work_order=said["work_order"],
            queue=said["queue"],
            number_cycles=said["number_cycles"],
            by=self.by,
            at=self.at,
            wishes=Wishes(
                label=said.get("label", ""),
                current_status=said.get("current_status"),
                mixing_station=said.get("mixing_station"),
                technicians=said.get("technicians", ()),
            ),
        )
        return str(batch)

    @transaction.atomic
    def change(self, row: Batch, cells: Cells) -> bool:
        said = self._read(cells)
        if "work_order" in said and said["work_order"].pk != row.work_order_id:
            cells.fault("work_order", "A batch stays with its work order. Make another batch instead.")
        if cells.says("location") and not cells.says("queue"):
            cells.fault("location", "The location is that of the queue; choose another queue instead.")
        if cells.faults:
            return False
        people = said.pop("technicians", None)
        said.pop("work_order", None)
        changes: Any = {name: value for name, value in said.items() if getattr(row, name) != value}
        if changes:
            change_batch(batch=row, changes=changes, by=self.by, at=self.at, if_version=row.version)
        moved = people is not None and self._assign(row, people)
        return bool(changes) or moved

    def _assign(self, batch: Batch, people: list[User]) -> bool:
        before = {user.pk for user in self.assigned[batch.pk]}
        wanted = {user.pk for user in people}
        if new := [user for user in people if user.pk not in before]:
            attach_technicians([batch], new, by=self.by, at=self.at)
        for relation in Relation.objects.technicians().filter(target_id=batch.pk, source_user__in=before - wanted):
            detach(batch, relation, by=self.by, at=self.at)
        return before != wanted

    def _read(self, cells: Cells) -> dict[str, Any]:
        """What the cells say, as operations call it."""
        place = cells.get("location")
        readers: dict[str, reading.Reader] = {
            "work_order": self.orders.find,
            "label": reading.label(250),
            "queue": lambda cell: self.queues.find(cell, within=place),
            "number_cycles": reading.whole(1, MAX_CYCLES),
            "station": lambda cell: self.stations.find(cell, within=place) if cell.strip() else None,
            "technicians": self._technicians,
        }
        if cells.get("status").strip():
            readers["status"] = self.statuses.find
        if cells.shown and not cells.get("label").strip():
            cells.fault("label", "This can't be empty.")
        said = cells.read(readers, self.columns)
        return {{"status": "current_status", "station": "mixing_station"}.get(name, name): said[name] for name in said}

    def _technicians(self, cell: str) -> list[User]:
        unknown = [email for email in _emails(cell) if email not in self.people]
        if unknown:
            raise reading.CellFault(f"Nobody here has the e-mail address {unknown[0]}.")
        return [self.people[email] for email in _emails(cell)]


def _emails(cell: str) -> list[str]:
    return list(dict.fromkeys(cell.lower().replace(",", " ").replace(";", " ").split()))


def _hold(model: type[models.Model], ids: Iterable[UUID]) -> None:
    rows = model._default_manager.filter(pk__in=list(ids)).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))


def _assigned_to(batches: Sequence[Batch]) -> dict[UUID, list[User]]:
    found: dict[UUID, list[User]] = {batch.pk: [] for batch in batches}
    relations = Relation.objects.technicians().filter(target_type="BAT", target_id__in=found)
    for relation in relations.select_related("source_user"):
        if relation.source_user is not None:
            found[relation.target_id].append(relation.source_user)
    return found


def _with_what_is_shown(batches: Any) -> Any:
    return batches.select_related("work_order", "queue__location", "current_status", "mixing_station__location")


def import_batches(table: Table, *, by: Actor, at: datetime, dry_run: bool = False) -> Report:
    """Make and change the batches of a table, all or none."""
    return carry_out(BatchImporter(by=by, at=at), table, dry_run=dry_run)


def export_batches(batches: Any, *, by: Actor, at: datetime) -> Table:
    """Those of the batches that the user may see."""
    return export(BatchImporter(by=by, at=at), list(_with_what_is_shown(batches)))
