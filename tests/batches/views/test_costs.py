"""Pages ask the database as often for many rows as for few."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from niagara.accounts.models import User
from tests.factories import Floor, make_user

SignIn = Callable[[User], Client]
PART = {"HX-Request": "true"}


def cost(ask: Callable[..., Any], address: str, *sent: Any, **options: Any) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert ask(address, *sent, **options).status_code == 200
    return len(asked)


def make_more(floor: Floor) -> None:
    """Of all that the pages list or offer."""
    for number in range(4):
        location = floor.make_location(f"Annex {number}")
        tech = make_user(floor.organization, "Technician")
        work_order = floor.make_work_order(8, location=location)
        floor.make_batch(4, work_order, floor.make_queue(f"Lane {number}", location), technicians=[tech])


def test_the_list_of_work_orders(signed_in: SignIn, floor: Floor) -> None:
    client = signed_in(floor.manager)
    floor.make_batch(2)
    for asked in ("", "?shown=at-risk", "?sort=left&q=iPad"):
        few = cost(client.get, f"/work-orders{asked}", headers=PART)
        make_more(floor)
        assert cost(client.get, f"/work-orders{asked}", headers=PART) == few <= 8


def test_breaking_down_and_its_preview(signed_in: SignIn, floor: Floor, tom: User) -> None:
    client = signed_in(floor.manager)
    address = f"/work-orders/{floor.make_work_order(60).pk}/break-down"
    few = cost(client.get, address)
    said = {"number_cycles": 20, "queue": floor.queue.pk, "technicians": [tom.pk], "share": "spread"}
    few_planned = cost(client.post, address, said, headers=PART)

    make_more(floor)

    assert cost(client.get, address) == few <= 14
    people = [user.pk for user in User.objects.filter(organization=floor.organization)]
    said |= {"number_cycles": 1, "technicians": people}
    assert cost(client.post, address, said, headers=PART) == few_planned <= 18
