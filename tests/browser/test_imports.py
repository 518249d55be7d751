"""Two hundred serial numbers with three faults, mended in the page; an export, imported again."""

from pathlib import Path

from playwright.sync_api import expect

from niagara.directory.models import Unit
from tests.browser.conftest import SignedIn, Size, assert_accessible, at_both_sizes
from tests.factories import Floor


@at_both_sizes
def test_serial_numbers_are_imported_and_an_export_changes_nothing(
    signed_in: SignedIn, floor: Floor, tmp_path: Path, size: Size
) -> None:
    floor.make_unit("SN-00007")
    rows = [[f"SN-{number:05}", "iPad", str(floor.customer), str(floor.location)] for number in range(200)]
    rows[50][0], rows[99][3] = "", "Nowhere"
    file = tmp_path / "serials.csv"
    lines = [";".join(row) for row in [["Serial number", "Label", "Customer", "Location"], *rows]]
    file.write_text("\n".join(lines), encoding="latin-1")
    page = signed_in(floor.manager, size)
    page.goto("/import?kind=units")

    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_role("heading", name="3 faulty rows")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("serial_number in row 9").fill("SN-A")
    page.get_by_label("serial_number in row 52").fill("SN-B")
    page.get_by_label("location in row 101").fill(str(floor.location))
    page.get_by_role("button", name="Check again").click()
    page.get_by_role("button", name="Import 200 new").click()
    expect(page.get_by_text("200 units made, 0 changed, 0 unchanged.")).to_be_visible()
    assert Unit.objects.count() == 201

    page.goto("/units?q=SN-")
    assert_accessible(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX").click()
    exported = tmp_path / "units.xlsx"
    download.value.save_as(exported)
    page.get_by_role("link", name="Import", exact=True).last.click()
    page.get_by_label("File", exact=True).set_input_files(exported)
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_text("there is nothing to import")).to_be_visible()
    page.goto("/import")
    assert_accessible(page)
