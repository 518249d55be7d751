"""Labels for batches and containers: a code to scan, and what it is in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from batches.papers import codes
from batches.papers.text import BOLD, FONT, fit, load_fonts

_PAD = 2 * mm


@dataclass(frozen=True)
class Label:
    """What a label says: a name, some lines, and the address that scanning it opens."""

    name: str
    lines: tuple[str, ...]
    address: str


@dataclass(frozen=True)
class Sheet:
    """A page of labels: how large each is, how many stand beside and below each other, and where they begin."""

    page: tuple[float, float]
    width: float
    height: float
    columns: int = 1
    rows: int = 1
    left: float = 0
    top: float = 0
    between: float = 0

    @property
    def number(self) -> int:
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[float, float]:
        """The lower left corner of the label at a place, counted along the rows."""
        row, column = divmod(place % self.number, self.columns)
        x = self.left + column * (self.width + self.between)
        return x, self.page[1] - self.top - (row + 1) * self.height


# A roll of a label printer, and the sheets that offices have.
SHEETS = {
    "62x29": Sheet((62 * mm, 29 * mm), 62 * mm, 29 * mm),
    "a4": Sheet(A4, 70 * mm, 37 * mm, columns=3, rows=8, top=0.5 * mm),
    "letter": Sheet(
        LETTER, 66.675 * mm, 25.4 * mm, columns=3, rows=10, left=4.76 * mm, top=12.7 * mm, between=3.175 * mm
    ),
}
DEFAULT_SHEET = "62x29"


def print_labels(labels: Sequence[Label], sheet: Sheet, *, title: str) -> bytes:
    load_fonts()
    file = BytesIO()
    canvas = Canvas(file, pagesize=sheet.page, invariant=1, pageCompression=1)
    canvas.setTitle(title)
    for place, label in enumerate(labels):
        if place and place % sheet.number == 0:
            canvas.showPage()
        _draw(canvas, label, sheet, *sheet.corner(place))
    canvas.save()
    return file.getvalue()


def _draw(canvas: Canvas, label: Label, sheet: Sheet, x: float, y: float) -> None:
    side = sheet.height - 2 * mm
    codes.draw(canvas, label.address, x + mm, y + mm, side)
    left, width = x + mm + side + 0.5 * mm, sheet.width - side - mm - 0.5 * mm - _PAD
    top, room = y + sheet.height - _PAD, sheet.height - 2 * _PAD
    size, lines = fit(label.name, BOLD, width=width, lines=3, sizes=(12, 11, 10, 9, 8, 7))
    for line in lines:
        top, room = top - size * 1.15, room - size * 1.15
        canvas.setFont(BOLD, size)
        canvas.drawString(left, top, line)
    top, room = top - mm, room - mm
    for one in label.lines:
        size, [line] = fit(one, FONT, width=width, lines=1, sizes=(8, 7, 6))
        if room < size * 1.2:
            break
        top, room = top - size * 1.2, room - size * 1.2
        canvas.setFont(FONT, size)
        canvas.drawString(left, top, line)
