"""A table of figures, as it is shown and as a spreadsheet gets it: the same numbers in both."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from niagara.tables.writing import shield


@dataclass(frozen=True)
class Cell:
    """A figure or a word. `address` leads to the rows that the figure counts."""

    text: str | int
    address: str = ""

    @property
    def is_word(self) -> bool:
        return isinstance(self.text, str) and not self.text[:1].isdigit()


@dataclass(frozen=True)
class Line:
    """`part` of `whole` is drawn as a bar."""

    name: str
    cells: tuple[Cell, ...]
    part: int = 0
    whole: int = 0


@dataclass(frozen=True)
class Table:
    key: str
    title: str
    said: str  # what the figures mean
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    empty: str  # what to say, and what to do, when there is nothing in it

    @property
    def is_empty(self) -> bool:
        return not any(cell.text for line in self.lines for cell in line.cells if not cell.is_word)

    def rows(self) -> Iterator[list[str | int]]:
        yield list(self.columns)
        for line in self.lines:
            yield [line.name, *(cell.text for cell in line.cells)]


def as_csv(rows: Iterable[list[str | int]]) -> Iterator[str]:
    """Line by line. A word that a spreadsheet would take for a formula begins with an apostrophe."""
    writer = csv.writer(_Echo())
    for row in rows:
        yield writer.writerow([shield(value) if isinstance(value, str) else value for value in row])


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"
