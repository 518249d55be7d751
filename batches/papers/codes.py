"""QR codes, drawn as they are printed."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import segno
from reportlab.graphics.shapes import Drawing, Rect
from reportlab.lib.colors import black
from reportlab.pdfgen.canvas import Canvas

QUIET = 2  # modules around it; what stands on the label beside it is farther away


def matrix_of(address: str) -> list[list[int]]:
    """Dark and light modules, row by row from the top."""
    code = segno.make_qr(address, error="m", boost_error=True)
    return [[1 if module else 0 for module in row] for row in code.matrix]


def draw(canvas: Canvas, address: str, x: float, y: float, side: float) -> None:
    path = canvas.beginPath()
    for left, bottom, width, height in _bars(address, side):
        path.rect(x + left, y + bottom, width, height)
    canvas.drawPath(path, stroke=0, fill=1)


def drawing(address: str, side: float) -> Drawing:
    """To stand in a text."""
    made = Drawing(side, side)
    for left, bottom, width, height in _bars(address, side):
        bar: Any = Rect(left, bottom, width, height)
        bar.fillColor, bar.strokeColor = black, None
        made.add(bar)
    return made


def _bars(address: str, side: float) -> Iterator[tuple[float, float, float, float]]:
    """Dark modules of a row that touch are one bar, so that no printer leaves a gap."""
    rows = matrix_of(address)
    module = side / (len(rows) + 2 * QUIET)
    for number, row in enumerate(rows):
        column = 0
        for is_dark, run in groupby(row):
            length = len(list(run))
            if is_dark:
                bottom = side - (QUIET + number + 1) * module
                yield (QUIET + column) * module, bottom, length * module, module
            column += length
