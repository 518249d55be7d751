import itertools
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.test import Client

from niagara.accounts.models import User
from niagara.accounts.oauth.consent import asks
from niagara.accounts.permissions import SCOPES
from niagara.screens.navigation import PLACES
from tests.factories import grant_only
from tests.walks.conftest import become_administrator

STYLES = Path(settings.BASE_DIR, "niagara/static/niagara/niagara.css").read_text()
INK_ON_GROUND = [
    *itertools.product(["ink", "ink-soft", "accent", "accent-hover"], ["ground", "surface", "accent-wash"]),
    *((status, f"{status}-wash") for status in ("done", "check", "busy", "wait", "risk", "bad")),
    ("bad", "surface"),
    ("ink-soft", "sunken"),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-hover"),
]


def test_home_says_who_and_where_somebody_without_a_place_is(client: Client, tom: User) -> None:
    grant_only(tom, "location:read")
    client.force_login(tom)

    page = client.get("/").content.decode()

    assert "Hello, Tom Baker" in page
    assert "Acme Provisioning" in page
    assert "Role" in page
    assert 'href="/api/docs"' in page


def test_home_is_for_users(client: Client) -> None:
    assert client.get("/")["Location"] == "/sign-in?next=/"


def test_home_leads_an_administrator_to_the_admin(client: Client, maria: User) -> None:
    become_administrator(maria)
    client.force_login(maria)

    assert client.get("/")["Location"] == "/admin/"


def test_home_leads_a_technician_to_their_work(client: Client, tom: User) -> None:
    client.force_login(tom)

    assert client.get("/")["Location"] == "/my-work"


def test_home_leads_who_oversees_the_queues_to_the_first_of_the_screens(client: Client, maria: User) -> None:
    client.force_login(maria)

    assert client.get("/")["Location"] == PLACES[0].address


def test_who_belongs_to_no_organization_has_a_start_too(client: Client, db: None) -> None:
    client.force_login(User.objects.create_user("root@example.com", is_superuser=True))

    assert client.get("/", follow=True).status_code == 200


def test_a_name_is_text_and_never_markup(client: Client, tom: User) -> None:
    tom.name = "<script>alert(1)</script>"
    tom.save()
    client.force_login(tom)

    assert "<script>alert" not in client.get("/my-work").content.decode()


def test_what_is_missing_gets_a_page_of_ours(client: Client, db: None) -> None:
    response = client.get("/nowhere")

    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_an_error_page_needs_no_request(name: str) -> None:
    page = get_template(f"{name}.html").render()

    assert "<h1>" in page
    assert "To the start page" in page


def test_pages_load_from_here_alone(client: Client, tom: User) -> None:
    client.force_login(tom)
    for path in ("/my-work", "/sign-in?next=/", "/nowhere"):
        response = client.get(path)
        page = response.content.decode()

        policy = response["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert not re.search(r"<script(?![^>]* src=\"/static/)|<style|\sstyle=|\son\w+=|https?://", page)
        assert '<html lang="en">' in page
        assert re.search(r"<title>\S.* · Niagara</title>", page)


def test_every_field_to_fill_in_has_a_label(client: Client) -> None:
    page = client.get("/sign-in").content.decode()

    filled_in = re.findall(r'<input type="(?:email|password)"[^>]* id="(\w+)"', page)
    assert len(filled_in) == 2
    assert all(f'<label for="{field}">' in page for field in filled_in)


@pytest.mark.parametrize("scope", SCOPES)
def test_every_scope_has_words(scope: str) -> None:
    (ask,) = asks([scope])

    assert ask.things
    assert ask.words


def test_scopes_are_told_by_kind_of_thing() -> None:
    told = [(ask.things, ask.words) for ask in asks(["batch:update", "work-order:all", "batch:create", "batch:read"])]

    assert told == [("Batches", "see, create and edit"), ("Work orders", "list all")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), INK_ON_GROUND)
def test_text_can_be_read(scheme: str, ink: str, ground: str) -> None:
    light, dark = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", part)) for part in STYLES.split("@media", 2)[:2])
    colours = light if scheme == "light" else light | dark

    assert contrast(colours[ink], colours[ground]) >= 4.5


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
