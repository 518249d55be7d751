from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from niagara.accounts.badge_codes import readable
from niagara.accounts.models import Badge, SharedDevice, User
from niagara.accounts.operations.badges import issue_badge, revoke_badge
from niagara.accounts.operations.devices import allow_device, revoke_device
from niagara.accounts.shared import COOKIE
from tests.accounts.badges.conftest import PIN, WRONG
from tests.factories import AT, Floor, make_user

Turn = Callable[[timedelta], None]
OAUTH = "/oauth/authorize?response_type=code&client_id=x"


def sign_in(tablet: Client, code: str, pin: str = PIN) -> Any:
    return tablet.post("/sign-in", {"badge": code, "pin": pin})


def who(tablet: Client) -> User | None:
    response = tablet.get("/my-work")
    return response.context["user"] if response.status_code == 200 else None


def said(response: Any) -> str:
    (sentence,) = response.context["badge_form"].non_field_errors()
    return sentence


def test_a_badge_and_its_pin_lead_to_the_work(tablet: Client, code: str, tom: User) -> None:
    assert "Scan your badge" in tablet.get("/sign-in").content.decode()

    response = sign_in(tablet, code)

    assert response["Location"] == "/my-work#back"
    page = tablet.get("/my-work")
    assert page.context["user"] == tom
    assert 'data-code="CHANGE">Change person' in page.content.decode()
    assert Badge.objects.get().last_used is not None
    assert SharedDevice.objects.get().last_used is not None


def test_the_code_may_be_typed_as_people_do(tablet: Client, code: str, tom: User) -> None:
    assert sign_in(tablet, f" {readable(code).lower().replace('1', 'i')} ").status_code == 302


def test_what_the_browser_keeps_is_out_of_reach_and_no_secret_is_stored(
    tablet: Client, code: str, device: SharedDevice
) -> None:
    sent = sign_in(tablet, code).cookies

    assert (sent[COOKIE]["httponly"], sent[COOKIE]["secure"], sent[COOKIE]["samesite"]) == (True, True, "Lax")
    assert sent[COOKIE]["max-age"] > 365 * 24 * 60 * 60
    assert sent["sessionid"]["max-age"] == ""  # it ends with the browser
    badge = Badge.objects.get()
    stored = f"{vars(device)} {vars(badge)}"
    assert tablet.cookies[COOKIE].value not in stored
    assert readable(code).replace("-", "") not in stored
    assert badge.pin.startswith("md5$")  # the first of the hashers, which is Argon2 but in tests


def test_changing_the_person_begins_a_session_of_its_own(tablet: Client, code: str, tom: User, floor: Floor) -> None:
    tina = make_user(floor.organization, "Technician", "Tina Young")
    tinas = issue_badge(tina, pin="90210", by=floor.by, at=AT)
    sign_in(tablet, code)
    before = tablet.cookies["sessionid"].value

    assert tablet.post("/sign-out")["Location"] == "/sign-in"
    assert "Scan your badge" in tablet.get("/sign-in?next=/cycles").content.decode()
    response = tablet.post("/sign-in?next=/cycles", {"badge": tinas, "pin": "90210"})

    assert response["Location"] == "/my-work#back"  # and never to where Tom was
    assert who(tablet) == tina
    assert tablet.cookies["sessionid"].value != before


def test_a_badge_counts_at_no_other_device(client: Client, code: str, tom: User) -> None:
    assert "Scan your badge" not in client.get("/sign-in").content.decode()

    response = sign_in(client, code)

    assert said(response) == "Badges count at shared tablets alone. Sign in with your e-mail address and password."
    assert said(response) in response.content.decode()
    client.cookies[COOKIE] = "made-up"
    assert said(sign_in(client, code)).startswith("Badges count at shared tablets alone.")
    assert who(client) is None


def test_a_badge_counts_at_no_tablet_of_another_organization(client: Client, code: str, other_floor: Floor) -> None:
    theirs = SharedDevice(organization=other_floor.organization, name="Elsewhere")
    client.cookies[COOKIE] = allow_device(theirs, by=other_floor.by, at=AT)

    assert said(sign_in(client, code)) == WRONG


