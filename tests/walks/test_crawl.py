"""Links in the answers of the demo's data lead somewhere: from `/api` on, all kinds that can be reached."""

import re
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.test import override_settings

from batches.models import BatchGroup
from niagara import clock
from niagara.accounts.actor import Actor
from niagara.accounts.models import User
from niagara.webhooks.models import Event, Subscription
from niagara.webhooks.operations.publishing import publish
from niagara.webhooks.operations.subscribing import create_subscription
from tests.clients import Api, ApiFactory
from tests.factories import AT
from tests.walks.routes import operations
from tests.webhooks.delivering import deliver_all

pytestmark = pytest.mark.django_db

# (collection, list below a row of it), such as ("batches", "cycles")
LISTS = [
    (one.collection, one.template.rpartition("/")[2])
    for one in operations()
    if one.method == "GET" and len(one.id_names) == 1 and re.fullmatch(r"api/[\w-]+/<[^>]+>/[\w-]+", one.template)
]
# So many links of a kind are followed, and of so many rows of a kind one is asked for the lists below it.
FOLLOWED, EVERY = 60, 12


@pytest.fixture
def manager(db: None, api: ApiFactory) -> Api:
    with override_settings(DEBUG=True):
        call_command("demo", stdout=StringIO())
    admin = User.objects.get(email="admin@niagara.example")
    subscription = Subscription(organization=admin.organization, url="http://127.0.0.1:9/", events=["*"])
    create_subscription(subscription, by=Actor.system(), at=AT)
    subject = BatchGroup.objects.filter(organization=admin.organization)[0].pk
    publish([Event(organization=admin.organization, name="Tried", subject_id=subject, version=10**6, body="{}")])
    deliver_all(clock.now())
    return api(admin)


def links(answer: Any) -> Iterator[str]:
    """Every `href`, however deep."""
    if isinstance(answer, dict):
        for name, value in answer.items():
            if name == "href":
                yield value
            else:
                yield from links(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from links(value)


def kind(address: str) -> str:
    """The address without its ids: `batches/-/cycles`."""
    parts = urlsplit(address).path.removeprefix("/api").strip("/").split("/")
    return "/".join("-" if len(part) > 30 else part for part in parts)


def lists_below(address: str) -> set[str]:
    """The lists that the API has below a row, whether it links to them or not."""
    row = urlsplit(address).path
    return {f"{row}/{name}" for collection, name in LISTS if kind(row) == f"{collection}/-"}


def test_links_of_every_kind_from_the_entry_on_are_answered_with_200(manager: Api) -> None:
    ahead, seen, answered = ["/api"], {"/api"}, Counter[str]()
    wrong: dict[str, int] = {}
    while ahead:
        address = ahead.pop()
        if answered[kind(address)] == FOLLOWED:
            continue
        response = manager.get(address)
        answered[kind(address)] += 1
        if response.status_code != 200:
            wrong[address] = response.status_code
            continue
        new = set(links(response.json())) - seen
        if answered[kind(address)] % EVERY == 1:
            new |= lists_below(address) - seen
        seen |= new
        ahead += new

    assert wrong == {}
    assert answered.total() > 1_000
    assert answered.keys() >= {
        "batches", "batches/-", "queues/-/batches", "work-orders/-/queues", "actions/-", "contexts/-", "units/-",
        "users/-", "roles/-", "me", "me/batches", "me/locations", "me/notifications", "search", "settings/reasons",
        *(f"{collection}/-/{name}" for collection, name in LISTS if collection != "notes"),
    }  # fmt: skip
