from datetime import timedelta

from playwright.sync_api import expect

from batches.operations.cycling import start_cycle
from niagara import clock
from niagara.accounts.models import User
from tests.batches.views.history import fill
from tests.browser.conftest import TABLET, WIDE, SignedIn, assert_accessible
from tests.cycles import complete_cycle
from tests.factories import Floor


def test_a_manager_looks_at_the_days_and_at_what_is_behind_a_figure(
    signed_in: SignedIn, floor: Floor, tom: User
) -> None:
    """By the chart, by a table, and as a spreadsheet."""
    fill(floor, tom, until=clock.now() - timedelta(hours=1), days=6)
    page = signed_in(floor.manager, WIDE)
    page.goto("/dashboard")
    page.get_by_role("link", name="7 days").click()
    expect(page.get_by_role("link", name="7 days")).to_have_attribute("aria-current", "page")
    chart = page.locator(".chart canvas")
    expect(chart).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("link", name="CSV of Cycle time per step").click()
    assert download.value.suggested_filename.startswith("steps-")

    over = page.locator(".chart .u-over")
    box = over.bounding_box()
    assert box is not None
    over.click(position={"x": box["width"] / 2, "y": box["height"] - 3})
    expect(page.get_by_role("heading", name="Cycles")).to_be_visible()
    expect(page.get_by_label("Show")).to_have_value("COMPLETE")
    page.go_back()

    reasons = page.get_by_role("region", name="Reasons for blocking").get_by_role("row").nth(1).get_by_role("link")
    number = reasons.inner_text()
    reasons.click()
    expect(page.get_by_text(f"{number} times a cycle was blocked")).to_be_visible()
    page.get_by_role("link", name="Take away").click()
    expect(page.get_by_label("Show")).to_be_visible()
    assert_accessible(page)


def test_what_is_done_elsewhere_is_seen_within_seconds(signed_in: SignedIn, floor: Floor, tom: User) -> None:
    fill(floor, tom, until=clock.now() - timedelta(days=2), days=2)
    cycle = floor.make_batch(1).cycles.get()
    page = signed_in(floor.manager, TABLET)
    page.goto("/dashboard")
    expect(page.get_by_text("No cycle was completed in these days.")).to_be_visible()

    start_cycle(cycle=cycle, technician=floor.manager, by=floor.by, at=clock.now())
    complete_cycle(cycle=cycle, by=floor.by, at=clock.now())

    expect(page.locator("#throughput-table")).to_be_visible(timeout=7000)
    expect(page.locator(".chart canvas")).to_be_visible()
    assert_accessible(page)


def test_the_dashboard_is_accessible_where_it_is_full(signed_in: SignedIn, floor: Floor, tom: User) -> None:
    fill(floor, tom, until=clock.now() - timedelta(hours=1), days=6)
    for size in (WIDE, TABLET):
        page = signed_in(floor.manager, size)
        page.goto("/dashboard?days=30")
        expect(page.locator(".chart canvas")).to_be_visible()
        assert_accessible(page)
