"""Steps that show what is to be followed."""

from playwright.sync_api import Page, expect

from niagara.accounts.models import User
from tests.browser.conftest import TABLET, SignedIn
from tests.browser.technician.conftest import END, at_step, scan
from tests.factories import Floor, make_workflow
from tests.records.files import pdf, picture, upload

_READ = {"step_type": "user", "component": "follow-pdf-instructions", "goto_fail": "broken"}
STEPS = {
    "read": {**_READ, "label": "Read", "attachment": "Foil", "goto": "look"},
    "look": {**_READ, "label": "Look", "attachment": "Hinge", "goto": "peel"},
    "peel": {"step_type": "user", "label": "Peel", "goto": "done", "goto_fail": "broken"},
    "done": {"step_type": "success", "label": "Done", **END},
    "broken": {"step_type": "fail", "label": "Broken", **END},
}


def confirm(page: Page) -> None:
    page.get_by_text("I followed the instructions").tap()
    expect(page.get_by_role("checkbox")).to_be_checked()
    page.get_by_role("button", name="Done").tap()


def test_instructions_are_shown_in_the_step_and_confirmed(signed_in: SignedIn, floor: Floor, tina: User) -> None:
    upload(floor, "Foil", pdf())
    upload(floor, "Hinge", picture())
    workflow = make_workflow(floor.organization, "Peel", STEPS)
    batch = floor.make_batch(1, floor.make_work_order(1, workflow=workflow), technicians=[tina])
    page = signed_in(tina, TABLET, has_touch=True)
    page.goto("/my-work")
    with page.expect_response("**/attachments/*") as shown:
        page.get_by_role("button", name="Start next").tap()
    assert (shown.value.status, shown.value.headers["content-type"]) == (200, "application/pdf")
    at_step(page, "Read")
    expect(page.get_by_title("Foil")).to_be_visible()
    targets = [
        page.get_by_role("link", name="Open Foil"),
        page.get_by_text("I followed"),
        page.locator(".deeds button"),
    ]
    assert all(one.bounding_box()["height"] >= 48 for target in targets for one in target.all())  # type: ignore[index]

    # A page of it that was touched does not keep what the scanner types.
    page.evaluate("addEventListener('blur', () => setTimeout(() => (document.body.dataset.left = 'once')))")
    page.get_by_title("Foil").focus()
    expect(page.locator("body")).to_have_attribute("data-left", "once")
    scan(page, "NIAGARA:DONE")
    expect(page.get_by_text("Say that you followed the instructions")).to_be_visible()
    confirm(page)

    at_step(page, "Look")
    expect(page.get_by_alt_text("Hinge")).to_have_js_property("naturalWidth", 80)
    confirm(page)

    at_step(page, "Peel")
    context = batch.cycles.select_related("context").get().context
    assert context is not None
    assert context.run.answers == {"read": {"Foil": "ok"}, "look": {"Hinge": "ok"}}
    assert {run.by for run in context.run.last_steps} == {tina.pk}
