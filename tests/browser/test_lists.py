import pytest
from playwright.sync_api import expect

from batches.models import BatchGroup
from tests.browser.conftest import TABLET, SignedIn, assert_accessible
from tests.factories import Floor

IN_SIGHT = {
    "/work-orders": ["Work order", "Status", "Progress", "Due"],
    "/batches": ["Batch", "Status", "Progress", "Due"],
    "/batch-groups": ["Group", "Delivery", "Batches"],
    "/cycles?shown=all": ["Batch", "Cycle", "Status", "Technician"],
}


@pytest.mark.parametrize("address", IN_SIGHT)
def test_on_a_tablet_what_a_row_is_and_how_it_stands_is_in_sight(
    signed_in: SignedIn, floor: Floor, address: str
) -> None:
    label = "Provision 64 Bedside Tablets, West Campus, Floor 3"
    work_order = floor.make_work_order(label=label, needed=64)
    floor.make_batch(8, work_order=work_order, label=f"{label} #1")
    BatchGroup.objects.update(tags=["bedside", "fragile", "west campus"])
    page = signed_in(floor.manager, TABLET)

    page.goto(address)

    table = page.get_by_role("region", name="Table of")
    for name in IN_SIGHT[address]:
        expect(table.get_by_role("columnheader", name=name, exact=True)).to_be_in_viewport(ratio=1)
    assert_accessible(page)
