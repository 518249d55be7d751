"""/webhooks"""

import logging
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from niagara import clock, sealing
from niagara.accounts.models import HistoryEntry, IdempotentAnswer
from niagara.webhooks.models import Delivery, Subscription
from niagara.webhooks.operations.subscribing import pause
from tests.clients import Api, ApiFactory, assert_faults, assert_problem
from tests.factories import AT, Floor
from tests.webhooks.delivering import deliver, deliver_all, subscribe, tell
from tests.webhooks.receiver import Receiver, statuses


@pytest.fixture
def client(api: ApiFactory, floor: Floor) -> Api:
    return api(floor.manager)


def made(client: Api, receiver: Receiver, **more: Any) -> dict[str, Any]:
    response = client.post("webhooks", {"url": receiver.url, "events": ["BatchChanged"], **more})
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer


def test_its_secret_is_told_once_and_signs_what_comes(client: Api, floor: Floor, receiver: Receiver) -> None:
    answer = made(client, receiver)
    secret = answer.pop("secret")

    assert secret.startswith("whsec_")
    again = client.get(answer["_links"]["self"]["href"]).json()
    assert again == answer
    assert answer == {
        "webhook_id": answer["webhook_id"],
        "created": answer["created"],
        "updated": answer["updated"],
        "url": receiver.url,
        "events": ["BatchChanged"],
        "description": "",
        "active": True,
        "pause_reason": "",
        "old_secret_until": None,
        "health": {"pending": 0, "failing_since": None, "last_success": None},
        "_links": answer["_links"],
    }
    tell(floor)
    deliver_all(clock.now())
    assert receiver.received[0].is_signed_with(secret)


def test_no_list_log_history_or_table_holds_a_secret(
    client: Api, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = made(client, receiver)
        new = client.post(f"webhooks/{answer['webhook_id']}/secrets", {}, headers={"Idempotency-Key": "1"}).json()
        client.post(f"webhooks/{answer['webhook_id']}/pings", {})
        client.put(f"webhooks/{answer['webhook_id']}", {**new, "description": "Other"})

    shown = [client.get(path).content.decode() for path in ("webhooks", f"webhooks/{answer['webhook_id']}")]
    stored = [str(list(model._default_manager.values())) for model in (Subscription, HistoryEntry, IdempotentAnswer)]
    for secret in (answer["secret"], new["secret"], Subscription.objects.get().secret):
        assert all(secret not in text for text in (*shown, caplog.text))
    for secret in (answer["secret"], new["secret"]):
        assert all(secret not in text for text in stored)


def test_the_same_key_tells_the_same_secret_again(client: Api, receiver: Receiver) -> None:
    body = {"url": receiver.url, "events": ["*"]}

    first, second = (client.post("webhooks", body, headers={"Idempotency-Key": "one"}) for _ in range(2))

    assert first.json() == second.json()
    assert Subscription.objects.count() == 1
    assert first.json()["secret"] == sealing.unseal(Subscription.objects.get().secret)


def test_an_answer_is_changed_and_sent_back(client: Api, receiver: Receiver) -> None:
    answer = made(client, receiver)
    address = f"webhooks/{answer['webhook_id']}"

    changed = client.put(address, {**answer, "events": ["*", "*"], "active": False})

    assert changed.status_code == 200, changed.content
    assert (changed.json()["events"], changed.json()["active"]) == (["*"], False)
    assert changed.json()["pause_reason"] == "by-hand"
    assert client.put(address, {**answer, "active": True}).json()["pause_reason"] == ""
    assert client.delete(address).status_code == 205
    assert_problem(client.get(address), 404, "NotFound")


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({}, {(".url", "required"), (".events", "required")}),
        ({"url": "https://10.0.0.1/", "events": ["*"]}, {(".url", "format")}),
        ({"url": "http://169.254.169.254/", "events": ["*"]}, {(".url", "format")}),
        ({"url": "nonsense", "events": ["*"]}, {(".url", "format")}),
        ({"url": "http://127.0.0.1/", "events": []}, {(".events", "minItems")}),
        ({"url": "http://127.0.0.1/", "events": ["Nothing"]}, {(".events[0]", "enum")}),
        ({"url": "http://127.0.0.1/", "events": ["*"], "secret_": "x"}, {(".secret_", "additionalProperties")}),
    ],
)
def test_what_is_wrong_is_named(client: Api, body: dict[str, Any], faults: set[tuple[str, str]]) -> None:
    assert assert_faults(client.post("webhooks", body)) == faults


def test_a_new_secret_is_told_once_and_the_old_one_signs_for_a_day(
    client: Api, floor: Floor, receiver: Receiver
) -> None:
    answer = made(client, receiver)

    new = client.post(f"webhooks/{answer['webhook_id']}/secrets", {}).json()
    tell(floor)
    deliver_all(clock.now())

    assert new["secret"] != answer["secret"]
    assert new["old_secret_until"] is not None
    assert all(receiver.received[0].is_signed_with(secret) for secret in (answer["secret"], new["secret"]))


