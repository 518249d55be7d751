"""Each of a manager's screens, in light and in dark: nothing is beside the screen, and axe finds nothing serious."""

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


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (TABLET, "dark")], ids=["wide-light", "tablet-dark"])
def test_it_can_be_used_by_everybody(signed_in: SignedIn, floor: Floor, tom: User, size: Size, scheme: str) -> None:
    work_order = floor.make_work_order(needed=20)
    batch = floor.make_batch(10, work_order, technicians=[tom])
    floor.make_unit()
    addresses = [
        *(LISTS + OTHERS + NEW),
        *(f"/work-orders/{work_order.pk}{rest}" for rest in OF_WORK_ORDER + TO_WORK_ORDER),
        *(f"/batches/{batch.pk}{rest}" for rest in OF_BATCH),
        *(f"/batch-groups/{batch.batch_group_id}{rest}" for rest in OF_GROUP),
    ]
    for address in addresses:
        page = signed_in(floor.manager, size, color_scheme=scheme)
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip")).to_be_focused()
        assert_accessible(page)
        page.close()
