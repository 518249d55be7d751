"""What those who operate it are told."""

import json
import logging
import logging.config
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.test import Client, override_settings

from niagara import clock
from niagara.monitoring import probes
from niagara.webhooks.models import Delivery
from tests.clients import Api
from tests.factories import AT, Floor
from tests.webhooks.delivering import deliver_all, subscribe, tell

TOKEN = "scrape-me"  # of a test


def scrape(client: Client, token: str = TOKEN) -> Any:
    return client.get("/metrics", headers={"Authorization": f"Bearer {token}"})


def figures(client: Client) -> dict[str, float]:
    lines = scrape(client).content.decode().splitlines()
    return {
        name: float(value) for name, _, value in (line.rpartition(" ") for line in lines) if not name.startswith("#")
    }


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@override_settings(SECURE_SSL_REDIRECT=True, ALLOWED_HOSTS=["floor.example.com"])
def test_a_probe_comes_without_https_and_under_any_name(db: None, client: Client, path: str) -> None:
    response = client.get(path, headers={"Host": "10.1.2.3:8000"})

    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")


@pytest.fixture
def away(django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Who connects from now on finds nobody at the port, or no such folder."""
    elsewhere = {"HOST": "127.0.0.1", "PORT": "1"} if connection.vendor == "postgresql" else {"NAME": "/nowhere/at/all"}
    for name, value in elsewhere.items():
        monkeypatch.setitem(connections.settings[DEFAULT_DB_ALIAS], name, value)
    with django_db_blocker.unblock():
        yield


def test_without_the_database_it_lives_and_is_not_ready(away: None) -> None:
    with ThreadPoolExecutor(1) as thread:  # which has no connection yet
        alive, unready = thread.map(Client().get, ["/healthz", "/readyz"])

    assert alive.status_code == 200
    assert (unready.status_code, unready.json()["database"]) == (503, False)


def test_with_a_migration_missing_it_is_not_ready(db: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "_seen_applied", [])
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'batches'")

    response = client.get("/readyz")

    assert (response.status_code, response.json()["migrations"]) == (503, False)


def test_it_tells_how_old_the_oldest_undelivered_event_is(client: Client, floor: Floor) -> None:
    assert client.get("/readyz").json()["oldest_undelivered_seconds"] is None
    subscribe(floor, "http://127.0.0.1:9/")
    for minutes in (5, 1):
        tell(floor, at=clock.now() - timedelta(minutes=minutes))

    assert 300 <= client.get("/readyz").json()["oldest_undelivered_seconds"] < 360


@override_settings(METRICS_TOKEN=TOKEN)
def test_metrics_are_for_who_has_the_token(client: Client, floor: Floor) -> None:
    assert scrape(client, "guessed").status_code == 401
    with override_settings(METRICS_TOKEN=""):
        assert scrape(client, "").status_code == 404

    subscribe(floor, "http://127.0.0.1:9/")
    tell(floor)
    waiting = figures(client)
    deliver_all(AT)
    Delivery.objects.update(state=Delivery.State.DEAD)
    given_up = figures(client)

    assert (waiting["niagara_events_waiting"], waiting["niagara_deliveries_given_up"]) == (1, 0)
    assert waiting["niagara_oldest_event_seconds"] > 0
    assert given_up["niagara_deliveries_given_up"] == 1


@override_settings(METRICS_TOKEN=TOKEN)
def test_requests_are_counted_by_route_and_not_by_path(client: Client, floor: Floor) -> None:
    api, batch = Api(floor.manager, ("batch:read",)), floor.make_batch(1)
    name = 'niagara_request_seconds_count{method="GET",route="api/batches/<slug:batch_id>",status="200"}'
    before = figures(client).get(name, 0)

    api.get(f"batches/{batch.pk}")

    assert figures(client)[name] == before + 1


def test_the_id_of_a_request_is_in_its_answer_in_a_problem_and_in_the_log(floor: Floor) -> None:
    api, log = Api(floor.manager, ("batch:read",)), StringIO()
    configured = logging.config.DictConfigurator({**settings.LOGGING})
    handler = logging.StreamHandler(log)
    handler.setFormatter(configured.configure_formatter({**settings.LOGGING["formatters"]["json"]}))
    handler.addFilter(configured.configure_filter({**settings.LOGGING["filters"]["with_request_id"]}))
    logging.getLogger().addHandler(handler)
    try:
        own = api.get("batches/nothing", headers={"X-Request-ID": "from-the-proxy.1"})
        given = api.get("batches/nothing", headers={"X-Request-ID": "with a space\n"})
    finally:
        logging.getLogger().removeHandler(handler)

    assert own["X-Request-ID"] == own.json()["request_id"] == "from-the-proxy.1"
    assert given["X-Request-ID"] == given.json()["request_id"] != own["X-Request-ID"]
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    [line] = [one for one in lines if one["logger"] == "niagara.requests" and one["request_id"] == "from-the-proxy.1"]
    assert line["message"] == "GET /api/batches/nothing 404"
    assert (line["level"], line["route"], line["duration"] > 0) == ("INFO", "api/batches/<slug:batch_id>", True)
