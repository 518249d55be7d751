"""One step at a time: what is typed is never lost, and never counted twice."""

from playwright.sync_api import Route, expect

from batches.models import Batch, Cycle
from niagara.accounts.models import User
from niagara.directory.models import Category
from tests.browser.conftest import TABLET, SignedIn
from tests.browser.technician.conftest import Held, at_step, scan, start_next


def test_the_network_goes_in_the_middle_of_a_step(signed_in: SignedIn, batch: Batch, tina: User) -> None:
    page = signed_in(tina, TABLET)
    start_next(page)

    page.context.set_offline(True)
    scan(page, "SN-1")
    expect(page.get_by_text("No connection. What you entered is kept")).to_be_visible()
    expect(page.get_by_label("Serial number")).to_have_value("SN-1")
    page.context.set_offline(False)

    at_step(page, "Unpack")
    assert Cycle.objects.filter(unit__serial_number="SN-1").count() == 1


def test_an_answer_that_is_lost_on_its_way_counts_once(signed_in: SignedIn, batch: Batch, tina: User) -> None:
    page = signed_in(tina, TABLET)
    start_next(page)

    def lose_answer(route: Route) -> None:
        route.fetch()
        route.fulfill(status=502, body="The server is started anew.")

    page.route(page.url, lose_answer, times=1)
    scan(page, "SN-1")

    at_step(page, "Unpack")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert batch.cycles.in_flight().count() == 1


def test_the_session_ends_in_the_middle_of_a_step(signed_in: SignedIn, batch: Batch, tina: User) -> None:
    page = signed_in(tina, TABLET)
    start_next(page)
    step, cookies = page.url, page.context.cookies()
    page.context.clear_cookies()

    scan(page, "SN-1")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    page.context.add_cookies(cookies)
    page.goto(step)

    expect(page.get_by_label("Serial number")).to_have_value("SN-1")
    page.keyboard.press("Enter")
    at_step(page, "Unpack")


def test_what_was_typed_is_still_there_after_a_reload(signed_in: SignedIn, batch: Batch, tina: User) -> None:
    page = signed_in(tina, TABLET)
    start_next(page)
    page.keyboard.type("SN-HALF")

    page.reload()

    expect(page.get_by_label("Serial number")).to_have_value("SN-HALF")


def test_scanning_anywhere_and_printed_codes(signed_in: SignedIn, batch: Batch, tina: User) -> None:
    page = signed_in(tina, TABLET)
    page.goto("/checks")
    scan(page, batch.label)
    page.wait_for_url(f"**/my-work/batches/{batch.pk}")
    page.locator("#work").click(position={"x": 1, "y": 1})
    scan(page, "NIAGARA:NEXT")
    at_step(page, "Scan it")
    scan(page, "SN-1")
    at_step(page, "Unpack")

    for number in ("1", "2"):
        page.keyboard.press(number)
        expect(page.locator(".task").nth(int(number) - 1).get_by_role("radio", name="OK")).to_be_checked()
    scan(page, "NIAGARA:DONE")

    at_step(page, "Measure")


def test_what_is_scanned_before_the_answer_belongs_to_the_next_step(
    signed_in: SignedIn, batch: Batch, tina: User
) -> None:
    page = signed_in(tina, TABLET)
    start_next(page)
    scan(page, "SN-1")
    at_step(page, "Unpack")
    for number in ("1", "2"):
        page.keyboard.press(number)
        expect(page.locator(".task").nth(int(number) - 1).get_by_role("radio", name="OK")).to_be_checked()

    early = Held(page)
    page.keyboard.press("Enter")  # done with unpacking
    scan(page, "80")  # the next step
    page.keyboard.press("Enter")  # once too often
    scan(page, "SN-2")  # the next cycle
    early.let_go()

    at_step(page, "Unpack")
    expect(page.locator(".serial")).to_have_text("SN-2")
    first = Cycle.objects.get(unit__serial_number="SN-1")
    assert (first.category, first.context and first.context.run.data["battery"]) == (Category.VERIFYING, "80")


def test_what_is_scanned_before_a_refusal_is_not_used_and_said(signed_in: SignedIn, batch: Batch, tina: User) -> None:
    page = signed_in(tina, TABLET)
    start_next(page)
    scan(page, "SN-1")
    at_step(page, "Unpack")
    start_next(page)

    early = Held(page)
    scan(page, "SN-1")
    scan(page, "80")
    early.let_go()

    expect(page.get_by_role("alert").first).to_contain_text("is in cycle 1")
    expect(page.get_by_text("This step is still open, so 80 ⏎ was not used.")).to_be_visible()
    scan(page, "SN-2")  # in place of what was refused
    at_step(page, "Unpack")
    assert not Cycle.objects.filter(unit__serial_number="80").exists()


def test_what_is_scanned_while_an_answer_is_put_in_place_lands_in_its_field(
    signed_in: SignedIn, batch: Batch, tina: User
) -> None:
    page = signed_in(tina, TABLET)
    start_next(page)
    scan(page, "SN-1")
    at_step(page, "Unpack")
    start_next(page)
    # Between showing what came and saying so, htmx gives the browser a millisecond for its transitions.
    page.evaluate("htmx.config.defaultSettleDelay = 1000")

    scan(page, "SN-1")
    expect(page.get_by_role("alert").first).to_contain_text("is in cycle 1")
    page.keyboard.type("SN")
    expect(page.locator(".htmx-settling")).to_have_count(0)
    scan(page, "-2")

    at_step(page, "Unpack")
    expect(page.locator(".serial")).to_have_text("SN-2")


def test_without_network_a_failed_step_is_sent_as_failed(signed_in: SignedIn, batch: Batch, tina: User) -> None:
    page = signed_in(tina, TABLET)
    start_next(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Fail this step").click()
    expect(page.get_by_text("No connection. What you entered is kept")).to_be_visible()
    page.keyboard.type("SN-2")
    expect(page.get_by_text("For the next step: SN-2")).to_be_visible()
    page.context.set_offline(False)

    expect(page.get_by_label("Serial number")).to_have_value("SN-2")
    assert batch.cycles.filter(category=Category.CANCELLED, status="Failed").count() == 1
