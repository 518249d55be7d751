"""Several at once: open cycles side by side, and stacks."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Route, expect

from batches.models import Batch
from batches.operations.claiming import claim_cycle
from batches.operations.cycling import block_cycle
from niagara.accounts.models import User
from niagara.clock import now
from niagara.directory.models import Customer
from tests.browser.conftest import TABLET, SignedIn, assert_accessible
from tests.browser.technician.conftest import at_step, scan
from tests.factories import Floor, via_api


def test_ten_cycles_are_open_at_once_and_each_keeps_what_is_typed(
    signed_in: SignedIn, batch: Batch, tina: User
) -> None:
    by, at = via_api(tina), now()
    for minutes in range(10, 0, -1):
        claim_cycle(batch=batch, technician=tina, by=by, at=at - timedelta(minutes=minutes))
    page = signed_in(tina, TABLET, has_touch=True)
    page.goto("/my-work")
    strip = page.get_by_role("navigation", name="My open cycles").get_by_role("link")
    expect(strip).to_have_count(10)
    for position in range(10):
        expect(strip.nth(position)).to_contain_text(re.compile(rf"Scan it\s+In hand {10 - position}\sminute"))
        strip.nth(position).tap()
        expect(strip.nth(position)).to_have_attribute("aria-current", "page")
        at_step(page, "Scan it")
        page.keyboard.type(f"SN-{position}")

    for position in (3, 7, 0):
        strip.nth(position).tap()
        expect(page.get_by_label("Serial number")).to_have_value(f"SN-{position}")
        page.keyboard.press("Enter")
        at_step(page, "Unpack")
        expect(strip.nth(position)).to_contain_text(f"SN-{position}")
        expect(strip.nth(position)).to_contain_text("Unpack")
    for position in (1, 5, 9):
        strip.nth(position).tap()
        expect(page.get_by_label("Serial number")).to_have_value(f"SN-{position}")
    # What happens to one of them elsewhere shows by itself.
    blocked = batch.cycles.get(unit__serial_number="SN-3")
    block_cycle(cycle=blocked, reason="Damaged", by=by, at=now())
    expect(strip.nth(3)).to_contain_text("Blocked")
    assert_accessible(page)


def test_a_stack_of_ten_is_scanned_with_an_answer_beside_each(
    signed_in: SignedIn, floor: Floor, batch: Batch, tina: User
) -> None:
    other = floor.make_unit(
        "SN-OTHER", customer=Customer.objects.create(organization=batch.organization, label="Albany")
    )
    page = signed_in(tina, TABLET)
    page.goto(f"/my-work/batches/{batch.pk}")
    page.get_by_role("link", name="Scan a stack").click()

    expect(page.get_by_label("Scan a device")).to_be_focused()
    good = [f"SN-{number}" for number in range(1, 9)]
    for serial in [*good[:3], "SN-1", *good[3:6], other.serial_number, *good[6:]]:  # faster than any answer comes
        scan(page, serial)

    expect(page.locator(".scanned__one")).to_have_count(10)
    expect(page.locator(".scanned__one--good")).to_have_count(8)
    bad = page.locator(".scanned__one--bad")  # the newest on top
    expect(bad).to_contain_text([re.compile("Not done.*SN-OTHER: "), re.compile("Not done.*SN-1: ")])
    begun = batch.cycles.in_flight().select_related("unit", "context")
    devices = {cycle.unit.serial_number: cycle.context.run.current_steps for cycle in begun}
    assert devices == dict.fromkeys(good, ("unpack",))


def test_what_is_scanned_without_network_is_counted_later(signed_in: SignedIn, batch: Batch, tina: User) -> None:
    page = signed_in(tina, TABLET)
    page.goto(f"/my-work/batches/{batch.pk}/stacks/scan")
    expect(page.get_by_label("Scan a device")).to_be_focused()
    page.context.set_offline(True)
    for serial in ("SN-1", "SN-2"):
        scan(page, serial)
    expect(page.get_by_text("No connection. What you scanned is kept")).to_be_visible()
    page.context.set_offline(False)

    expect(page.locator(".scanned__one--good")).to_have_count(2)
    assert batch.cycles.filter(unit__serial_number__in=["SN-1", "SN-2"]).count() == 2


@pytest.mark.parametrize("script", ["technician", "stack"])
def test_a_page_takes_no_scan_before_its_scripts_are_there(
    signed_in: SignedIn, batch: Batch, tina: User, script: str
) -> None:
    held: list[Route] = []
    page = signed_in(tina, TABLET)
    page.add_init_script("addEventListener('focusin', () => (window.focusedAt ??= performance.now()))")
    page.route(f"**/{script}*.js", lambda route: held.append(route))
    page.goto(f"/my-work/batches/{batch.pk}/stacks/scan", wait_until="commit")
    expect(page.get_by_label("Scan a device")).to_be_attached()
    page.evaluate("fetch(location.href).then((answer) => answer.text())")  # meanwhile it could have been shown
    for route in held:
        route.continue_()

    expect(page.get_by_label("Scan a device")).to_be_focused()
    came = f"performance.getEntriesByType('resource').find(({{ name }}) => name.includes('/{script}')).responseEnd"
    assert page.evaluate("focusedAt") > page.evaluate(came)
