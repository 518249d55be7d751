"""Work orders from a file, and into one."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import datetime
from typing import Any
from uuid import UUID

from niagara.accounts.actor import Actor
from niagara.accounts.operations.importing import Cells, Column, Importer, Report, carry_out, export
from niagara.accounts.operations.saving import differences
from niagara.directory.models import Location, Project, Status
from niagara.tables import cells as reading
from niagara.tables.labels import Labels
from niagara.tables.table import Table
from workorders.models import Workflow, WorkOrder
from workorders.operations.ordering import BelowWhatIsGivenOut, change_work_order, create_work_order

MAX_NEEDED = 1_000_000


class WorkOrderImporter(Importer):
    columns = (
        Column("label", "What the work order is called.", True, "Provision iPads"),
        Column("description", "What else there is to say of it."),
        Column("customer", "The label of the project's customer: it tells projects of one name apart.",
               example="Lexington Public Schools"),
        Column("project", "The project's label.", True, "Middle School"),
        Column("location", "The label of the location where the work is done.", True, "Menands"),
        Column("workflow", "The label of the workflow that each device goes through.", True, "Set up an iPad"),
        Column("needed", "How many cycles are needed.", True, "500"),
        Column("begin_date", "When it is planned to begin. A day alone is its beginning.", True, "2027-01-04 08:00"),
        Column("due_date", "When it is due. A day alone is its end.", True, "2027-01-29 17:00"),
        Column("status", "A status of the category that the cycles make it; empty: the first the project allows."),
    )  # fmt: skip
    names = {"current_status": "status"}
    blamed = {BelowWhatIsGivenOut: "needed"}

    def find(self, ids: set[UUID]) -> Iterable[WorkOrder]:
        seen = WorkOrder.objects.visible_to(self.by.user).filter(pk__in=ids).values("pk")
        held = WorkOrder.objects.filter(pk__in=seen).order_by("pk").select_for_update(no_key=True, of=("self",))
        return held.select_related("project__customer", "location", "workflow", "current_status") if ids else ()

    def show(self, rows: Sequence[WorkOrder]) -> Mapping[Any, Mapping[str, str]]:
        projects = self._projects({row.project.label for row in rows})
        locations = Labels(Location.objects.visible_to(self.by.user), {row.location.label for row in rows})
        workflows = Labels(Workflow.objects.visible_to(self.by.user), {row.workflow.label for row in rows})
        zone = self.by.user.time_zone
        return {
            row.pk: {
                "label": row.label,
                "description": row.description,
                "customer": row.project.customer.label,
                "project": projects.name(row.project),
                "location": locations.name(row.location),
                "workflow": workflows.name(row.workflow),
                "needed": str(row.needed),
                "begin_date": reading.show_moment(row.begin_date, zone),
                "due_date": reading.show_moment(row.due_date, zone),
                "status": row.current_status.status,
            }
            for row in rows
        }

    def _projects(self, called: set[str]) -> Labels:
        rows = Project.objects.visible_to(self.by.user).select_related("customer", "program")
        return Labels(rows, called, beside=lambda project: project.customer.label, beside_word="customer")

    def prepare(self, lines: Sequence[Mapping[str, str]]) -> None:
        def said(name: str) -> set[str]:
            return {line.get(name, "") for line in lines}

        user = self.by.user
        self.projects = self._projects(said("project"))
        self.statuses = Labels(Status.objects.in_organization_of(user), said("status"), field="status")
        self.readers = {
            "label": reading.text,
            "description": reading.text,
            "location": Labels(Location.objects.visible_to(user), said("location")).find,
            "workflow": Labels(Workflow.objects.visible_to(user), said("workflow")).find,
            "needed": reading.whole(1, MAX_NEEDED),
            "begin_date": reading.moment(user.time_zone),
            "due_date": reading.moment(user.time_zone, day_ends=True),
        }

    def create(self, cells: Cells) -> str | None:
        work_order = WorkOrder(organization_id=self.organization_id)
        if not self._fill(work_order, cells):
            return None
        create_work_order(work_order, by=self.by, at=self.at)
        return str(work_order)

    def change(self, row: WorkOrder, cells: Cells) -> bool:
        work_order = copy(row)
        if not self._fill(work_order, cells) or not differences(row, work_order):
            return False
        change_work_order(work_order, by=self.by, at=self.at, if_version=row.version)
        return True

    def _fill(self, work_order: WorkOrder, cells: Cells) -> bool:
        """Put what the cells say on the work order; False if one of them is faulty."""
        readers: dict[str, reading.Reader] = {
            **self.readers,
            "project": lambda cell: self.projects.find(cell, within=cells.get("customer")),
        }
        if cells.get("status").strip():
            readers["status"] = self.statuses.find
        said = cells.read(readers, self.columns)
        if cells.says("customer") and not cells.says("project") and cells.shown:
            cells.fault("customer", "The customer is that of the project; choose another project instead.")
        if "status" in said:
            said["current_status"] = said.pop("status")
        for name, value in said.items():
            setattr(work_order, name, value)
        return not cells.faults


def import_work_orders(table: Table, *, by: Actor, at: datetime, dry_run: bool = False) -> Report:
    """Make and change the work orders of a table, all or none."""
    return carry_out(WorkOrderImporter(by=by, at=at), table, dry_run=dry_run)


def export_work_orders(work_orders: Any, *, by: Actor, at: datetime) -> Table:
    """Those of the work orders that the user may see."""
    rows = work_orders.select_related("project__customer", "location", "workflow", "current_status")
    return export(WorkOrderImporter(by=by, at=at), list(rows))
