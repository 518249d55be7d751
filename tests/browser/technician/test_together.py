"""Several people and several tablets at one cycle."""

from playwright.sync_api import expect

from batches.models import Batch, Cycle
from niagara.accounts.models import User
from niagara.directory.models import Category
from tests.browser.conftest import TABLET, SignedIn
from tests.browser.technician.conftest import at_step, scan, start_next


def test_the_same_cycle_on_two_tablets(signed_in: SignedIn, batch: Batch, tina: User) -> None:
    one, other = signed_in(tina, TABLET), signed_in(tina, TABLET)
    start_next(one)
    other.goto(one.url)

    scan(one, "SN-1")
    at_step(one, "Unpack")
    scan(other, "SN-2")

    expect(other.get_by_text("This step is closed already; “Serial number SN-2” was not used.")).to_be_visible()
    at_step(other, "Unpack")
    assert not Cycle.objects.filter(unit__serial_number="SN-2").exists()
    run = batch.cycles.in_flight().get().context.run
    assert [step.step_name for step in run.last_steps] == ["scan"]


def test_a_cycle_is_blocked_handed_over_and_resumed(signed_in: SignedIn, batch: Batch, tina: User, tom: User) -> None:
    page, beside = signed_in(tina, TABLET, has_touch=True), signed_in(tina, TABLET)
    start_next(page)
    cycle = page.url
    scan(page, "SN-1")
    at_step(page, "Unpack")
    page.get_by_role("link", name="Block").tap()
    page.get_by_role("radio", name="Waiting for parts").tap()
    page.get_by_label("Comment").fill("No screws")
    page.get_by_role("button", name="Block it").tap()
    expect(page.get_by_text("Cycle 1 is blocked.")).to_be_visible()

    beside.goto(cycle)
    expect(beside.get_by_text("Blocked: Waiting for parts. No screws")).to_be_visible()
    page.get_by_role("link", name="SN-1").tap()
    page.get_by_role("link", name="Hand over").tap()
    page.get_by_role("radio", name="Tom Baker").tap()
    page.get_by_role("button", name="Hand over").tap()
    expect(page.get_by_text("Cycle 1 is handed over to Tom Baker.")).to_be_visible()

    toms = signed_in(tom, TABLET, has_touch=True)
    toms.goto("/my-work")
    toms.get_by_role("link", name="SN-1").tap()
    toms.get_by_role("link", name="Unblock").tap()
    toms.get_by_role("button", name="Go on").tap()
    at_step(toms, "Unpack")
    # The other tablet was not touched.
    expect(beside.get_by_text("Tom Baker works on this cycle.")).to_be_visible(timeout=10_000)
    at_step(beside, "Unpack")
    for answer in toms.locator(".answer--ok").all():
        answer.tap()
    toms.get_by_role("button", name="Done").tap()
    at_step(toms, "Measure")

    done = batch.cycles.in_flight().select_related("context").get()
    assert (done.category, done.technician) == (Category.IN_PROGRESS, tom)
    assert [(step.step_name, step.by) for step in done.context.run.last_steps] == [
        ("scan", tina.pk),
        ("unpack", tom.pk),
    ]
