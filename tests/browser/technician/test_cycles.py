"""Whole cycles, from the scan to the check by a second person."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from batches.models import Cycle
from niagara.accounts.models import User
from tests.browser.conftest import TABLET, SignedIn, assert_accessible
from tests.browser.technician.conftest import at_step, make_batch, scan
from tests.factories import Floor

Hand = Callable[[Page], None]


def tap_start(page: Page) -> None:
    page.get_by_role("button", name="Start next").tap()


def tap_answers(page: Page) -> None:
    """Every item is in order, and the step done."""
    for answer in page.locator(".answer--ok").all():
        answer.tap()
    page.get_by_role("button", name="Done").tap()


def tap_check(page: Page) -> None:
    page.get_by_role("link", name="Check SN-0").tap()


def press_start(page: Page) -> None:
    expect(page.get_by_role("button", name="Start next")).to_be_focused()
    page.keyboard.press("Enter")


def press_answers(page: Page) -> None:
    for number, task in enumerate(page.locator(".task").all(), 1):
        page.keyboard.press(str(number))
        expect(task.get_by_role("radio", name="OK")).to_be_checked()
    page.keyboard.press("Enter")


def scan_check(page: Page) -> None:
    expect(page.get_by_role("link", name="Check SN-0")).to_be_visible()
    scan(page, "SN-0")


CYCLES = 20


@pytest.mark.parametrize(
    ("touch", "start", "answer", "check"),
    [
        pytest.param(True, tap_start, tap_answers, tap_check, id="by touch"),
        pytest.param(False, press_start, press_answers, scan_check, id="by keyboard alone"),
    ],
)
def test_cycles_are_done_and_checked_by_a_second_person(
    signed_in: SignedIn, floor: Floor, tina: User, tom: User,
    touch: bool, start: Hand, answer: Hand, check: Hand,
) -> None:  # fmt: skip
    batch = make_batch(floor, tina, CYCLES)
    page = signed_in(tina, TABLET, has_touch=touch)
    page.goto("/")
    start(page)
    for serial in (f"SN-{one}" for one in range(CYCLES)):
        at_step(page, "Scan it")
        if serial == "SN-2":
            scan(page, "SN-1")  # a device that was done already
            expect(page.get_by_role("alert").first).to_contain_text("is in cycle 2")
        scan(page, serial)
        at_step(page, "Unpack")
        answer(page)
        at_step(page, "Measure")
        if serial == "SN-1":
            scan(page, "20")  # too little, so the decision leads back
            expect(page.locator(".done li")).to_have_text(["Scan it", "Unpack", "Measure"])
        scan(page, "80")
    expect(page.get_by_text("Nothing is left for you to start.").first).to_be_visible()

    checker = signed_in(tom, TABLET, has_touch=touch)
    checker.goto("/checks")
    check(checker)
    for serial in (f"SN-{one}" for one in range(CYCLES)):
        expect(checker.locator(".serial")).to_have_text(serial)
        at_step(checker, "Check")
        answer(checker)
    expect(checker.get_by_text("Nothing waits for your eyes.")).to_be_visible()

    batch.refresh_from_db()
    assert (batch.complete, batch.active) == (CYCLES, 0)
    for cycle in Cycle.objects.filter(batch=batch).select_related("context"):
        assert cycle.context is not None
        assert cycle.context.run.last_steps[-2].by == tom.pk
        assert cycle.technician == tina
    assert_accessible(checker)
    assert_accessible(page)
