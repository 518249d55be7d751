"""Deliveries and their tries are forgotten when they are old; the events stay."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from niagara import clock
from niagara.accounts.operations.locking import RemovedMeanwhile
from niagara.accounts.operations.saving import remove_row
from niagara.webhooks.models import Attempt, Delivery, Event, Lane
from niagara.webhooks.operations import pruning
from niagara.webhooks.operations.delivering import Deliverer
from niagara.webhooks.operations.pruning import forget_left_over, forget_outdated
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


def test_what_a_removed_webhook_left_behind_is_forgotten_and_nothing_of_others(
    floor: Floor, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "AT_ONCE", 2)
    kept, *removed = [subscribe(floor, receiver.url)[0] for _ in range(3)]
    for _ in range(3):
        tell(floor)
    deliver_all(AT)
    for one in removed:
        remove_row(one, by=floor.by, at=AT)
    assert Delivery.objects.count() == Attempt.objects.count() == Lane.objects.count() == 9
    assert set(Delivery.objects.visible_to(floor.manager).values_list("subscription", flat=True)) == {kept.pk}

    assert forget_left_over()
    assert not forget_left_over()

    for model in (Delivery, Lane):
        assert list(model._default_manager.values_list("subscription", flat=True)) == [kept.pk] * 3
    assert Attempt.objects.count() == 3


def test_what_is_removed_meanwhile_is_not_sent_again(floor: Floor, receiver: Receiver) -> None:
    subscription, _ = subscribe(floor, receiver.url)
    tell(floor)
    deliver(AT)
    delivery = Delivery.objects.get()
    remove_row(subscription, by=floor.by, at=AT)

    with pytest.raises(RemovedMeanwhile):
        send_again(delivery, by=floor.by, at=AT)


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
