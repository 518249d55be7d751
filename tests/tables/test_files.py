"""What people save from spreadsheets can be read, and what is written can be read again as it is."""

import io
import zipfile
from datetime import date, datetime

import pytest
import tablib
from hypothesis import given
from hypothesis import strategies as st

from niagara.tables.reading import MAX_BYTES, read_table
from niagara.tables.table import MAX_ROWS, NotReadable, Table
from niagara.tables.writing import shield, unshield, write_table

UMLAUTS = "Gerät;Ort\nÖffner;Köln\n"


def rows_of(table: Table) -> list[list[str]]:
    return [line.cells for line in table.lines]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
def test_csv_is_read_in_every_encoding_spreadsheets_save(encoding: str) -> None:
    table = read_table(UMLAUTS.encode(encoding))

    assert table.headers == ["gerät", "ort"]
    assert rows_of(table) == [["Öffner", "Köln"]]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_is_read_with_every_separator(separator: str) -> None:
    text = f'Serial number{separator}label\r\nA1{separator}"a{separator} b\nsecond"\r\n'

    table = read_table(text.encode())

    assert table.headers == ["serial_number", "label"]
    assert rows_of(table) == [["A1", f"a{separator} b\nsecond"]]


def test_rows_keep_the_numbers_that_a_spreadsheet_gives_them() -> None:
    table = read_table(b"label\n\none\n,\n\ntwo\n")

    assert [(line.number, line.cells) for line in table.lines] == [(3, ["one"]), (6, ["two"])]


def test_cells_of_xlsx_are_read_as_they_look() -> None:
    data = tablib.Dataset(headers=["Serial", "due", "day", "number", "nothing"])
    data.append(["007", datetime(2026, 12, 31, 17, 0), date(2026, 12, 31), 12.0, None])

    [cells] = rows_of(read_table(data.export("xlsx")))

    assert cells == ["007", "2026-12-31 17:00:00", "2026-12-31", "12", ""]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no rows"),
        (b"label\n", "no rows"),
        (b"\0\1\2\3", "no text"),
        (b"PK\x03\x04rubbish", "can't be read"),
        (b"label,label\na,b\n", "called label"),
        (b"label\na,b\n", "Row 2 has more cells"),
        (b"label\n" + b"a\n" * (MAX_ROWS + 1), "more than 5,000 rows"),
        (b"," * 60 + b"x\n", "more than 50 columns"),
        (b"x" * (MAX_BYTES + 1), "larger than 5 MB"),
        (b'label\n"' + b"x" * 200_000, "can't be read"),
    ],
)
def test_what_can_not_be_read_is_told_in_a_sentence(content: bytes, told: str) -> None:
    with pytest.raises(NotReadable, match=told):
        read_table(content)


def test_a_file_that_unpacks_to_very_much_is_not_unpacked() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 101 * 1024 * 1024)

    with pytest.raises(NotReadable, match="unpacks to more"):
        read_table(packed.getvalue())


@pytest.mark.parametrize("cell", ["=1+1", "+49", "-5", "@SUM(A1)", "\tx", "'=1", "''+1"])
def test_no_cell_is_a_formula_and_each_comes_back_as_it_was(cell: str) -> None:
    assert shield(cell).startswith("'")
    assert unshield(shield(cell)) == cell
    for kind in ("csv", "xlsx"):
        written = write_table(Table.of(["label", "end"], [[cell, "x"]]), kind)
        assert rows_of(read_table(written)) == [[cell, "x"]]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_every_text_survives_the_way_through_csv(cell: str) -> None:
    written = write_table(Table.of(["label", "end"], [[cell, "x"]]), "csv")

    assert rows_of(read_table(written)) == [[cell, "x"]]
