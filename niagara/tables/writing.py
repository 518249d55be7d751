"""Tables as CSV and XLSX, which a spreadsheet opens without carrying out what stands in a cell."""

import re

import tablib
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from niagara.tables.table import Table

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

# What a spreadsheet takes for a formula, with the marks that were put ahead of it already.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_SHIELDED = re.compile(r"'+[=+\-@\t\r\n]")


def shield(cell: str) -> str:
    """The cell with a mark ahead if a spreadsheet would take it for a formula; `unshield` takes it off again."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unshield(cell: str) -> str:
    return cell[1:] if _SHIELDED.match(cell) else cell


def write_table(table: Table, kind: str, *, title: str = "Rows") -> bytes:
    """The file of a table; `kind` is one of KINDS."""
    data = tablib.Dataset(headers=table.headers, title=title)
    for line in table.lines:
        data.append([shield(cell) for cell in line.cells])
    if kind == "csv":
        # With the mark that tells spreadsheets it is UTF-8.
        return str(data.export("csv")).encode("utf-8-sig")
    data = tablib.Dataset(*([plain(cell) for cell in row] for row in data), headers=data.headers, title=title)
    written: bytes = data.export("xlsx", column_width=None)
    return written


def plain(cell: str) -> str:
    """The cell as every kind of file can hold it."""
    return ILLEGAL_CHARACTERS_RE.sub("", cell.replace("\r\n", "\n").replace("\r", "\n"))
