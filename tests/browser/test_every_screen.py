"""Each of a manager's screens, in light and in dark: nothing is beside the screen, axe finds nothing serious, and the
Tab key comes to all that can be clicked."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from niagara.accounts.models import User
from tests.browser.conftest import TABLET, WIDE, SignedIn, Size, assert_accessible
from tests.factories import Floor

LISTS = ["/board", "/work-orders", "/batches", "/batch-groups", "/cycles?shown=all", "/units", "/dashboard?days=90"]
OTHERS = ["/import", "/webhooks", "/shared-tablets", "/shared-tablets/badges", "/find?q=i"]
NEW = ["/work-orders/new", "/batch-groups/new", "/webhooks/new", "/shared-tablets/allow"]
OF_WORK_ORDER = ["", "?show=cycles", "?show=technicians", "?show=notes", "?show=history"]
TO_WORK_ORDER = ["/break-down", "/change", "/hold", "/cancel", "/close"]
OF_BATCH = ["", "/change", "/move", "/hold", "/delete"]
OF_GROUP = ["", "/change", "/delivery", "/tags", "/stations", "/take-in", "/move-out", "/delete"]


# Of radio buttons the Tab key comes to one, from which arrows lead to the others; in a date it comes to each part.
WATCH = """() => {
    window.reached = new Set();
    addEventListener("focusin", (event) => reached.add(event.target));
    const all = "a[href], button, input:not([type=hidden], [type=radio]), select, textarea, summary";
    window.clickable = [...document.querySelectorAll(all)].filter((one) => one.checkVisibility() && !one.disabled);
    return clickable.length + 6 * document.querySelectorAll("input[type^=date], input[type=time]").length;
}"""
MISSED = "() => clickable.filter((one) => one.isConnected && !reached.has(one)).map((one) => one.outerHTML)"


def addresses(floor: Floor, tom: User) -> Iterator[str]:
    work_order = floor.make_work_order(needed=20)
    batch = floor.make_batch(10, work_order, technicians=[tom])
    floor.make_unit()
    yield from LISTS + OTHERS + NEW
    yield from (f"/work-orders/{work_order.pk}{rest}" for rest in OF_WORK_ORDER + TO_WORK_ORDER)
    yield from (f"/batches/{batch.pk}{rest}" for rest in OF_BATCH)
    yield from (f"/batch-groups/{batch.batch_group_id}{rest}" for rest in OF_GROUP)


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (TABLET, "dark")], ids=["wide-light", "tablet-dark"])
def test_it_can_be_used_by_everybody(signed_in: SignedIn, floor: Floor, tom: User, size: Size, scheme: str) -> None:
    for address in addresses(floor, tom):
        page = signed_in(floor.manager, size, color_scheme=scheme)
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip")).to_be_focused()
        assert_accessible(page)
        page.context.close()


def test_the_tab_key_comes_to_all_that_can_be_clicked(signed_in: SignedIn, floor: Floor, tom: User) -> None:
    page = signed_in(floor.manager)
    for address in addresses(floor, tom):
        page.goto(address)
        for _ in range(page.evaluate(WATCH) + 1):
            page.keyboard.press("Tab")
        assert page.evaluate(MISSED) == [], address
