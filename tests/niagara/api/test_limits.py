"""How many requests come through in a minute, and what those are told who send more."""

from collections.abc import Iterator
from datetime import timedelta
from secrets import token_hex
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from niagara import clock
from niagara.accounts import limits
from niagara.accounts.models import User
from tests.accounts.oauth.flow import assert_refused
from tests.clients import Api, assert_problem
from tests.walks.routes import operations

QUOTA = 3


@pytest.fixture(autouse=True)
def limited(settings: Any) -> None:
    settings.API_RATE_LIMIT = settings.TOKEN_RATE_LIMIT = QUOTA


@pytest.fixture(autouse=True)
def moment(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """The time, which stands still until a test moves it."""
    shown = [clock.now()]
    monkeypatch.setattr(clock, "now", lambda: shown[0])
    return shown  # type: ignore[return-value]


def ask_for_token(address: str, **headers: str) -> Any:
    return Client(REMOTE_ADDR=address).post("/oauth/token", {"grant_type": "client_credentials"}, headers=headers)


def an_address() -> str:
    return f"2001:db8::{token_hex(2)}:{token_hex(2)}"


def test_each_answer_tells_how_many_requests_are_left(maria: User, moment: list[Any]) -> None:
    client = Api(maria)

    first = client.get("me")
    moment[0] += timedelta(seconds=20)
    second = client.get("batches/nothing")

    assert first["RateLimit-Policy"] == second["RateLimit-Policy"] == '"token";q=3;w=60'
    assert (first["RateLimit"], second["RateLimit"]) == ('"token";r=2;t=60', '"token";r=1;t=40')
    assert "Retry-After" not in second


def test_one_too_many_is_a_problem_that_says_how_long_to_wait(maria: User, moment: list[Any]) -> None:
    client, other = Api(maria), Api(maria)
    for _ in range(QUOTA):
        assert client.get("me").status_code == 200
    moment[0] += timedelta(seconds=47.5)

    refused = client.post("queues", {"label": "None of it is done"})

    problem = assert_problem(refused, 429, "TooManyRequests")
    assert problem["detail"] == "One token may send 3 requests a minute; wait 13 seconds."
    assert (refused["Retry-After"], refused["RateLimit"]) == ("13", '"token";r=0;t=13')
    assert other.get("me").status_code == 200
    moment[0] += timedelta(seconds=13)
    assert client.get("me")["RateLimit"] == '"token";r=2;t=60'


@pytest.mark.django_db
def test_whatever_is_asked_of_the_api_is_counted(maria: User, settings: Any) -> None:
    client, asked = Api(maria, ()), operations()
    settings.API_RATE_LIMIT = len(asked) + 1
    ids = {name: "nothing" for one in asked for name in one.id_names}

    left = [client.send(one.method, one.address(ids))["RateLimit"].split(";")[1] for one in asked]
    not_acceptable = client.get("me", headers={"Accept": "text/html"})

    assert left == [f"r={number}" for number in range(len(asked), 0, -1)]
    assert (not_acceptable.status_code, not_acceptable["RateLimit"].split(";")[1]) == (406, "r=0")
    assert "RateLimit" not in Api(None).get("me")


def test_it_costs_one_statement_and_on_sqlite_none_of_the_database(maria: User, settings: Any) -> None:
    costs = []
    client = Api(maria)
    client.get("me")  # the first of a minute forgets old counts as well
    for settings.API_RATE_LIMIT in (QUOTA, 0):
        with CaptureQueriesContext(connection) as queries:
            client.get("me")
        costs.append(len(queries))

    assert costs[0] - costs[1] == (1 if connection.vendor == "postgresql" else 0)


def test_old_counts_are_forgotten(db: None, moment: list[Any]) -> None:
    limit, old, new = limits.of_a_token(), token_hex(), token_hex()
    limits.count(limit, old, at=moment[0])
    rows = "SELECT began FROM request_counts WHERE began = %s"
    execute = limits._beside_sqlite if connection.vendor == "sqlite" else limits._in_postgresql
    assert execute(rows, [moment[0].timestamp()])

    limits.count(limit, new, at=moment[0] + timedelta(hours=2))

    assert not execute(rows, [moment[0].timestamp()])


def test_an_address_may_ask_so_often_for_tokens(db: None) -> None:
    here, there = an_address(), an_address()
    for left in (2, 1, 0):
        tried = ask_for_token(here)
        assert (tried.status_code, tried["RateLimit"].split(";")[1]) == (401, f"r={left}")

    refused = ask_for_token(here)

    assert_refused(refused, "temporarily_unavailable", 429)
    assert refused["RateLimit-Policy"] == '"address";q=3;w=60'
    assert 1 <= int(refused["Retry-After"]) <= 60
    for path in ("/oauth/revoke", "/oauth/introspect"):
        assert Client(REMOTE_ADDR=here).post(path).status_code == 429
    assert ask_for_token(there).status_code == 401


def test_nobody_changes_their_address_by_saying_another(db: None) -> None:
    """The proxy in front writes the last address; whoever asks may write those before."""
    proxy, mine = an_address(), an_address()
    for number in range(QUOTA):
        said = f"10.0.0.{number}, {mine}"
        assert ask_for_token(proxy, **{"X-Forwarded-For": said}).status_code == 401

    assert ask_for_token(proxy, **{"X-Forwarded-For": f"10.0.0.9, {mine}"}).status_code == 429


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "6.6.6.6", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "6.6.6.6", "6.6.6.6"),
        (1, "6.6.6.6, 7.7.7.7", "7.7.7.7"),
        (1, "6.6.6.6,", "10.0.0.1"),
        (2, "6.6.6.6, 7.7.7.7, 8.8.8.8", "7.7.7.7"),
        (2, "8.8.8.8", "10.0.0.1"),
    ],
)
def test_an_address_is_what_the_outermost_proxy_saw(settings: Any, proxies: int, forwarded: str, address: str) -> None:
    settings.PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}

    assert limits.address_of(RequestFactory(REMOTE_ADDR="10.0.0.1").get("/", headers=headers)) == address
