"""The pages of webhooks."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from niagara.accounts.models import IdempotentAnswer, User
from niagara.webhooks.models import Delivery, Subscription
from niagara.webhooks.operations.resending import send_again
from niagara.webhooks.operations.subscribing import pause
from tests.factories import AT, Floor, grant_only, make_user
from tests.webhooks.delivering import deliver_all, subscribe, tell
from tests.webhooks.receiver import Receiver, statuses

NOBODY = "http://127.0.0.1:9/hook"  # no receiver is there
SECRET = re.compile(r"whsec_[\w+/=]+")


@pytest.fixture
def maria_in(client: Client, maria: User) -> Client:
    client.force_login(maria)
    return client


@pytest.fixture
def webhook(floor: Floor) -> Subscription:
    return subscribe(floor, NOBODY, description="Store system")[0]


def address(webhook: Any, way: str = "") -> str:
    return f"/webhooks/{webhook.pk}" + (f"/{way}" if way else "")


def shown(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def failed(floor: Floor, number: int = 1) -> list[Delivery]:
    """Deliveries that were given up."""
    for _ in range(number):
        tell(floor)
    deliver_all(AT)
    Delivery.objects.update(state=Delivery.State.DEAD)
    return list(Delivery.objects.order_by("id"))


def test_a_new_webhook_tells_its_secret_once(maria_in: Client) -> None:
    sent = {"url": NOBODY, "events": ["BatchChanged"], "description": "Store system", "once": "hook-1"}

    first = maria_in.post("/webhooks/new", sent)

    [secret] = SECRET.findall(first.content.decode())
    assert "no-store" in first["Cache-Control"]
    webhook = Subscription.objects.get()
    assert webhook.secrets_at(AT) == [secret]
    again = maria_in.post("/webhooks/new", sent)
    assert again["Location"] == address(webhook)
    for path in ("/webhooks", address(webhook), address(webhook, "change"), address(webhook, "secret")):
        assert not SECRET.search(shown(maria_in, path))
    assert secret.encode() not in bytes(IdempotentAnswer.objects.get().body)


def test_a_new_secret_is_told_once_and_the_old_one_goes_on_for_a_day(maria_in: Client, webhook: Subscription) -> None:
    page = maria_in.post(address(webhook, "secret"), {"once": "secret-1"}).content.decode()

    [secret] = SECRET.findall(page)
    webhook.refresh_from_db()
    assert webhook.previous_secret
    assert maria_in.post(address(webhook, "secret"), {"once": "secret-1"})["Location"] == address(webhook)
    before = webhook.secret
    webhook.refresh_from_db()
    assert webhook.secret == before
    assert secret not in shown(maria_in, address(webhook))
    assert "the old secret signs until" in shown(maria_in, address(webhook))


def test_an_internal_address_is_refused_beside_the_field(maria_in: Client) -> None:
    sent = {"url": "https://10.0.0.1/hook", "events": ["*"]}

    response = maria_in.post("/webhooks/new", sent)

    assert response.status_code == 422
    assert "internal" in response.content.decode()
    assert 'value="https://10.0.0.1/hook"' in response.content.decode()
    assert not Subscription.objects.exists()


def test_health_is_shown(maria_in: Client, floor: Floor, webhook: Subscription) -> None:
    failed(floor, 2)
    tell(floor, number=3)

    page = shown(maria_in, "/webhooks")

    assert "Store system" in page
    assert "failing" in page
    assert re.findall(r'<td class="number">(\d+)</td>', page) == ["5", "2"]


def test_it_is_paused_resumed_changed_and_removed(maria_in: Client, webhook: Subscription) -> None:
    maria_in.post(address(webhook, "pause"))
    assert "Paused by somebody" in shown(maria_in, address(webhook))

    maria_in.post(address(webhook, "resume"))
    assert "Paused by somebody" not in shown(maria_in, address(webhook))

    webhook.refresh_from_db()
    sent = {"url": f"{NOBODY}/2", "events": ["*"], "description": "Store", "seen_version": webhook.version}
    assert maria_in.post(address(webhook, "change"), sent).status_code == 302
    webhook.refresh_from_db()
    assert (webhook.url, webhook.events, webhook.description) == (f"{NOBODY}/2", ["*"], "Store")

    assert maria_in.post(address(webhook, "remove"))["Location"] == "/webhooks"
    assert not Subscription.objects.exists()


def test_who_saw_an_older_webhook_overwrites_nothing(maria_in: Client, floor: Floor, webhook: Subscription) -> None:
    pause(webhook, by=floor.by, at=AT)
    sent = {"url": NOBODY, "events": ["*"], "description": "Mine", "seen_version": webhook.version}

    response = maria_in.post(address(webhook, "change"), sent)

    assert response.status_code == 409
    assert "is active is now <strong>no</strong>" in response.content.decode()
    webhook.refresh_from_db()
    assert webhook.description == "Store system"


def test_a_ping_shows_the_answer(maria_in: Client, floor: Floor, receiver: Receiver) -> None:
    receiver.behave = lambda handler, received: handler.answer(500, "Out of <paper>")
    webhook, secret = subscribe(floor, receiver.url)

    page = maria_in.post(address(webhook, "ping")).content.decode()

    assert "Status 500" in page
    assert "The receiver failed." in page
    assert "Out of &lt;paper&gt;" in page
    [received] = receiver.received
    assert received.is_signed_with(secret)


def test_deliveries_are_filtered_by_state_and_go_back_page_by_page(
    maria_in: Client, floor: Floor, webhook: Subscription
) -> None:
    failed(floor, 30)

    newest = shown(maria_in, address(webhook))
    assert "25 shown" in newest
    [older] = re.findall(r"\?before=([0-9a-f-]+)", newest)
    assert "5 shown" in shown(maria_in, address(webhook) + f"?before={older}")
    assert "25 shown" in shown(maria_in, address(webhook) + "?state=dead")
    assert "No delivery is in this state." in shown(maria_in, address(webhook) + "?state=delivered")


def test_each_try_is_told_with_what_came_of_it(maria_in: Client, floor: Floor, receiver: Receiver) -> None:
    receiver.behave = statuses(503)
    webhook, _ = subscribe(floor, receiver.url)
    tell(floor)
    deliver_all(AT)
    deliver_all(AT + timedelta(minutes=1))
    delivery = Delivery.objects.get()

    page = shown(maria_in, address(webhook, f"deliveries/{delivery.pk}"))

    assert page.index("Status 204") < page.index("Status 503")
    for said in ("2 tries", "It was taken.", "The receiver failed.", "An answer", " ms"):
        assert said in page


def test_one_delivery_is_sent_again(maria_in: Client, floor: Floor, webhook: Subscription) -> None:
    [delivery] = failed(floor)

    response = maria_in.post(address(webhook, f"deliveries/{delivery.pk}/send-again"))

    assert response["Location"] == address(webhook, f"deliveries/{delivery.pk}")
    delivery.refresh_from_db()
    assert delivery.next_at is not None
    assert "to be sent again" in shown(maria_in, address(webhook))


def test_all_that_was_given_up_since_a_time_is_sent_again(
    maria_in: Client, floor: Floor, webhook: Subscription
) -> None:
    old, new = failed(floor, 2)
    Delivery.objects.filter(pk=old.pk).update(updated=AT - timedelta(days=2))

    maria_in.post(address(webhook, "send-again"), {"since": "2026-03-01T00:00"})

    old.refresh_from_db()
    new.refresh_from_db()
    assert old.next_at is None
    assert new.next_at is not None
    assert "1 delivery is sent again." in shown(maria_in, address(webhook))


def test_who_may_only_look_is_offered_nothing_and_refused(client: Client, floor: Floor, webhook: Subscription) -> None:
    [delivery] = failed(floor)
    looker = make_user(floor.organization, None)
    grant_only(looker, "webhook:read")
    client.force_login(looker)

    page = shown(client, address(webhook))

    assert "Store system" in page
    assert f'action="{address(webhook)}' not in page
    for way in ("pause", "ping", "secret", "send-again", "remove", f"deliveries/{delivery.pk}/send-again"):
        assert f'{address(webhook, way)}"' not in page
        assert client.post(address(webhook, way)).status_code == 403


def test_another_organization_finds_no_webhook(client: Client, floor: Floor, olga: User, webhook: Subscription) -> None:
    [delivery] = failed(floor)
    client.force_login(olga)

    for way in ("", "change", "ping", "secret", "pause", "remove", f"deliveries/{delivery.pk}"):
        assert client.get(address(webhook, way)).status_code == 404
        assert client.post(address(webhook, way)).status_code in (404, 405)
    assert "Store system" not in shown(client, "/webhooks")


def test_a_delivery_is_found_under_its_own_webhook_alone(maria_in: Client, floor: Floor, webhook: Subscription) -> None:
    [delivery] = failed(floor)
    other, _ = subscribe(floor, NOBODY)

    assert maria_in.get(address(other, f"deliveries/{delivery.pk}")).status_code == 404


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(path).status_code == 200
    return len(found)


def test_the_pages_cost_the_same_for_few_rows_and_for_many(
    maria_in: Client, floor: Floor, webhook: Subscription
) -> None:
    [delivery] = failed(floor)
    paths = ["/webhooks", address(webhook), address(webhook, f"deliveries/{delivery.pk}")]
    few = [queries_of(maria_in, path) for path in paths]

    for number in range(5):
        subscribe(floor, f"{NOBODY}/{number}")
    failed(floor, 10)
    for _ in range(3):
        send_again(delivery, by=floor.by, at=AT)
        deliver_all(AT)

    assert [queries_of(maria_in, path) for path in paths] == few == [7, 8, 7]
