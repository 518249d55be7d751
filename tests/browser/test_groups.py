"""What a manager does with what is delivered: a group on its way, and an event that did not arrive."""

from playwright.sync_api import expect

from batches.models import BatchGroup
from batches.operations.tagging import change_tags
from niagara.clock import now
from niagara.webhooks import sending
from niagara.webhooks.models import Delivery
from niagara.webhooks.operations.recording import DELAYS
from tests.browser.conftest import SignedIn, Size, assert_accessible, at_both_sizes
from tests.factories import Floor
from tests.webhooks.delivering import deliver_all, subscribe
from tests.webhooks.receiver import listening, statuses

TRIES = len(DELAYS) + 1


@at_both_sizes
def test_a_group_is_tagged_and_delivered(signed_in: SignedIn, floor: Floor, size: Size) -> None:
    group: BatchGroup = floor.make_batch(10).batch_group
    page = signed_in(floor.manager, size)
    page.goto("/batch-groups")
    page.get_by_role("rowheader").get_by_role("link", name=group.name).click()

    page.get_by_label("Tag", exact=True).fill("fragile")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The tag “fragile” is added.")).to_be_visible()
    expect(page.get_by_role("button", name="Remove the tag fragile")).to_be_visible()

    # Somebody else's change shows by itself, and takes nothing away that is typed.
    page.get_by_label("Reason (optional").fill("Picked up early")
    page.get_by_role("heading", level=1).click()
    change_tags(group=group, add=["rush"], by=floor.by, at=now())
    expect(page.get_by_text("The tag “rush” was added.")).to_be_visible(timeout=6000)
    expect(page.get_by_label("Reason (optional")).to_have_value("Picked up early")

    page.get_by_role("button", name="In transit").click()
    expect(page.get_by_text("Delivery: in transit.").first).to_be_visible()
    expect(page.get_by_role("button", name="In transit")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("Picked up early")).to_be_visible()
    page.get_by_role("button", name="Delivered").click()
    expect(page.get_by_role("button", name="Delivered")).to_have_attribute("aria-pressed", "true")
    group.refresh_from_db()
    assert group.delivery_status == "delivered"

    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0
    assert_accessible(page)


@at_both_sizes
def test_an_event_that_was_given_up_is_sent_again(signed_in: SignedIn, floor: Floor, size: Size) -> None:
    with listening() as receiver:
        receiver.behave = statuses(*[500] * TRIES)
        group = floor.make_batch(1).batch_group
        subscribe(floor, receiver.url, description="Store system", at=now())
        change_tags(group=group, add=["rush"], by=floor.by, at=now())
        at = now()
        deliver_all(at)
        for delay in DELAYS:
            at += 1.5 * delay  # the jitter
            deliver_all(at)
        assert Delivery.objects.get().state == Delivery.State.DEAD

        page = signed_in(floor.manager, size)
        page.goto(f"/batch-groups/{group.pk}")
        page.get_by_role("link", name="to Store system").click()
        expect(page.get_by_text("The receiver failed.")).to_have_count(TRIES)
        page.get_by_role("button", name="Send again").click()
        expect(page.get_by_text("It is sent again. Its next try shows here.")).to_be_visible()

        deliver_all(now())

        expect(page.get_by_text("It was taken.")).to_be_visible(timeout=6000)
        assert len({one.id for one in receiver.received}) == 1
        assert len(receiver.received) == TRIES + 1
        sending.close_connections()
    page.get_by_role("link", name="Store system").click()
    expect(page.get_by_role("cell", name="Delivered")).to_be_visible()
    assert_accessible(page)
