"""Webhooks in the admin: the secret told once, paused, resumed, sent again."""

import pytest
from django.test import Client

from niagara import sealing
from niagara.accounts.models import HistoryEntry
from niagara.webhooks.models import Delivery, Subscription
from tests.admin.helpers import act, change, through_admin, told, url
from tests.factories import AT, Floor
from tests.webhooks.delivering import deliver_all, subscribe, tell
from tests.webhooks.receiver import Receiver, statuses

NOBODY = "http://127.0.0.1:9/"
SENT = {"url": NOBODY, "events": ["BatchChanged"], "description": "Line display", "is_active": "on"}


@pytest.fixture
def subscription(floor: Floor) -> Subscription:
    return subscribe(floor, NOBODY)[0]


def test_the_secret_is_told_once_and_stored_sealed(marias: Client) -> None:
    response = marias.post(url(Subscription, "add"), SENT)

    subscription = Subscription.objects.get()
    [sentence] = [one for one in told(response) if "Copy the secret" in one]
    secret = sentence.partition("again: ")[2].split()[0]
    assert secret == sealing.unseal(subscription.secret)
    assert secret not in subscription.secret
    marias.get(url(Subscription, "changelist"))  # where the message is shown
    for page in (marias.get(url(Subscription, "changelist")), marias.get(url(Subscription, "change", subscription.pk)),
                 marias.get(url(Subscription, "history", subscription.pk))):  # fmt: skip
        assert secret not in page.content.decode()
        assert subscription.secret not in page.content.decode()
    assert secret not in str(list(HistoryEntry.objects.values()))


def test_it_is_changed_and_a_target_inside_is_refused(marias: Client, subscription: Subscription) -> None:
    change(marias, subscription, url=f"{NOBODY}new", events=["*"])
    refused = change(marias, subscription, url="https://10.0.0.1/")

    subscription.refresh_from_db()
    assert (subscription.url, subscription.events) == (f"{NOBODY}new", ["*"])
    assert "internal" in str(refused.context["adminform"].form.errors["url"])
    assert set(through_admin(subscription, "changed").changes) == {"url", "events"}


def test_it_is_paused_resumed_and_given_another_secret(marias: Client, subscription: Subscription) -> None:
    before = subscription.secret
    act(marias, [subscription], "pause")
    subscription.refresh_from_db()
    assert (subscription.is_active, subscription.pause_reason) == (False, "by-hand")
    act(marias, [subscription], "resume")
    response = act(marias, [subscription], "renew_secret")

    subscription.refresh_from_db()
    assert subscription.is_active
    assert (subscription.secret != before, subscription.previous_secret) == (True, before)
    assert sealing.unseal(subscription.secret) in " ".join(told(response))


def test_it_is_tried_out(marias: Client, floor: Floor, receiver: Receiver) -> None:
    webhook, _ = subscribe(floor, receiver.url)
    taken = told(act(marias, [webhook], "ping"))
    receiver.behave = statuses(500)
    refused = told(act(marias, [webhook], "ping"))

    assert [request.headers["webhook-event"] for request in receiver.received] == ["Ping", "Ping"]
    assert (f"{webhook}: It was taken." in taken, f"{webhook}: The receiver failed." in refused) == (True, True)


def test_deliveries_are_looked_at_and_sent_again(marias: Client, floor: Floor, subscription: Subscription) -> None:
    tell(floor)
    deliver_all(AT)
    delivery = Delivery.objects.get()
    Delivery.objects.update(state=Delivery.State.DEAD)

    page = marias.get(url(Delivery, "change", delivery.pk)).content.decode()
    act(marias, [delivery], "send_again")
    delivery.refresh_from_db()
    first = delivery.next_at
    Delivery.objects.update(next_at=None)
    act(marias, [subscription], "send_dead_again")

    delivery.refresh_from_db()
    assert "No connection" in page
    assert "\n  &quot;version&quot;: 1,\n" in page  # a key a line
    assert None not in (first, delivery.next_at)
