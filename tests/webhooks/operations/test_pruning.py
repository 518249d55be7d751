"""Deliveries and their tries are forgotten when they are old; the events stay."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from niagara import clock
from niagara.webhooks.models import Attempt, Delivery, Event, Lane
from niagara.webhooks.operations import pruning
from niagara.webhooks.operations.delivering import Deliverer
from niagara.webhooks.operations.pruning import forget_outdated
from niagara.webhooks.operations.recording import DELAYS
from niagara.webhooks.operations.resending import send_again
from tests.factories import AT, Floor
from tests.webhooks.delivering import deliver, deliver_all, subscribe, tell
from tests.webhooks.receiver import Receiver, statuses

State = Delivery.State
DAY = timedelta(days=1)


def test_what_was_delivered_is_forgotten_after_thirty_days(floor: Floor, receiver: Receiver) -> None:
    subscribe(floor, receiver.url)
    tell(floor, number=2)
    deliver(AT)
    deliver(AT + DAY)

    forget_outdated(at=AT + 30.5 * DAY)

    assert Delivery.objects.get().event.version == Attempt.objects.get().delivery.event.version == 2
    assert Event.objects.count() == 2


def test_what_is_dead_is_kept_for_half_a_year(floor: Floor, receiver: Receiver) -> None:
    receiver.behave = statuses(then=500)
    subscribe(floor, receiver.url)
    tell(floor)
    while not Delivery.objects.filter(state=State.DEAD).exists():
        deliver(Lane.objects.get().next_at)
    died = Delivery.objects.get().updated

    forget_outdated(at=died + 179.5 * DAY)
    assert Attempt.objects.count() == len(DELAYS) + 1
    forget_outdated(at=died + 180.5 * DAY)

    assert not Attempt.objects.exists()
    assert not Delivery.objects.exists()


def test_what_is_still_to_be_sent_stays(floor: Floor, receiver: Receiver) -> None:
    receiver.behave = statuses(204, then=500)
    subscribe(floor, receiver.url)
    for _ in range(2):
        tell(floor)
        deliver(AT)
    delivered, pending = Delivery.objects.order_by("event_id")
    send_again(delivered, by=floor.by, at=AT + 400 * DAY)

    forget_outdated(at=AT + 400 * DAY)

    assert set(Delivery.objects.all()) == {delivered, pending}
    assert (delivered.state, pending.state) == (State.DELIVERED, State.PENDING)


def test_it_is_done_in_small_portions(floor: Floor, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "AT_ONCE", 2)
    subscribe(floor, receiver.url)
    tell(floor, number=3)
    deliver_all(AT)

    assert forget_outdated(at=AT + 31 * DAY)
    assert Delivery.objects.count() == Attempt.objects.count() == 1
    assert not forget_outdated(at=AT + 31 * DAY)
    assert not Delivery.objects.exists()


def test_a_worker_does_it_now_and_then(floor: Floor, receiver: Receiver) -> None:
    subscribe(floor, receiver.url)
    deliverer = Deliverer()
    with ThreadPoolExecutor(1) as pool:
        for _ in range(2):
            tell(floor)
            deliver(clock.now() - 31 * DAY)
            deliverer._turn(pool)

    # The second time comes a minute later.
    assert Delivery.objects.count() == 1