@pytest.mark.parametrize("typed", [{"badge": "NIAGARA:BADGE:0000000000000000"}, {"pin": "4712"}])
def test_a_wrong_badge_and_a_wrong_pin_are_told_alike(
    tablet: Client, code: str, typed: dict[str, str], tom: User
) -> None:
    response = tablet.post("/sign-in", {"badge": code, "pin": PIN} | typed)

    assert (response.status_code, said(response)) == (200, WRONG)
    assert who(tablet) is None


@pytest.mark.parametrize("typed", [{"badge": ""}, {"pin": ""}, {"pin": "1" * 9}, {"badge": "x\x00"}])
def test_what_can_be_no_badge_or_pin_is_refused(tablet: Client, code: str, typed: dict[str, str]) -> None:
    response = tablet.post("/sign-in", {"badge": code, "pin": PIN} | typed)

    assert response.status_code == 200
    assert response.context["badge_form"].errors


def test_who_may_not_sign_in_has_no_use_of_a_badge(tablet: Client, code: str, tom: User) -> None:
    User.objects.filter(pk=tom.pk).update(is_active=False)

    assert said(sign_in(tablet, code)) == WRONG


def test_who_may_do_more_by_now_signs_in_with_a_password(tablet: Client, code: str, tom: User) -> None:
    User.objects.filter(pk=tom.pk).update(is_staff=True)

    assert said(sign_in(tablet, code)).startswith("You may do too much for a badge.")


def test_a_session_ends_with_the_badge(tablet: Client, code: str, floor: Floor, tom: User) -> None:
    sign_in(tablet, code)
    assert who(tablet) == tom

    revoke_badge(Badge.objects.get(), by=floor.by, at=AT)

    assert who(tablet) is None
    assert said(sign_in(tablet, code)) == WRONG


def test_a_session_ends_with_the_tablet(tablet: Client, code: str, floor: Floor, device: SharedDevice) -> None:
    sign_in(tablet, code)

    revoke_device(device, by=floor.by, at=AT)

    assert who(tablet) is None
    assert "Scan your badge" not in tablet.get("/sign-in").content.decode()


def test_a_session_ends_when_nobody_touches_the_tablet(tablet: Client, code: str, tom: User, pass_time: Turn) -> None:
    sign_in(tablet, code)
    for _ in range(2):
        pass_time(timedelta(minutes=14))
        assert who(tablet) == tom

    # A page that follows the floor by itself keeps nobody signed in.
    pass_time(timedelta(minutes=14))
    assert tablet.get("/my-work", headers={"HX-Request": "true"}).status_code == 200
    pass_time(timedelta(minutes=2))

    assert tablet.get("/my-work")["Location"] == "/sign-in?next=/my-work"


def test_a_password_still_signs_in_and_outlasts_a_pause(tablet: Client, tom: User, pass_time: Turn) -> None:
    tablet.post("/sign-in", {"username": tom.email, "password": "secret"})
    pass_time(timedelta(minutes=20))

    assert who(tablet) == tom
    assert 'data-code="CHANGE">Sign out' in tablet.get("/my-work").content.decode()


def test_a_pin_gives_no_client_a_token(tablet: Client, code: str, tom: User) -> None:
    sign_in(tablet, code)

    asked = tablet.get(OAUTH)
    page = tablet.get(asked["Location"]).content.decode()
    assert asked["Location"].startswith("/sign-in?next=/oauth/authorize")
    assert "Scan your badge" not in page

    tablet.post(asked["Location"], {"username": tom.email, "password": "secret"})
    assert not tablet.get(OAUTH).get("Location", "").startswith("/sign-in")


def test_a_page_of_a_badge_session_costs_one_query_more(tablet: Client, code: str, client: Client, tom: User) -> None:
    client.force_login(tom)
    sign_in(tablet, code)
    with CaptureQueriesContext(connection) as plain:
        client.get("/my-work")

    with CaptureQueriesContext(connection) as with_badge:
        tablet.get("/my-work")

    assert len(with_badge) == len(plain) + 1
