"""What can be imported and exported."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from batches.models import Batch
from batches.operations.importing import BatchImporter, export_batches, import_batches
from niagara.accounts.models import User
from niagara.accounts.operations.importing import Column, Importer
from niagara.directory.models import Unit
from niagara.directory.operations.importing import UnitImporter, export_units, import_units
from niagara.records.operations.drafting import Import
from niagara.tables.table import Table
from workorders.models import WorkOrder
from workorders.operations.importing import WorkOrderImporter, export_work_orders, import_work_orders


@dataclass(frozen=True)
class Kind:
    slug: str
    model: Any
    importer: type[Importer]
    import_rows: Import
    export_rows: Callable[..., Table]

    @property
    def word(self) -> str:
        return str(self.model._meta.verbose_name_plural)

    @property
    def columns(self) -> Sequence[Column]:
        return self.importer.columns

    @property
    def permission(self) -> str:
        return f"{self.model.resource}:create"

    def number(self, number: int) -> str:
        return f"1 {self.model._meta.verbose_name}" if number == 1 else f"{number:,} {self.word}"


UNITS = Kind("units", Unit, UnitImporter, import_units, export_units)
WORK_ORDERS = Kind("work-orders", WorkOrder, WorkOrderImporter, import_work_orders, export_work_orders)
BATCHES = Kind("batches", Batch, BatchImporter, import_batches, export_batches)

KINDS = {kind.slug: kind for kind in (WORK_ORDERS, BATCHES, UNITS)}


def kinds_of(user: User) -> list[Kind]:
    """Those of which the user may import rows."""
    return [kind for kind in KINDS.values() if kind.permission in user.grants]