def test_a_ping_is_sent_at_once_signed_and_its_answer_told(client: Api, receiver: Receiver) -> None:
    answer = made(client, receiver, active=False)  # before anything else is sent to it
    receiver.behave = statuses(503)

    pinged = client.post(f"webhooks/{answer['webhook_id']}/pings", {})

    assert pinged.status_code == 200
    told = pinged.json()
    assert (told["status"], told["error"], told["answer"]) == (503, "", "An answer")
    assert told["duration"] >= 0
    [received] = receiver.received
    assert received.headers["webhook-event"] == "Ping"
    assert received.is_signed_with(answer["secret"])


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_a_ping_is_under_way(client: Api, receiver: Receiver) -> None:
    address, seen = f"webhooks/{made(client, receiver)['webhook_id']}/pings", []
    from niagara.webhooks import sending

    post = sending.post

    def look(*args: Any) -> Any:
        seen.append(connection.in_atomic_block)
        return post(*args)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sending, "post", look)
        answers = [client.post(address, {}, headers={"Idempotency-Key": "ping"}) for _ in range(2)]

    assert seen == [False]
    assert answers[0].json() == answers[1].json()
    assert len(receiver.received) == 1


def test_its_health_is_told(client: Api, floor: Floor, receiver: Receiver) -> None:
    subscription, _ = subscribe(floor, receiver.url)
    receiver.behave = statuses(204, 500)
    tell(floor, number=3)

    deliver(AT)
    deliver(AT)

    health = client.get(f"webhooks/{subscription.pk}").json()["health"]
    assert health == {
        "pending": 2,
        "failing_since": "2026-03-02T08:30:00.000Z",
        "last_success": "2026-03-02T08:30:00.000Z",
    }


def test_deliveries_are_listed_filtered_and_shown_with_their_attempts(
    client: Api, floor: Floor, receiver: Receiver
) -> None:
    subscription, _ = subscribe(floor, receiver.url)
    address = f"webhooks/{subscription.pk}/deliveries"
    receiver.behave = statuses(204, 500)
    events = [*tell(floor, number=2), *tell(floor)]
    deliver_all(AT)

    rows = client.collect(f"{address}?limit=1", "nter:webhook-deliveries")

    assert [row["event"]["event_id"] for row in rows] == [
        str(one.pk) for one in sorted(events, key=lambda one: one.pk, reverse=True)
    ]
    [pending] = client.get(f"{address}?filter[status]=pending").json()["_embedded"]["nter:webhook-deliveries"]
    assert client.get(f"{address}?filter[event]=BatchChanged&filter[status]=dead").json()["total_count"] == 0
    assert client.get(f"{address}?filter[event_id]={events[0].pk}").json()["total_count"] == 1
    single = client.get(pending["_links"]["self"]["href"]).json()
    [attempt] = single.pop("attempts")
    assert single == pending
    assert (attempt["status"], attempt["error"], attempt["answer"]) == (500, "", "An answer")
    assert client.get(pending["_links"]["nter:webhook"]["href"]).status_code == 200


def test_one_and_all_dead_are_sent_again(client: Api, floor: Floor, receiver: Receiver) -> None:
    subscription, _ = subscribe(floor, receiver.url)
    tell(floor)
    tell(floor)
    deliver_all(AT)
    Delivery.objects.update(state="dead")
    address, receiver.received[:] = f"webhooks/{subscription.pk}", []
    one = Delivery.objects.all()[0]

    first = client.post(f"{address}/deliveries/{one.pk}/retries", {})
    deliver_all(clock.now())
    second = client.post(f"{address}/retries", {"since": "2026-01-01T00:00:00Z"})
    deliver_all(clock.now())

    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["delivery_id"] == str(one.pk)
    assert second.json() == {"deliveries": 1}
    assert len(receiver.received) == 2


def test_what_waits_in_a_paused_one_is_counted(client: Api, floor: Floor, receiver: Receiver) -> None:
    subscription, _ = subscribe(floor, receiver.url)
    pause(subscription, by=floor.by, at=AT)
    tell(floor, number=3)

    assert client.get(f"webhooks/{subscription.pk}").json()["health"]["pending"] == 3
    assert client.delete(f"webhooks/{subscription.pk}").status_code == 205
    assert deliver_all(AT) == 0


def test_a_page_costs_the_same_for_one_and_for_ten(client: Api, floor: Floor, receiver: Receiver) -> None:
    costs = []
    for number in (1, 9):
        for _ in range(number):
            subscribe(floor, receiver.url)
        tell(floor)
        deliver_all(AT)
        webhook = Subscription.objects.all()[0]
        for path in ("webhooks", f"webhooks/{webhook.pk}/deliveries"):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(path).status_code == 200
            costs.append(len(captured))

    assert costs[:2] == costs[2:]
