from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from niagara import clock
from niagara.accounts.models import SharedDevice, User
from niagara.accounts.operations.badges import issue_badge
from niagara.accounts.operations.devices import allow_device
from niagara.accounts.shared import COOKIE
from tests.factories import AT, Floor

PIN = "4711"
WRONG = "The badge or the PIN is not right. Scan your badge and try again."


@pytest.fixture
def tablet(floor: Floor) -> Client:
    """The browser of a tablet that Maria allowed."""
    browser = Client()
    device = SharedDevice(organization=floor.organization, name="Bench 3")
    browser.cookies[COOKIE] = allow_device(device, by=floor.by, at=AT)
    return browser


@pytest.fixture
def device(tablet: Client) -> SharedDevice:
    return SharedDevice.objects.get()


@pytest.fixture
def code(floor: Floor, tom: User) -> str:
    """What Tom's badge says."""
    return issue_badge(tom, pin=PIN, by=floor.by, at=AT)


@pytest.fixture
def pass_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Turns the clock on, wherever it is read; by itself it stands still."""
    at = clock.now()

    def now() -> datetime:
        return at

    def turn(by: timedelta) -> None:
        nonlocal at
        at += by

    monkeypatch.setattr(clock, "now", now)
    return turn
