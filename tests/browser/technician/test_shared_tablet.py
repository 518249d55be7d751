"""Two technicians at one tablet: whoever scans their badge goes on where they were, and nothing typed is lost."""

from playwright.sync_api import Page, expect

from batches.models import Cycle
from niagara.accounts.models import SharedDevice, User
from niagara.accounts.operations.badges import issue_badge
from niagara.directory.models import Category
from tests.browser.conftest import TABLET, SignedIn, assert_accessible
from tests.browser.technician.conftest import STEPS, at_step, scan
from tests.factories import AT, Floor, make_user, make_workflow, relate

TOMS, TINAS = "4711", "90210"


def type_pin(page: Page, pin: str) -> None:
    expect(page.get_by_label("PIN")).to_be_focused()
    for digit in pin:
        page.get_by_role("button", name=digit, exact=True).tap()
    page.get_by_role("button", name="Sign in", exact=True).tap()


def test_a_manager_allows_a_tablet_and_changing_the_person_drops_no_work(
    signed_in: SignedIn, floor: Floor, tom: User
) -> None:
    tina = make_user(floor.organization, "Technician", "Tina Young")
    for technician in (tina, tom):
        relate(technician, "allocated", floor.location)
    workflow = make_workflow(floor.organization, "Set up", STEPS)
    floor.make_batch(6, floor.make_work_order(6, workflow=workflow), technicians=[tina, tom])
    toms = issue_badge(tom, pin=TOMS, by=floor.by, at=AT)
    page = signed_in(floor.manager, TABLET, has_touch=True)
    page.goto("/shared-tablets")
    page.get_by_role("link", name="Allow this device").tap()
    page.get_by_label("Name").fill("Bench 3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row", name="Bench 3 this device")).to_be_visible()
    page.get_by_role("link", name="Badges").tap()
    page.get_by_role("link", name="Give a badge Tina Young").tap()
    for label in ("New PIN", "New PIN once more"):
        page.get_by_label(label, exact=True).fill(TINAS)
    page.keyboard.press("Enter")
    tinas = f"NIAGARA:BADGE:{page.get_by_label('Code of the badge').inner_text().replace('-', '')}"
    page.get_by_role("link", name="It is printed").tap()
    page.get_by_role("button", name="Sign out").tap()

    # Tina begins a cycle, and types half of what a step asks for.
    expect(page.get_by_role("heading", name="Scan your badge")).to_be_visible()
    expect(page.get_by_label("Badge", exact=True)).to_be_focused()
    scan(page, tinas)
    type_pin(page, TINAS)
    page.get_by_role("button", name="Start next").tap()
    at_step(page, "Scan it")
    page.keyboard.type("IPAD-1 with a scra")
    place = page.url

    # Tom scans his badge into the middle of it.
    scan(page, toms)
    type_pin(page, TOMS)
    expect(page.get_by_role("heading", name="My work")).to_be_visible()
    expect(page.locator(".top__who")).to_contain_text("Tom Baker")
    page.goto(place)
    assert "IPAD-1" not in page.content() + page.get_by_label("Serial number").input_value()
    page.goto("/my-work")
    page.get_by_role("button", name="Start next").tap()
    at_step(page, "Scan it")
    scan(page, "IPAD-2")
    at_step(page, "Unpack")
    page.get_by_role("link", name="Note or issue").tap()
    page.get_by_label("Note").fill("The box was op")
    page.get_by_role("button", name="Change person").tap()

    # A wrong PIN, a scan while the PIN is asked for; then Tina is where she was.
    expect(page.get_by_label("Badge", exact=True)).to_be_focused()
    scan(page, toms)
    page.keyboard.type("12")
    scan(page, tinas)
    expect(page.get_by_role("heading", name="Type your PIN")).to_be_visible()
    scan(page, "0000")
    expect(page.get_by_role("alert")).to_contain_text("The badge or the PIN is not right.")
    expect(page.get_by_label("Badge", exact=True)).to_be_focused()
    scan(page, tinas)
    page.keyboard.type(TINAS)
    page.keyboard.press("Enter")
    page.wait_for_url(place)
    expect(page.get_by_label("Serial number")).to_have_value("IPAD-1 with a scra")
    assert set(Cycle.objects.filter(category=Category.IN_PROGRESS).values_list("technician__name", flat=True)) == {
        "Tina Young",
        "Tom Baker",
    }

    # The browser's own memory of Tom's page shows nobody else's session; a printed code works like the button.
    page.get_by_label("Serial number").fill("")
    scan(page, "NIAGARA:CHANGE")
    expect(page.get_by_role("heading", name="Scan your badge")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Scan your badge")).to_be_visible()
    assert SharedDevice.objects.get().last_used is not None

    # Tom's note waits for him until it is written.
    expect(page.get_by_label("Badge", exact=True)).to_be_focused()
    scan(page, toms)
    type_pin(page, TOMS)
    note = page.get_by_label("Note")
    expect(note).to_have_value("The box was op")
    place = page.url
    page.get_by_role("button", name="Write it down").tap()
    page.wait_for_url(lambda url: url != place)
    page.goto(place)
    expect(note).to_have_value("")
    page.get_by_role("button", name="Change person").tap()
    expect(page.get_by_label("Badge", exact=True)).to_be_focused()
    scan(page, tinas)
    expect(page.get_by_label("PIN")).to_be_focused()
    assert all(button.bounding_box()["height"] >= 48 for button in page.locator("button:visible").all())  # type: ignore[index]
    assert_accessible(page)
