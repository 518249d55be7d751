import pytest
from playwright.sync_api import expect

from tests.browser.conftest import TABLET, WIDE, SignedIn, assert_accessible
from tests.factories import Floor


def test_the_list_follows_what_happens_elsewhere(signed_in: SignedIn, floor: Floor) -> None:
    floor.make_work_order(label="Carts for Arlington")
    page = signed_in(floor.manager, TABLET)
    page.goto("/work-orders?shown=all")
    expect(page.get_by_role("rowheader", name="Carts for Arlington")).to_be_visible()
    with page.expect_response(lambda response: response.status == 304 and "shown=all" in response.url):
        pass  # nothing happened: nothing is sent

    floor.make_work_order(label="Chargers for Troy")

    expect(page.get_by_role("rowheader", name="Chargers for Troy")).to_be_visible(timeout=6000)
    assert_accessible(page)


def test_filters_act_at_once(signed_in: SignedIn, floor: Floor) -> None:
    floor.make_work_order(label="Carts for Arlington")
    page = signed_in(floor.manager)
    page.goto("/work-orders")

    page.get_by_label("Show").select_option("Done or cancelled")

    expect(page.get_by_text("No work order fits these filters.")).to_be_visible()


@pytest.mark.parametrize(("size", "place"), [(WIDE, "Units"), (TABLET, "Dashboard")], ids=["wide", "tablet"])
def test_the_places_stand_in_one_row_and_the_others_in_its_menu(
    signed_in: SignedIn, floor: Floor, size: tuple[int, int], place: str
) -> None:
    page = signed_in(floor.manager, size)
    page.goto("/work-orders")
    top = page.locator("header.top").bounding_box()
    assert top
    assert top["height"] < 90
    other = page.get_by_role("navigation", name="Places").get_by_role("link", name=place)
    expect(other).to_be_hidden()

    page.locator(".places summary").press("Enter")
    expect(other).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(other).to_be_hidden()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).not_to_have_text("Work orders")
