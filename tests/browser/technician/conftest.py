"""A technician with a tablet and a scanner, which is a keyboard that types fast."""

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from batches.models import Batch
from niagara.accounts.models import User
from tests.factories import Floor, make_user, make_workflow, relate

END = {"on_start": [], "on_complete": []}
STEPS: dict[str, Any] = {
    "scan": {
        "step_type": "user", "label": "Scan it", "component": "manual-data-entry", "can_stack": True,
        "fields": [{"label": "Serial number", "entity_field": "serial_number", "required": True}],
        "goto": "unpack", "goto_fail": "broken",
    },
    "unpack": {
        "step_type": "user", "label": "Unpack", "component": "task-list",
        "items": [
            {"slug": slug, "label": label, "evaluated": True, "allow_na": False}
            for slug, label in (("sealed", "The box was sealed"), ("clean", "The glass is clean"))
        ],
        "goto": "measure", "goto_fail": "broken",
    },
    "measure": {
        "step_type": "user", "label": "Measure", "component": "manual-data-entry",
        "fields": [{"label": "Battery in percent", "entity_field": "$battery", "required": True}],
        "goto": "enough", "goto_fail": "broken",
    },
    "enough": {
        "step_type": "decision", "label": "Enough?", "variable": "battery", "operator": "greater_than_equals",
        "value": 40, "goto": "check", "goto_fail": "measure",
    },
    "check": {
        "step_type": "user", "label": "Check", "component": "task-list", "is_qc": True,
        "items": [{"slug": "straight", "label": "The tag is straight", "evaluated": True, "allow_na": False}],
        "goto": "done", "goto_fail": "unpack",
    },
    "done": {"step_type": "success", "label": "Done", **END},
    "broken": {"step_type": "fail", "label": "Broken", **END},
}  # fmt: skip


@pytest.fixture
def tina(floor: Floor, tom: User) -> User:
    tina = make_user(floor.organization, "Technician", "Tina Young")
    for technician in (tina, tom):
        relate(technician, "allocated", floor.location)
    return tina


@pytest.fixture
def batch(floor: Floor, tina: User) -> Batch:
    return make_batch(floor, tina, 12)


def make_batch(floor: Floor, technician: User, number_cycles: int) -> Batch:
    """A batch of devices that are scanned, unpacked, measured and checked."""
    workflow = make_workflow(floor.organization, "Set up", STEPS)
    return floor.make_batch(
        number_cycles, floor.make_work_order(number_cycles, workflow=workflow), technicians=[technician]
    )


def scan(page: Page, code: str) -> None:
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def at_step(page: Page, label: str) -> None:
    """The step is on the screen, and what is typed or scanned lands in its first field, if it has one."""
    expect(page.locator("#step")).to_have_text(label)
    if (field := page.locator("#main [autofocus]")).count():
        expect(field).to_be_focused()


def start_next(page: Page) -> None:
    page.goto("/my-work")
    page.get_by_role("button", name="Start next").click()
    at_step(page, "Scan it")


class Held:
    """Keeps what a page sends under way until it is let go."""

    def __init__(self, page: Page, address: str = "**/cycles/*") -> None:
        self.holds, self.routes = True, list[Route]()
        page.route(address, self._take)

    def _take(self, route: Route) -> None:
        if self.holds and route.request.method == "POST":
            self.routes.append(route)
        else:
            route.continue_()

    def let_go(self) -> None:
        self.holds = False
        for route in self.routes:
            route.continue_()

    def lose_answers(self) -> None:
        """What was sent is carried out, and nobody is told; what is sent again waits."""
        lost, self.routes = self.routes, []
        for route in lost:
            route.fetch()
            route.fulfill(status=502, body="The server is started anew.")
