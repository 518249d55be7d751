"""Starting the next cycle, and where the browser stands then."""

from playwright.sync_api import expect

from batches.models import Batch, Cycle
from batches.operations.claiming import claim_cycle
from niagara.accounts.models import User
from niagara.clock import now
from tests.browser.conftest import TABLET, SignedIn
from tests.browser.technician.conftest import STEPS, Held, at_step, scan, start_next
from tests.factories import Floor, make_workflow, via_api


def test_what_is_scanned_while_a_cycle_starts_belongs_to_its_first_step(
    signed_in: SignedIn, batch: Batch, tina: User
) -> None:
    page = signed_in(tina, TABLET)
    page.goto("/my-work")
    page.get_by_label("Scan or type").focus()
    early = Held(page, "**/my-work")
    scan(page, "NIAGARA:NEXT")  # into the field, which it leaves
    scan(page, "SN-1")
    page.keyboard.press("Enter")  # once too often
    early.let_go()

    at_step(page, "Unpack")
    expect(page.locator(".serial")).to_have_text("SN-1")
    assert batch.cycles.in_flight().count() == 1


def test_a_start_whose_answer_is_lost_starts_one_cycle(signed_in: SignedIn, batch: Batch, tina: User) -> None:
    page = signed_in(tina, TABLET)
    page.goto("/my-work")
    start = Held(page, "**/my-work")
    with page.expect_response(lambda answer: answer.request.method == "GET"):  # the page follows the floor
        page.get_by_role("button", name="Start next").click()
    scan(page, "SN-1")
    start.lose_answers()

    expect(page.get_by_text("No connection. It starts as soon as")).to_be_visible()
    expect(page.get_by_text("For its first step: SN-1")).to_be_visible()
    start.let_go()
    at_step(page, "Unpack")
    assert [cycle.unit and cycle.unit.serial_number for cycle in batch.cycles.in_flight()] == ["SN-1"]


def test_what_is_scanned_before_nothing_starts_is_not_used_and_said(
    signed_in: SignedIn, batch: Batch, tina: User, tom: User
) -> None:
    page = signed_in(tina, TABLET)
    page.goto("/my-work")
    for _ in range(batch.number_cycles):
        claim_cycle(batch=batch, technician=tom, by=via_api(tom), at=now())
    start = Held(page, "**/my-work")
    page.get_by_role("button", name="Start next").click()
    scan(page, "SN-1")
    start.let_go()

    expect(page.get_by_role("alert").first).to_contain_text("Nothing is left for you to start.")
    expect(page.get_by_text("Nothing was started, so SN-1 ⏎ was not used.")).to_be_visible()
    assert not Cycle.objects.filter(unit__isnull=False).exists()


def test_the_address_is_that_of_the_cycle_on_the_screen(signed_in: SignedIn, floor: Floor, tina: User) -> None:
    steps = {**STEPS, "scan": {**STEPS["scan"], "goto": "done"}}
    workflow = make_workflow(floor.organization, "Scan", {name: steps[name] for name in ("scan", "done", "broken")})
    floor.make_batch(3, floor.make_work_order(3, workflow=workflow), technicians=[tina])
    page = signed_in(tina, TABLET)
    start_next(page)
    page.evaluate("setTimeout(() => history.back())")
    expect(page.get_by_role("heading", name="My work")).to_be_visible()
    page.get_by_role("navigation", name="My open cycles").get_by_role("link").click()
    at_step(page, "Scan it")

    scan(page, "SN-1")
    expect(page.locator("#main")).to_contain_text("cycle 2")
    page.reload()

    at_step(page, "Scan it")
    expect(page.locator("#main")).to_contain_text("cycle 2")
