import re

from playwright.sync_api import expect

from batches.models import Batch
from tests.browser.conftest import TABLET, SignedIn, Size, assert_accessible, at_both_sizes
from tests.factories import Floor


def test_a_batch_is_held_and_released_and_the_board_says_so_meanwhile(signed_in: SignedIn, floor: Floor) -> None:
    batch, _ = floor.make_batch(4, label="Cart 1"), floor.make_batch(4, label="Cart 2")
    board = signed_in(floor.manager)
    board.goto("/board")
    card = board.locator(".ticket").filter(has_text="Cart 1")
    page = signed_in(floor.manager, TABLET, color_scheme="dark")
    page.goto(f"/batches/{batch.pk}")

    page.get_by_role("link", name="Hold").click()
    page.get_by_label("Reason").fill("Wrong image")
    page.get_by_label("Reason").press("Enter")
    expect(page.get_by_text("Cart 1 is on hold.")).to_be_visible()
    expect(page.locator(".notice--held")).to_have_text("On holdWrong image")
    assert_accessible(page)
    expect(card).to_contain_text("On hold", timeout=8000)
    expect(card).to_contain_text("Wrong image")
    board.get_by_label("Status").select_option(label="On hold")
    expect(board.locator(".ticket")).to_have_count(1)
    assert_accessible(board)

    page.get_by_role("link", name="Release").click()
    expect(page.get_by_text("It is on hold: Wrong image")).to_be_visible()
    page.get_by_role("button", name="Release it").dblclick()
    expect(page.get_by_text("Cart 1 is released.")).to_be_visible()
    expect(board.locator(".ticket")).to_have_count(0, timeout=8000)
    board.get_by_label("Status").select_option(label="Any status")
    expect(card).not_to_contain_text("On hold")
    assert not Batch.objects.on_hold().exists()


@at_both_sizes
def test_many_are_held_from_the_board_and_released(signed_in: SignedIn, floor: Floor, size: Size) -> None:
    for number in range(3):
        floor.make_batch(4, label=f"Cart {number}")
    page = signed_in(floor.manager, size)
    page.goto("/board?status=PENDING")

    page.get_by_role("checkbox", name="Choose Cart 0").check()
    expect(page.get_by_role("button", name="Hold")).to_be_visible()
    expect(page.get_by_role("button", name="Release")).to_be_hidden()
    page.get_by_role("checkbox", name="Choose Cart 2").check()
    page.get_by_role("button", name="Hold").click()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)
    page.get_by_label("Reason").fill("Wrong image")
    page.get_by_label("Reason").press("Enter")
    expect(page.get_by_text("2 batches on hold.")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/board\?status=PENDING$"))
    expect(page.locator(".ticket__held")).to_have_count(2)

    page.get_by_role("checkbox", name="Choose Cart 1").check()
    expect(page.get_by_role("button", name="Release")).to_be_hidden()
    page.get_by_role("checkbox", name="Choose Cart 2").check()
    page.get_by_role("button", name="Release").click()
    page.get_by_role("button", name="Release them").click()
    expect(page.get_by_text("1 batch released.")).to_be_visible()
    expect(page.get_by_text("Cart 1 is not on hold.")).to_be_visible()
    expect(page.locator(".ticket__held")).to_have_count(1)
    assert_accessible(page)
