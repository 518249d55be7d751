"""Writing the rows of a table: looked at without being kept, then all or none.

What is looked at is carried out in full and taken back, so that the look finds what the deed would.
A row with an id changes what has that id; a cell that says what an export would say changes nothing,
so what was exported can be imported again as it is.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction

from niagara.accounts.actor import Actor
from niagara.refusals import Invalid, NotAllowed, Refusal
from niagara.tables.cells import CellFault, Reader, uuid
from niagara.tables.table import Table
from niagara.tables.writing import plain

KEYS = ("id", "version")
SHOWN = 200


@dataclass(frozen=True)
class Column:
    name: str
    meaning: str
    required: bool = False
    example: str = ""


@dataclass(frozen=True)
class Faulty:
    """What is wrong with a row; without a column, with all of it."""

    row: int
    column: str
    sentence: str


@dataclass(frozen=True)
class Outcome:
    row: int
    is_new: bool
    label: str
    told: str = ""


@dataclass
class Report:
    """What came of the rows, or would."""

    made: int = 0
    changed: int = 0
    unchanged: int = 0
    faults: list[Faulty] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)  # the first of those made and changed
    passed_over: list[str] = field(default_factory=list)  # columns that mean nothing here

    def tell(self, outcome: Outcome) -> None:
        if outcome.is_new:
            self.made += 1
        else:
            self.changed += 1
        if len(self.outcomes) < SHOWN:
            self.outcomes.append(outcome)


class RowsAreFaulty(Invalid):
    """Something in the rows is wrong, so nothing was written."""

    def __init__(self, report: Report) -> None:
        super().__init__([])
        self.report = report

    @property
    def sentence(self) -> str:
        return "Nothing was imported: something changed since the rows were checked. Look at what is wrong now."


class OfNoOrganization(NotAllowed):
    """A superuser, who belongs to none."""


class Cells:
    """One row of the file. `shown` is what an export says of the row it changes."""

    def __init__(self, number: int, said: Mapping[str, str], shown: Mapping[str, str] | None) -> None:
        self.number, self.said, self.shown = number, said, shown
        self.faults: list[Faulty] = []

    def get(self, name: str) -> str:
        return self.said.get(name, (self.shown or {}).get(name, ""))

    def says(self, name: str) -> bool:
        """Whether the cell says something, and something else than what stands there already."""
        return name in self.said and (self.shown is None or plain(self.said[name]) != plain(self.shown.get(name, "")))

    def read(self, readers: Mapping[str, Reader], columns: Sequence[Column]) -> dict[str, Any]:
        """What the cells with something new say, by name; what is wrong with the others is kept."""
        required = {column.name for column in columns if column.required}
        found = {}
        for name, reader in readers.items():
            if name in required and not self.get(name).strip():
                self.fault(name, "This can't be empty.")
            elif self.says(name):
                try:
                    found[name] = reader(self.said[name])
                except CellFault as fault:
                    self.fault(name, str(fault))
        return found

    def fault(self, column: str, sentence: str) -> None:
        self.faults.append(Faulty(self.number, column, sentence))

    def refuse(self, refusal: Refusal, importer: "Importer") -> None:
        """Keep why an operation refused the row, at the cell it speaks of."""
        if not isinstance(refusal, Invalid):
            name = importer.blamed.get(type(refusal), "")
            self.fault(name if name in self.said else "", refusal.sentence)
            return
        for one in refusal.faults:
            name = str(one.path[0]) if one.path else ""
            name = importer.names.get(name, name)
            self.fault(name if name in self.said else "", one.message)

    @property
    def told(self) -> str:
        """What changes, for people."""
        shown = self.shown or {}
        new = (name for name in self.said if name not in KEYS and name in shown and self.says(name))
        return "; ".join(f"{name}: {shown[name] or '–'} → {self.said[name] or '–'}" for name in new)


class Importer(ABC):
    """Takes the rows of one kind of thing. One is made for each import."""

    columns: ClassVar[Sequence[Column]]
    names: ClassVar[Mapping[str, str]] = {}  # what operations call a value → column
    blamed: ClassVar[Mapping[type[Refusal], str]] = {}  # what is refused because of what stands in this column

    def __init__(self, *, by: Actor, at: datetime) -> None:
        self.by, self.at = by, at

    @property
    def organization_id(self) -> int:
        """Whose the new rows are. Raises OfNoOrganization."""
        if self.by.user.organization_id is None:
            raise OfNoOrganization("You belong to no organization. Sign in as somebody of the one the rows are for.")
        return self.by.user.organization_id

    @abstractmethod
    def find(self, ids: set[UUID]) -> Iterable[Any]:
        """The rows with these ids that the user may know of, held until the transaction ends."""

    @abstractmethod
    def show(self, rows: Sequence[Any]) -> Mapping[Any, Mapping[str, str]]:
        """What an export says of each of these rows, by its id."""

    @abstractmethod
    def prepare(self, lines: Sequence[Mapping[str, str]]) -> None:
        """Look up at once what the cells refer to."""

    @abstractmethod
    def create(self, cells: Cells) -> str | None:
        """Make a new row and say its label; None if a cell is faulty."""

    @abstractmethod
    def change(self, row: Any, cells: Cells) -> bool:
        """Change a row as far as the cells say something new; whether they did."""

    def finish(self) -> None:  # noqa: B027  # most write each row when they take it
        """Write what was put aside to be written at once. Is not called where a row is faulty."""


@transaction.atomic
def carry_out(importer: Importer, table: Table, *, dry_run: bool) -> Report:
    """Write all rows of the table, or, if one is faulty or it is but a look, none."""
    known = {*KEYS, *(column.name for column in importer.columns)}
    report = Report(passed_over=[name for name in table.headers if name and name not in known])
    lines = [{name: cell for name, cell in zip(table.headers, line.cells, strict=True) if name in known}
             for line in table.lines]  # fmt: skip
    if not (known - set(KEYS)) & set(table.headers):
        headers = ", ".join(column.name for column in importer.columns)
        report.faults.append(Faulty(1, "", f"None of these headers is known here. Use: {headers}."))
        return report
    ids = [_id_of(line) for line in lines]
    found = {row.pk: row for row in importer.find({pk for pk in ids if pk})}
    shown = importer.show(list(found.values()))
    importer.prepare(lines)
    first: dict[UUID, int] = {}
    for line, said, pk in zip(table.lines, lines, ids, strict=True):
        cells = Cells(line.number, said, shown.get(pk))
        if pk in first:
            cells.fault("id", f"Row {first[pk]} has this id already.")
        else:
            _take(importer, cells, found.get(pk), report)
        if pk:
            first.setdefault(pk, line.number)
        report.faults += cells.faults
    if report.faults or dry_run:
        transaction.set_rollback(True)
    else:
        importer.finish()
    return report


def _id_of(said: Mapping[str, str]) -> UUID | None:
    try:
        return uuid(said.get("id", ""))
    except CellFault:
        return None


def _take(importer: Importer, cells: Cells, row: Any, report: Report) -> None:
    try:
        if row is None:
            _make(importer, cells, report)
        elif _is_outdated(row, cells):
            cells.fault("version", "Somebody changed it since it was exported. Export it again, then change it.")
        elif importer.change(row, cells):
            report.tell(Outcome(cells.number, False, str(row), cells.told))
        elif not cells.faults:
            report.unchanged += 1
    except Refusal as refusal:
        cells.refuse(refusal, importer)


def _make(importer: Importer, cells: Cells, report: Report) -> None:
    if cells.get("id").strip():
        cells.fault("id", "Nothing with this id is known. Keep the ids of an export; leave it empty for a new row.")
        return
    missing = [column.name for column in importer.columns if column.required and column.name not in cells.said]
    if missing:
        cells.fault("", f"A new row needs the columns {', '.join(missing)}.")
        return
    label = importer.create(cells)
    if label is not None:
        report.tell(Outcome(cells.number, True, label))


def _is_outdated(row: Any, cells: Cells) -> bool:
    seen = cells.get("version").strip()
    changes = any(cells.says(name) for name in cells.said if name not in KEYS)
    return bool(seen) and changes and seen != str(row.version)


def export(importer: Importer, rows: Sequence[Any]) -> Table:
    """The rows as a table that can be imported again."""
    headers = [*KEYS, *(column.name for column in importer.columns)]
    shown = importer.show(rows)
    cells = ({**shown[row.pk], "id": str(row.pk), "version": str(row.version)} for row in rows)
    return Table.of(headers, ([one[name] for name in headers] for one in cells))


def template(importer: type[Importer]) -> Table:
    """What a file looks like that is filled in by hand: the headers, and an example."""
    return Table.of([one.name for one in importer.columns], [[one.example for one in importer.columns]])
