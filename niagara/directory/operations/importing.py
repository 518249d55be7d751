"""Units from a file, and into one: thousands at once, with a few statements."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from niagara.accounts import access
from niagara.accounts.actor import Actor
from niagara.accounts.operations import saving
from niagara.accounts.operations.importing import Cells, Column, Importer, Report, carry_out, export
from niagara.directory.models import Customer, Location, Status, Unit
from niagara.refusals import Invalid
from niagara.tables import cells as reading
from niagara.tables.labels import Labels
from niagara.tables.table import Table


class UnitImporter(Importer):
    columns = (
        Column("serial_number", "As it stands on the device; each stands once.", True, "SN-0001"),
        Column("label", "What the device is called.", True, "iPad"),
        Column("part_number", "The maker's number of the model.", example="MK2K3LL/A"),
        Column("customer", "The customer's label.", True, "Lexington Public Schools"),
        Column("location", "The label of the location where it is.", True, "Menands"),
        Column("status", "One of the statuses of your organization.", example=""),
        Column("attributes", "More of it, as a JSON object.", example='{"colour": "silver"}'),
    )
    names = {"current_status": "status"}

    def find(self, ids: set[UUID]) -> Iterable[Unit]:
        seen = Unit.objects.visible_to(self.by.user).filter(pk__in=ids).values("pk")
        held = Unit.objects.filter(pk__in=seen).order_by("pk").select_for_update(no_key=True, of=("self",))
        return held.select_related("customer", "location", "current_status") if ids else ()

    def show(self, rows: Sequence[Unit]) -> Mapping[Any, Mapping[str, str]]:
        user = self.by.user
        customers = Labels(Customer.objects.visible_to(user), {row.customer.label for row in rows})
        locations = Labels(Location.objects.visible_to(user), {row.location.label for row in rows})
        return {
            row.pk: {
                "serial_number": row.serial_number,
                "label": row.label,
                "part_number": row.part_number,
                "customer": customers.name(row.customer),
                "location": locations.name(row.location),
                "status": str(row.current_status or ""),
                "attributes": reading.show_json(row.attributes),
            }
            for row in rows
        }

    def prepare(self, lines: Sequence[Mapping[str, str]]) -> None:
        def said(name: str) -> set[str]:
            return {line.get(name, "") for line in lines}

        user = self.by.user
        customers = Labels(Customer.objects.visible_to(user), said("customer"))
        locations = Labels(Location.objects.visible_to(user), said("location"))
        statuses = Labels(Status.objects.in_organization_of(user), said("status"), field="status")
        self.readers = {
            "serial_number": reading.text,
            "label": reading.text,
            "part_number": reading.text,
            "customer": customers.find,
            "location": locations.find,
            "status": lambda cell: statuses.find(cell) if cell.strip() else None,
            "attributes": reading.json_object,
        }
        serials = [line.get("serial_number", "").strip() for line in lines]
        self.often = Counter(serials)
        # Of all units, not only those the user may see: that a serial number is taken can't stay hidden.
        taken = Unit.objects.in_organization_of(user).filter(serial_number__in=self.often)
        self.taken = {serial: (pk, label) for pk, label, serial in taken.values_list("pk", "label", "serial_number")}
        self.made: list[Unit] = []
        self.changed: list[tuple[Unit, Unit]] = []

    def create(self, cells: Cells) -> str | None:
        unit = Unit(organization_id=self.organization_id, created=self.at, updated=self.at)
        if not self._fill(unit, cells):
            return None
        access.require(self.by, "unit:create", unit)
        self.made.append(unit)
        return str(unit)

    def change(self, row: Unit, cells: Cells) -> bool:
        unit = copy(row)
        if not self._fill(unit, cells) or not saving.differences(row, unit):
            return False
        for place in (row, unit):
            access.require(self.by, "unit:update", place)
        self.changed.append((row, unit))
        return True

    def _fill(self, unit: Unit, cells: Cells) -> bool:
        """Put what the cells say on the unit; False if one of them is faulty."""
        for name, value in cells.read(self.readers, self.columns).items():
            setattr(unit, "current_status" if name == "status" else name, value)
        serial = cells.get("serial_number").strip()
        holder, label = self.taken.get(serial, (None, ""))
        if serial and cells.says("serial_number"):
            if holder not in (None, unit.pk):
                cells.fault("serial_number", f"The unit “{label}” has this serial number already.")
            elif self.often[serial] > 1:
                cells.fault("serial_number", f"{self.often[serial]} rows of the file have this serial number.")
        if not cells.faults:
            self._check(unit)
        return not cells.faults

    def _check(self, unit: Unit) -> None:
        """The rules of the single fields; those that need to ask the database were looked at for all at once."""
        try:
            unit.clean_fields(exclude={"organization", "customer", "location", "current_status"})
        except ValidationError as error:
            raise Invalid(saving.faults_of(error)) from error

    def finish(self) -> None:
        saving.create_rows(self.made, by=self.by, at=self.at)
        saving.change_rows(self.changed, by=self.by, at=self.at)


def import_units(table: Table, *, by: Actor, at: datetime, dry_run: bool = False) -> Report:
    """Make and change the units of a table, all or none. Raises TakenMeanwhile."""
    return carry_out(UnitImporter(by=by, at=at), table, dry_run=dry_run)


def export_units(units: Any, *, by: Actor, at: datetime) -> Table:
    """Those of the units that the user may see."""
    rows = units.select_related("customer", "location", "current_status")
    return export(UnitImporter(by=by, at=at), list(rows))
