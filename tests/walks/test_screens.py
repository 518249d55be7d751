"""Every screen there is: who may open it, and what it does with what is wrong."""

import re
from typing import Any

import pytest
from django.test import Client

from niagara.accounts.models import User
from niagara.accounts.permissions import SCOPES
from niagara.screens.pages import Page
from tests.factories import grant_only, make_user
from tests.walks.conftest import World, become_administrator
from tests.walks.pages import screens

UNKNOWN = "01a20674-0cbf-7383-bee7-88665e943749"
NONSENSE = ["x", "%00", "1e400", "-1", "9" * 40, "\U0001f4a9", "'\"><script>"]

# What any of the forms and filters takes.
FIELDS = (
    "page",
    "q",
    "shown",
    "location",
    "customer",
    "from",
    "to",
    "once",
    "seen_version",
    "order",
    "queue",
    "kind",
    "file",
    "format",
    "do",
    "work_order",
    "cell-2-2",
    "leave-2",
    "days",
    "since",
    "until",
    "due",
    "table",
    "after",
    "before",
    "find",
    "batches",
    "reason",
    "event",
    "workflow",
    "step",
    "first",
    "age",
    "batch",
    "field_0",
    "item_0",
    "serial",
    "comment",
    "technician",
    "content",
    "code",
    "technicians",
    "way",
    "place",
    "neighbour",
    "status",
    "late",
    "back",
    "cycle",
    "label",
    "number_cycles",
    "mixing_station",
    "current_status",
    "name",
    "pin",
    "again",
    "current",
)

every_screen = pytest.mark.parametrize(("template", "view"), screens(), ids=[template for template, _ in screens()])


def address(template: str, ids: dict[str, str]) -> str:
    return "/" + re.sub(r"<\w+:(\w+)>", lambda found: ids[found[1]], template)


def names_in(template: str) -> list[str]:
    return re.findall(r"<\w+:(\w+)>", template)


@every_screen
def test_a_screen_says_who_may_open_it(template: str, view: Any) -> None:
    assert view is not None
    assert issubclass(view, Page)
    assert view.permission in SCOPES


@every_screen
def test_a_stranger_signs_in_first(template: str, view: Any, world: World, client: Client) -> None:
    for method in ("get", "post"):
        response = getattr(client, method)(address(template, world.ids))

        assert response.status_code == 302
        assert response["Location"].startswith("/sign-in?next=")


@every_screen
def test_who_holds_no_permission_is_refused(template: str, view: Any, world: World, client: Client) -> None:
    nobody = make_user(world.floor.organization, None)
    grant_only(nobody, *(scope for scope in SCOPES if scope == "me:profile"))
    client.force_login(nobody)

    assert client.get(address(template, world.ids)).status_code == 403


@every_screen
def test_a_screen_opens_and_loads_from_here_alone(template: str, view: Any, world: World, client: Client) -> None:
    client.force_login(world.floor.manager)

    response = client.get(address(template, world.ids))

    allowed = 200 if "get" in view.http_method_names else 405
    assert response.status_code == allowed
    if "html" in response.get("Content-Type", ""):
        page = response.content.decode()
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]* (src|type=\"application/json\"))", page)
        assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", page)
        assert "unsafe" not in response["Content-Security-Policy"]


@every_screen
def test_another_organization_sees_nothing(template: str, view: Any, world: World, client: Client, olga: User) -> None:
    become_administrator(olga)
    client.force_login(olga)
    for method in ("get", "post"):
        response = getattr(client, method)(address(template, world.ids))

        if names_in(template):
            assert response.status_code in (404, 405)
        shown = response.content.decode(errors="replace") if "html" in response.get("Content-Type", "") else ""
        assert world.batch.label not in shown
        assert world.batch.work_order.label not in shown


@every_screen
@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_is_no_error_of_ours(template: str, view: Any, nonsense: str, world: World, client: Client) -> None:
    client.force_login(world.floor.manager)
    said = dict.fromkeys(FIELDS, nonsense)

    for ids in (world.ids, dict.fromkeys(world.ids, UNKNOWN)):
        assert client.get(address(template, ids), said).status_code < 500
        assert client.post(address(template, ids), said).status_code < 500
