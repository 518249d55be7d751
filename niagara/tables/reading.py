"""What stands in a CSV or XLSX file, as text.

The file is read row by row and no further than is taken, which tablib, with which files are written,
has no way of: it reads a file of a million rows whole.
"""

import codecs
import csv
import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook

from niagara.tables.table import MAX_COLUMNS, NotReadable, Table, make_table
from niagara.tables.writing import unshield

MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024


def read_table(content: bytes) -> Table:
    """The table in a file; which kind it is, its content says. Raises NotReadable."""
    if len(content) > MAX_BYTES:
        raise NotReadable(f"The file is larger than {MAX_BYTES // 1024 // 1024} MB. Split it into several.")
    rows = _rows_of_xlsx(content) if content.startswith(b"PK\x03\x04") else _rows_of_csv(content)
    return make_table([unshield(cell) for cell in row] for row in rows)


def _rows_of_csv(content: bytes) -> Iterator[list[str]]:
    text = _decode(content)
    if "\0" in text:
        raise NotReadable("This is no text. Save the table as CSV or XLSX.")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        yield from rows
    except csv.Error as error:
        raise NotReadable(f"Row {rows.line_num} can't be read. Save the table as CSV or XLSX again.") from error


def _decode(content: bytes) -> str:
    """Spreadsheets save in one of these; in Latin-1, which any bytes fit, when they don't say otherwise."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _delimiter(text: str) -> str:
    """A spreadsheet in a language with decimal commas separates by semicolons."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=first.count)


def _rows_of_xlsx(content: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked <= MAX_UNPACKED:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of styles and the like, which nobody asks for here
                book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
                sheet: Any = book.worksheets[0]
                sheet.reset_dimensions()  # what a file says of its size may be wrong
                rows = sheet.iter_rows(max_col=MAX_COLUMNS + 1, values_only=True)
                yield from ([_text(value) for value in row] for row in rows)
            return
    except NotReadable:
        raise
    except Exception as error:  # it raises whatever it stumbles over in a file that is broken
        raise NotReadable("This XLSX file can't be read. Save it again, or as CSV.") from error
    raise NotReadable("This file unpacks to more than can be read. Save the rows alone in a new file.")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime) and value.time() != time.min:
        return value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).replace("\0", "")
