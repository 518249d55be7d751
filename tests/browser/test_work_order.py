from playwright.sync_api import expect

from batches.models import Batch
from tests.browser.conftest import SignedIn, Size, assert_accessible, at_both_sizes
from tests.factories import Floor
from workorders.models import WorkOrder


@at_both_sizes
def test_500_are_broken_down_into_50_boxes_of_ten(signed_in: SignedIn, floor: Floor, size: Size) -> None:
    work_order = floor.make_work_order(500)
    page = signed_in(floor.manager, size)
    page.goto(f"/work-orders/{work_order.pk}")
    page.get_by_role("link", name="Break down").click()

    page.get_by_label("Cycles per batch").fill("10")
    page.get_by_label("Queue").select_option(label="Menands: Fast lane")
    page.get_by_label("Label before the number").fill("Box")
    page.get_by_label("Maria Santos").check()
    expect(page.get_by_role("heading", name="50 batches with 500 cycles; 0 stay unassigned")).to_be_visible()
    expect(page.get_by_role("row", name="Box #50 10 Maria Santos")).to_be_visible()
    assert not Batch.objects.exists()

    page.get_by_role("button", name="Make 50 batches").dblclick()

    expect(page.get_by_text("50 batches are made in Fast lane.")).to_be_visible()
    assert Batch.objects.filter(number_cycles=10).count() == Batch.objects.count() == 50
    assert_accessible(page)


@at_both_sizes
def test_it_is_held_released_and_given_another_due_date(signed_in: SignedIn, floor: Floor, size: Size) -> None:
    work_order = floor.make_batch(10).work_order
    page = signed_in(floor.manager, size)
    page.goto(f"/work-orders/{work_order.pk}")
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Hold").click()
    page.get_by_label("Reason").fill("Wrong image")
    page.get_by_role("button", name="Hold it").click()
    expect(page.get_by_text("Wrong image").first).to_be_visible()
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Release").click()
    page.get_by_role("button", name="Release it").click()
    expect(page.get_by_text("goes on.")).to_be_visible()

    page.get_by_role("link", name="Change").click()
    page.get_by_label("Due").fill("2026-03-20T10:00")
    expect(page.get_by_text("Active batches due earlier: 1")).to_be_visible()
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_text("Provision iPads is changed.")).to_be_visible()
    assert WorkOrder.objects.get(pk=work_order.pk).due_date.day == 20
    assert_accessible(page)
