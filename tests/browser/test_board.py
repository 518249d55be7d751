import pytest
from playwright.sync_api import Page, expect

from batches.models import Batch
from batches.operations.changing import change_batch
from niagara.accounts.models import User
from niagara.records.models import Relation
from tests.browser.conftest import TABLET, WIDE, SignedIn, Size, assert_accessible, at_both_sizes
from tests.factories import AT, Floor, make_user, via_api


def cards(page: Page, queue: str) -> list[str]:
    return page.get_by_role("region", name=queue).get_by_role("listitem").get_by_role("link").all_inner_texts()


def card(page: Page, label: str):  # type: ignore[no-untyped-def]
    return page.locator(".ticket").filter(has=page.get_by_role("link", name=label, exact=True))


def expect_cards(page: Page, queue: str, labels: list[str]) -> None:
    links = page.get_by_role("region", name=queue).get_by_role("listitem").get_by_role("link")
    expect(links).to_have_text(labels, timeout=8000)


def drag(page: Page, label: str, beside: str) -> None:
    """By the handle, to just below the middle of another card."""
    grip = card(page, label).locator(".ticket__grip").bounding_box()
    to = card(page, beside).bounding_box()
    assert grip
    assert to
    page.mouse.move(grip["x"] + 4, grip["y"] + 4)
    page.mouse.down()
    page.mouse.move(grip["x"] + 20, grip["y"] + 20)
    page.mouse.move(to["x"] + to["width"] / 2, to["y"] + to["height"] * 0.75, steps=6)
    page.mouse.up()


def drag_by_finger(page: Page, label: str, beside: str) -> None:
    grip = card(page, label).locator(".ticket__grip").bounding_box()
    to = card(page, beside).bounding_box()
    assert grip
    assert to
    start = {"x": grip["x"] + 20, "y": grip["y"] + 20}
    end = {"x": to["x"] + to["width"] / 2, "y": to["y"] + to["height"] * 1.6}
    touch = page.context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [start]})
    for share in (0.1, 0.4, 0.7, 1.0):
        at = {name: start[name] + (end[name] - start[name]) * share for name in start}
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [at]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def stored(floor: Floor, queue: str) -> list[str]:
    rows = Batch.objects.filter(queue__label=queue, organization=floor.organization).in_processing_order()
    return list(rows.values_list("label", flat=True))


def make_boxes(floor: Floor) -> None:
    slow = floor.make_queue("Slow lane")
    for label in ("One", "Two", "Three"):
        floor.make_batch(2, label=label)
    floor.make_batch(2, queue=slow, label="Four")


def test_cards_are_moved_by_the_mouse(signed_in: SignedIn, floor: Floor) -> None:
    make_boxes(floor)
    page = signed_in(floor.manager, WIDE)
    page.goto("/board")

    drag(page, "One", "Three")
    expect_cards(page, "Fast lane", ["Two", "Three", "One"])
    drag(page, "Three", "Four")

    expect_cards(page, "Slow lane", ["Four", "Three"])
    expect(card(page, "Three")).to_have_attribute("data-version", "2")
    assert (stored(floor, "Fast lane"), stored(floor, "Slow lane")) == (["Two", "One"], ["Four", "Three"])
    expect(page.get_by_role("region", name="Slow lane")).to_contain_text("2 batches", timeout=8000)
    assert_accessible(page)


def test_cards_are_moved_by_a_finger(signed_in: SignedIn, floor: Floor) -> None:
    make_boxes(floor)
    page = signed_in(floor.manager, TABLET, has_touch=True, is_mobile=True)
    page.goto("/board")

    drag_by_finger(page, "One", "Four")

    expect_cards(page, "Slow lane", ["Four", "One"])
    expect(card(page, "One")).to_have_attribute("data-version", "2")
    assert stored(floor, "Slow lane") == ["Four", "One"]


@at_both_sizes
def test_cards_are_moved_by_keys(signed_in: SignedIn, floor: Floor, size: Size) -> None:
    make_boxes(floor)
    page = signed_in(floor.manager, size)
    page.goto("/board")

    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Move the card within its queue")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="One", exact=True).focus()
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("ArrowUp")  # goes to the card above, which is Three
    page.keyboard.press("Alt+ArrowRight")

    expect(page.get_by_role("link", name="Three")).to_be_focused()
    expect(card(page, "Three")).to_have_attribute("data-version", "2")
    expect(card(page, "One")).to_have_attribute("data-version", "3")
    assert (stored(floor, "Fast lane"), stored(floor, "Slow lane")) == (["Two", "One"], ["Four", "Three"])
    assert_accessible(page)


@at_both_sizes
def test_the_second_of_two_managers_is_told_and_sees_how_it_is(signed_in: SignedIn, floor: Floor, size: Size) -> None:
    make_boxes(floor)
    nora = make_user(floor.organization, "Production manager", "Nora Field")
    page = signed_in(floor.manager, size)
    page.goto("/board")
    four = Batch.objects.get(label="Four")
    one = Batch.objects.get(label="One")
    change_batch(batch=one, changes={"queue": four.queue, "before": four}, by=via_api(nora), at=AT)

    page.get_by_role("link", name="One", exact=True).focus()
    page.keyboard.press("Alt+ArrowDown")

    expect(page.get_by_role("alert")).to_contain_text("Nora Field changed One meanwhile; it is in Slow lane")
    expect_cards(page, "Slow lane", ["One", "Four"])
    expect_cards(page, "Fast lane", ["Two", "Three"])


@pytest.fixture
def team(floor: Floor) -> list[User]:
    return [make_user(floor.organization, "Technician", name) for name in ("Ann Lee", "Ben Ode", "Cho Park")]


@at_both_sizes
def test_three_technicians_are_assigned_to_twenty_batches(
    signed_in: SignedIn, floor: Floor, team: list[User], size: Size
) -> None:
    work_order = floor.make_work_order(40)
    for number in range(20):
        floor.make_batch(2, work_order, label=f"Box {number}")
    page = signed_in(floor.manager, size)
    page.goto("/board")

    for tick in page.get_by_role("checkbox", name="Choose Box").all():
        tick.check()
    expect(page.get_by_text("20 batches chosen")).to_be_visible()
    page.locator("summary", has_text="Technicians").click()
    for user in team:
        page.get_by_role("checkbox", name=str(user)).check()
    page.get_by_role("button", name="Assign").click()

    expect(page.get_by_text("20 batches assigned to Ann Lee, Ben Ode, Cho Park.")).to_be_visible()
    expect(card(page, "Box 0")).to_contain_text("AL")
    assert Relation.objects.technicians().count() == 60
    assert_accessible(page)


@at_both_sizes
def test_a_scanned_label_opens_its_batch(signed_in: SignedIn, floor: Floor, batch_of_ten: Batch, size: Size) -> None:
    page = signed_in(floor.manager, size)
    page.goto("/board")

    page.get_by_role("searchbox", name="Find a batch").fill(batch_of_ten.label)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name=batch_of_ten.label, level=1)).to_be_visible()
    assert_accessible(page)
