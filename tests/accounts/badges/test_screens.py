from typing import Any

from django.test import Client

from niagara.accounts.models import Badge, SharedDevice, User
from niagara.accounts.operations.badges import issue_badge
from niagara.accounts.shared import COOKIE
from tests.accounts.badges.conftest import PIN
from tests.accounts.badges.test_signing_in import sign_in
from tests.batches.papers.test_papers import codes_on, opened, text_of
from tests.factories import AT, Floor, make_user

NEW = {"pin": "90210", "again": "90210"}


def give(client: Client, user: User, **said: Any) -> Any:
    return client.post(f"/shared-tablets/badges/{user.user_id}", {**NEW, **said})


def test_a_manager_allows_the_tablet_in_hand_and_revokes_it_from_elsewhere(
    client: Client, maria: User, tom: User, code: str
) -> None:
    tablet = Client()
    tablet.force_login(maria)
    form = {"name": "Bench 3", "once": "k1"}
    response = tablet.post("/shared-tablets/allow", form)
    secret = tablet.cookies[COOKIE].value

    again = tablet.post("/shared-tablets/allow", form)
    page = tablet.get("/shared-tablets").content.decode()
    assert response["Location"] == again["Location"] == "/shared-tablets"
    assert COOKIE not in again.cookies
    assert tablet.cookies[COOKIE].value == secret
    assert "this device" in page
    assert "Allow this device" not in page
    tablet.post("/sign-out")
    assert sign_in(tablet, code).status_code == 302

    client.force_login(maria)
    page = client.get("/shared-tablets").content.decode()
    assert "Bench 3" in page
    assert "Allow this device" in page
    client.post(f"/shared-tablets/{SharedDevice.objects.get().pk}/revoke")
    assert "No tablet is shared yet" in client.get("/shared-tablets").content.decode()
    assert tablet.get("/my-work").status_code == 302


def test_two_tablets_of_one_name_are_refused(client: Client, maria: User, device: SharedDevice) -> None:
    client.force_login(maria)

    response = client.post("/shared-tablets/allow", {"name": device.name})

    assert response.status_code == 422
    assert "Another tablet has this name. Choose another one." in response.content.decode()


def test_a_badge_is_given_shown_once_and_printed(client: Client, tablet: Client, maria: User, tom: User) -> None:
    client.force_login(maria)
    shown = give(client, tom, once="k1")
    code = shown.context["code"]

    assert "no-store" in shown["Cache-Control"]
    assert code in shown.content.decode()
    assert code not in give(client, tom, once="k1").content.decode()  # and no second badge
    assert sign_in(tablet, code, NEW["pin"]).status_code == 302
    printed = client.post(f"/shared-tablets/badges/{tom.user_id}/label", {"code": code})
    assert codes_on(opened(printed)) == {code}
    assert "Tom Baker" in text_of(opened(printed))
    assert client.post(f"/shared-tablets/badges/{tom.user_id}/label", {"code": "other"}).status_code == 404


def test_a_pin_is_typed_twice_and_no_easy_one_is_taken(client: Client, maria: User, tom: User) -> None:
    client.force_login(maria)

    assert "This is not the same PIN" in give(client, tom, again="90211").content.decode()
    refused = give(client, tom, pin="1234", again="1234")

    assert refused.status_code == 422
    assert "too easy to guess" in refused.content.decode()
    assert not Badge.objects.exists()


def test_a_pin_is_set_and_a_badge_revoked(client: Client, tablet: Client, maria: User, tom: User, code: str) -> None:
    client.force_login(maria)
    client.post(f"/shared-tablets/badges/{tom.user_id}/pin", NEW)
    assert sign_in(tablet, code, NEW["pin"]).status_code == 302

    client.post(f"/shared-tablets/badges/{tom.user_id}/revoke")

    assert tablet.get("/my-work").status_code == 302
    for page in ("pin", "revoke"):  # there is no badge any more
        assert client.post(f"/shared-tablets/badges/{tom.user_id}/{page}", NEW).status_code == 404


def test_people_are_listed_with_what_can_be_done(client: Client, maria: User, code: str, floor: Floor) -> None:
    make_user(floor.organization, "Technician", "Tina Young")
    client.force_login(maria)

    page = client.get("/shared-tablets/badges").content.decode()
    assert 'Give a badge<span class="unseen"> Tina Young' in page
    assert 'Replace<span class="unseen"> Tom Baker' in page
    assert "Maria Santos" not in page.partition("<main")[2]
    page = client.get("/shared-tablets/badges", {"q": "tina"}).content.decode()
    assert "Tom Baker" not in page


def test_who_works_at_a_tablet_changes_their_own_pin_and_knows_the_one_before(
    tablet: Client, tom: User, code: str
) -> None:
    sign_in(tablet, code)
    assert "/my-pin" in tablet.get("/my-work").content.decode()

    for _ in range(5):
        wrong = tablet.post("/my-pin", {"current": "0815", **NEW})
        assert "This is not your PIN." in wrong.content.decode()
    assert "too many failed tries" in tablet.post("/my-pin", {"current": PIN, **NEW}).content.decode()


def test_a_new_pin_takes_the_place_of_the_old_one(tablet: Client, tom: User, code: str) -> None:
    sign_in(tablet, code)
    assert tablet.post("/my-pin", {"current": PIN, **NEW}).status_code == 302
    tablet.post("/sign-out")

    assert sign_in(tablet, code, PIN).status_code == 200
    assert sign_in(tablet, code, NEW["pin"]).status_code == 302


def test_who_has_no_badge_is_told_whom_to_ask(client: Client, tom: User) -> None:
    client.force_login(tom)

    assert "Ask your production manager" in client.get("/my-pin").content.decode()
    assert client.post("/my-pin", {"current": PIN, **NEW}).status_code == 409


def test_badges_of_another_organization_do_not_exist(client: Client, olga: User, tom: User, code: str) -> None:
    client.force_login(olga)

    for page in ("", "/pin", "/revoke", "/label"):
        assert client.post(f"/shared-tablets/badges/{tom.user_id}{page}", {**NEW, "code": code}).status_code == 404
    assert Badge.objects.valid().count() == 1


def test_a_page_of_people_costs_the_same_for_one_and_for_many(
    client: Client, maria: User, code: str, floor: Floor, django_assert_max_num_queries: Any
) -> None:
    client.force_login(maria)
    with django_assert_max_num_queries(50) as one:
        client.get("/shared-tablets/badges")
    number = len(one)
    for _ in range(3):
        issue_badge(make_user(floor.organization, "Technician"), pin=PIN, by=floor.by, at=AT)

    with django_assert_max_num_queries(number):
        client.get("/shared-tablets/badges")
