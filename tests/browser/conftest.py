"""Screens in a real Chromium, served by a real server."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright

from niagara.accounts.models import User
from tests.factories import Floor, make_floor, make_user

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
Size = tuple[int, int]
WIDE, TABLET = (1440, 900), (768, 1024)
at_both_sizes = pytest.mark.parametrize("size", [WIDE, TABLET], ids=["wide", "tablet"])
PATIENCE = 20_000  # milliseconds: how long a busy machine may take

SignedIn = Callable[..., Page]

# What a refusal sounds like in the console; what the page says of it is for the test to look at.
REFUSED = (
    "status of 403",
    "status of 409",
    "status of 422",
    "status of 502",
    "ERR_INTERNET_DISCONNECTED",
    "Failed to fetch",
)

# Where the browser has what it shows PDFs with.
OWN = ("chrome://", "chrome-extension://")

# Pages in which axe was at work, which itself does what the policy forbids.
inspected: set[Page] = set()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("This needs Chromium: apt-get install chromium.")
    # Playwright keeps an event loop in this thread; Django would take that for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def floor(transactional_db: None) -> Floor:
    """What the server has committed, so that the browser sees it."""
    return make_floor()


@pytest.fixture
def tom(floor: Floor) -> User:
    return make_user(floor.organization, "Technician", "Tom Baker")


@pytest.fixture
def signed_in(browser: Browser, live_server: Any) -> Iterator[SignedIn]:
    """A page of a user who has signed in, at one of the two widths. Whatever the browser complains of, and
    whatever it asks of another host, fails the test."""
    opened, complaints = [], []

    def complain(said: str, page: Page) -> None:
        if page not in inspected and not any(status in said for status in REFUSED):
            complaints.append(said)

    def sign_in(user: User, size: Size = WIDE, **options: Any) -> Page:
        client = Client()  # with a session of its own
        client.force_login(user)
        width, height = size
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": width, "height": height}, reduced_motion="reduce", **options
        )
        cookie = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.on("console", lambda said: said.type in ("error", "warning") and complain(said.text, page))
        page.on("pageerror", lambda error: complain(str(error), page))
        page.on("request", lambda asked: asked.url.startswith((live_server.url, *OWN)) or complain(asked.url, page))
        opened.append(context)
        return page

    yield sign_in
    for context in opened:
        context.close()
    assert complaints == []


def assert_accessible(page: Page) -> None:
    """axe finds nothing serious or critical on the page as it stands, and nothing is beside the screen. To be called
    last: what the browser says after that may be about axe itself."""
    inspected.add(page)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    found = Axe().run(page).response["violations"]
    grave = [one for one in found if one["impact"] in ("serious", "critical")]
    assert grave == [], [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in grave]
