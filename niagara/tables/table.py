"""A table as a person sees it in a spreadsheet, and what may be wrong with it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from niagara.refusals import Fault, Invalid

MAX_ROWS = 5_000
MAX_COLUMNS = 50


class NotReadable(Invalid):
    """The file is not one of rows, or has more than is taken."""

    def __init__(self, sentence: str) -> None:
        super().__init__([Fault("invalid", ("file",), sentence)])


@dataclass(frozen=True)
class Line:
    """A row with the number a spreadsheet gives it: the headers are row 1."""

    number: int
    cells: list[str]


@dataclass(frozen=True)
class Table:
    headers: list[str]
    lines: list[Line] = field(default_factory=list)

    @classmethod
    def of(cls, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> "Table":
        return cls(list(headers), [Line(number, list(row)) for number, row in enumerate(rows, start=2)])


def name_of(header: str) -> str:
    """What a column is called, however its header is written: “Serial number” is serial_number."""
    return re.sub(r"[\s_-]+", "_", header.strip()).strip("_").lower()


def make_table(rows: Iterable[Sequence[str]]) -> Table:
    """The table in what was read: its first row holds the headers, and rows without a word are none.

    Raises NotReadable.
    """
    headers: list[str] | None = None
    lines: list[Line] = []
    for number, row in enumerate(rows, start=1):
        cells = list(row)
        while cells and not cells[-1].strip():
            cells.pop()
        if not cells:
            continue
        if len(cells) > MAX_COLUMNS:
            raise NotReadable(f"Row {number} has more than {MAX_COLUMNS} columns. Take out what is not needed.")
        if headers is None:
            headers = [name_of(cell) for cell in cells]
            continue
        if len(lines) == MAX_ROWS:
            raise NotReadable(f"The file has more than {MAX_ROWS:,} rows. Split it into several.")
        if len(cells) > len(headers):
            raise NotReadable(f"Row {number} has more cells than there are headers. Is a cell with a comma unquoted?")
        lines.append(Line(number, cells + [""] * (len(headers) - len(cells))))
    if headers is None or not lines:
        raise NotReadable("There are no rows in the file. The first row holds the headers, the rows follow.")
    named = [name for name in headers if name]
    if twice := sorted({name for name in named if named.count(name) > 1}):
        raise NotReadable(f"Two columns are called {twice[0]}. Take one out.")
    return Table(headers, lines)
