"""What a worker sends, when, and what it makes of the answers. The clock is the test's own."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from niagara import clock
from niagara.accounts.models import HistoryEntry, User
from niagara.accounts.operations.saving import remove_row
from niagara.records.models import Notification
from niagara.webhooks import sending
from niagara.webhooks.models import Attempt, Delivery, Lane, Subscription
from niagara.webhooks.operations.claiming import LEASE, Slots, claim
from niagara.webhooks.operations.pinging import ping
from niagara.webhooks.operations.pruning import forget_left_over
from niagara.webhooks.operations.recording import DELAYS, next_try, note_health, record
from niagara.webhooks.operations.resending import send_again, send_dead_again
from niagara.webhooks.operations.subscribing import change_subscription, renew_secret, resume
from niagara.webhooks.sending import Answer
from tests.factories import AT, Floor, make_user
from tests.rows import all_rows
from tests.webhooks.delivering import deliver, deliver_all, send, subscribe, tell
from tests.webhooks.receiver import Behave, Handler, Received, Receiver, statuses

State = Delivery.State
SECOND = timedelta(seconds=1)


def lane() -> Lane:
    return Lane.objects.get()


def last(schedule: int = len(DELAYS)) -> timedelta:
    """So long after the first try all of so many delays are over, whatever the jitter."""
    return sum(DELAYS[:schedule], timedelta()) * 1.1


def test_the_body_is_the_event_to_the_byte_and_the_headers_tell_what_it_is(floor: Floor, receiver: Receiver) -> None:
    at = clock.now()
    _, secret = subscribe(floor, receiver.url)
    [event] = tell(floor)

    deliver(at)

    [received] = receiver.received
    assert received.body == event.body.encode()
    headers = {name: received.headers[name] for name in received.headers.keys() - {"webhook-signature", "host"}}
    assert headers == {
        "webhook-id": str(event.pk),
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-event": "BatchChanged",
        "content-type": "application/json",
        "content-length": str(len(event.body.encode())),
        "user-agent": "Niagara",
    }
    assert received.is_signed_with(secret)
    [attempt] = Attempt.objects.all()
    assert (attempt.status, attempt.error, attempt.at) == (204, "", at)
    assert Delivery.objects.get().state == State.DELIVERED


def test_for_a_day_both_secrets_verify(floor: Floor, receiver: Receiver) -> None:
    now = clock.now()
    subscription, old = subscribe(floor, receiver.url)
    for hours, verified in ((0, [True, True]), (23, [True, True]), (25, [False, True])):
        at = now - timedelta(hours=hours)
        new = renew_secret(subscription, by=floor.by, at=at)
        tell(floor)
        deliver(now)
        received = receiver.received[-1]
        assert [received.is_signed_with(old), received.is_signed_with(new)] == verified
        old = new

    new = renew_secret(subscription, by=floor.by, at=now, end_old=True)
    tell(floor)
    deliver(now)

    assert [receiver.received[-1].is_signed_with(one) for one in (old, new)] == [False, True]


def test_a_secret_kept_under_a_key_that_is_gone_is_told_and_a_new_one_signs_at_once(
    floor: Floor, receiver: Receiver, settings: Any
) -> None:
    subscription, _ = subscribe(floor, receiver.url)
    tell(floor)
    settings.SECRET_KEY = "another-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKL"

    deliver(AT)
    assert Attempt.objects.get().error == "Its secret was kept under another SECRET_KEY; make a new one."
    assert ping(subscription, by=floor.by, at=AT).error == Attempt.objects.get().error
    assert receiver.received == []

    now = clock.now()
    new = renew_secret(subscription, by=floor.by, at=now)
    deliver(now)
    assert [one.is_signed_with(new) for one in receiver.received] == [True]


def test_it_is_tried_again_on_schedule_and_then_given_up(floor: Floor, receiver: Receiver) -> None:
    receiver.behave = statuses(then=500)
    subscribe(floor, receiver.url)
    [event] = tell(floor)

    at, waits = AT, []
    for _ in range(len(DELAYS)):
        assert len(deliver(at)) == 1
        assert Delivery.objects.get().state == State.PENDING
        assert deliver(lane().next_at - SECOND) == []
        waits.append(lane().next_at - at)
        at = lane().next_at
    assert len(deliver(at)) == 1

    assert [min(0.9 * delay, wait) == 0.9 * delay for delay, wait in zip(DELAYS, waits, strict=True)] == [True] * 8
    assert [max(1.1 * delay, wait) == 1.1 * delay for delay, wait in zip(DELAYS, waits, strict=True)] == [True] * 8
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.tries) == (State.DEAD, 9)
    assert {one.id for one in receiver.received} == {str(event.pk)}
    assert len({one.headers["webhook-signature"] for one in receiver.received}) == 9
    assert deliver(at + timedelta(days=9)) == []


def test_after_a_dead_one_the_lane_goes_on_and_those_who_may_see_to_it_are_told(
    floor: Floor, receiver: Receiver
) -> None:
    viewer, olaf = (make_user(floor.organization, role) for role in ("Viewer", "Integration"))
    receiver.behave = statuses(*[500] * 9)
    subscription, _ = subscribe(floor, receiver.url)
    events = tell(floor, number=3)

    while Delivery.objects.filter(state=State.DEAD).count() == 0:
        deliver(lane().next_at)
    deliver_all(lane().next_at)

    assert receiver.versions() == {str(events[0].subject_id): [1] * 9 + [2, 3]}
    told = Notification.objects.filter(kind="delivery-dead")
    assert {one.user for one in told} == {floor.manager, olaf}
    assert viewer not in {one.user for one in told}
    assert {one.subject_id for one in told} == {subscription.pk}


def test_retry_after_is_honoured(floor: Floor, receiver: Receiver) -> None:
    receiver.behave = lambda handler, received: handler.answer(429, "", Retry_After="120")
    subscribe(floor, receiver.url)
    tell(floor)

    deliver(AT)

    assert lane().next_at == AT + timedelta(seconds=120)


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("60", 60), ("Mon, 02 Mar 2026 08:32:00 GMT", 120), ("Mon, 02 Mar 2026 08:00:00 GMT", 0), ("soon", 0), ("", 0),
        ("-5", 0), ("1", 1), ("9" * 400, 0), ("Mon, 02 Mar 99999 08:00:00 GMT", 0), ("1e3", 0),
        (f"Mon, 02 Mar {'9' * 20} 08:00:00 GMT", 0), (f"Mon, 02 Mar 2026 {'9' * 20}:00:00 GMT", 0),
    ],
)  # fmt: skip
def test_what_retry_after_may_say(asked: str, seconds: int) -> None:
    assert Answer(503, retry_after=asked).seconds_to_wait(AT) == seconds


def test_nobody_can_ask_to_wait_for_years() -> None:
    assert next_try(1, Answer(503, retry_after="99999999"), AT) == AT + timedelta(days=1)
    assert next_try(1, Answer(503, retry_after="1"), AT, spread=lambda: 1.0) == AT + timedelta(seconds=5)


def endless() -> list[Behave]:
    """What a receiver does that never comes to an end."""

    def drip(handler: Handler, received: Received) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not handler.receiver.closing.wait(0.05):
            handler.wfile.write(b"X: 1\r\n")

    def drip_the_body(handler: Handler, received: Received) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
        while not handler.receiver.closing.wait(0.05):
            handler.wfile.write(b".")

    return [lambda handler, received: handler.receiver.hang(), drip, drip_the_body]


def faults() -> list[Behave]:
    """What a receiver does that is no success."""

    def nonsense(handler: Handler, received: Received) -> None:
        handler.wfile.write(b"\x00\xff nonsense\r\n\r\n")
        handler.close_connection = True

    return [
        statuses(500), statuses(404), nonsense, lambda handler, received: handler.reset(),
        lambda handler, received: handler.answer(302, Location=f"{handler.receiver.url}/elsewhere"),
        lambda handler, received: handler.answer(307, Location="http://169.254.169.254/latest"),
        lambda handler, received: handler.answer(304),
    ]  # fmt: skip


def test_whatever_a_receiver_does_events_come_in_order_and_repeat_only_with_the_same_id(
    floor: Floor, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It answers 500, hangs, drips, talks nonsense, resets, redirects, comes back, and is slow."""
    post = sending.post

    def well(handler: Handler, received: Received) -> None:
        handler.answer(200, "x" * 100_000)

    def slowly(handler: Handler, received: Received) -> None:
        handler.receiver.hang(0.3)
        handler.answer(204)

    never = endless()
    to_come = iter([well, *never, slowly, *faults()])

    def try_once(*sent: Any) -> Answer:
        """Each try meets what comes next. The deadline is short for what never ends, and for nothing else."""
        receiver.behave = next(to_come, slowly)
        with monkeypatch.context() as here:
            if receiver.behave in never:
                here.setattr(sending, "DEADLINE", 1.0)
            return post(*sent)

    monkeypatch.setattr(sending, "post", try_once)
    subscribe(floor, receiver.url)
    events = tell(floor, number=4)
    [other] = tell(floor)  # of another subject

    at = AT
    while not all(one.sent_version == one.last_version for one in Lane.objects.all()):
        deliver(at)
        at = max(Lane.objects.order_by("next_at").values_list("next_at", flat=True))

    versions = receiver.versions()
    assert list(dict.fromkeys(versions[str(events[0].subject_id)])) == [1, 2, 3, 4]
    assert versions[str(events[0].subject_id)] == sorted(versions[str(events[0].subject_id)])
    assert set(versions) == {str(events[0].subject_id), str(other.subject_id)}
    assert {one.path for one in receiver.received} == {"/hook"}  # no redirect was followed
    ids = {one.told: one.id for one in receiver.received}
    assert len(ids) == len({one.id for one in receiver.received}) == 5
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.DELIVERED}
    failures = Attempt.objects.exclude(status__in=[200, 204])
    assert failures.count() == len(never) + len(faults())
    beginnings = ("There was no whole answer within 1 seconds.", "The connection broke: ")
    assert all(one.error.startswith(beginnings) for one in failures if one.status is None)
    assert max(len(one.answer) for one in Attempt.objects.all()) == 4096


def test_a_subject_that_fails_holds_back_no_other(floor: Floor, receiver: Receiver) -> None:
    stuck = uuid4()

    def behave(handler: Handler, received: Received) -> None:
        handler.answer(500 if received.told[0] == str(stuck) else 204)

    receiver.behave = behave
    subscribe(floor, receiver.url)
    tell(floor, stuck, 3)
    others = [tell(floor, number=3)[0].subject_id for _ in range(5)]

    deliver_all(AT)

    versions = receiver.versions()
    assert versions.pop(str(stuck)) == [1]
    assert versions == {str(one): [1, 2, 3] for one in others}


def test_a_subscription_takes_half_of_the_slots_and_those_that_fail_share_half(
    floor: Floor, receiver: Receiver
) -> None:
    subscriptions = [subscribe(floor, receiver.url)[0] for _ in range(4)]
    for _ in range(20):
        tell(floor)

    slots = Slots(8)
    first = claim(slots, at=AT)
    for job in first:
        slots.take(job)
    taken = {one: sum(job.subscription == one for job in first) for one in subscriptions}
    assert sorted(taken.values()) == [0, 0, 4, 4]

    Lane.objects.update(next_at=AT, lease_by=None)
    Subscription.objects.filter(pk__in=[one.pk for one in subscriptions[:3]]).update(failing_since=AT)
    second = claim(Slots(8), at=AT)

    assert sum(job.subscription == subscriptions[3] for job in second) == 4
    assert sum(job.subscription != subscriptions[3] for job in second) == 4


def test_what_is_free_goes_to_whoever_has_least_under_way(floor: Floor, receiver: Receiver) -> None:
    """However many are slow, though they do not fail: a quick one takes their slots as they come free."""
    slow = [subscribe(floor, receiver.url)[0] for _ in range(2)]
    for _ in range(20):
        tell(floor)
    quick = subscribe(floor, receiver.url)[0]
    tell(floor)
    slots = Slots(8, running=Counter({slow[0].pk: 4, slow[1].pk: 3}))

    for _ in range(20):
        [job] = claim(slots, at=AT)
        assert job.subscription == quick
        Lane.objects.update(next_at=AT, lease_by=None)


def test_410_pauses_the_subscription(floor: Floor, receiver: Receiver) -> None:
    receiver.behave = statuses(410)
    subscription, _ = subscribe(floor, receiver.url)
    events = tell(floor, number=2)

    deliver_all(AT)

    subscription.refresh_from_db()
    assert (subscription.is_active, subscription.pause_reason) == (False, "gone")
    assert Notification.objects.get(kind="webhook-paused").user == floor.manager
    paused = HistoryEntry.objects.get(entity_id=str(subscription.pk), verb="paused")
    assert (paused.user_id, paused.via) == (1, "system")
    resume(subscription, by=floor.by, at=AT)
    deliver_all(AT)
    assert receiver.versions() == {str(events[0].subject_id): [1, 1, 2]}


def test_five_days_without_one_success_pause_it_and_one_success_starts_again(floor: Floor, receiver: Receiver) -> None:
    receiver.behave = statuses(then=503)
    subscription, _ = subscribe(floor, receiver.url)

    def fails_at(day: float) -> bool:
        """Whether it is still active after a failure then."""
        tell(floor)
        deliver_all(AT + timedelta(days=day))
        subscription.refresh_from_db()
        return subscription.is_active

    assert fails_at(0)
    assert subscription.failing_since == AT
    assert fails_at(4.9)
    receiver.behave = statuses(204, then=503)
    assert fails_at(4.95)  # one of several that succeeds
    assert subscription.failing_since is None or subscription.failing_since > AT
    since = subscription.failing_since or AT + timedelta(days=5)
    assert fails_at(5.1)
    assert fails_at((since - AT) / timedelta(days=1) + 4.9)
    assert not fails_at((since - AT) / timedelta(days=1) + 10.5)
    assert subscription.pause_reason == "failing"
    assert Notification.objects.get(kind="webhook-paused").user == floor.manager


def test_another_url_is_tried_at_once(floor: Floor, receiver: Receiver) -> None:
    receiver.behave = statuses(then=500)
    subscription, _ = subscribe(floor, f"{receiver.url}/wrong")
    tell(floor)
    deliver_all(AT)
    receiver.behave = statuses()

    subscription.url = receiver.url
    change_subscription(subscription, by=floor.by, at=AT)
    deliver_all(AT)

    assert [one.path for one in receiver.received] == ["/hook/wrong", "/hook"]


# Sending again


def make_dead(floor: Floor, receiver: Receiver, number: int) -> list[Delivery]:
    receiver.behave = statuses(then=500)
    for _ in range(number):
        tell(floor)
    at = AT
    for delay in (timedelta(), *DELAYS):
        at += delay * 1.1
        deliver_all(at)
    receiver.behave = statuses()
    receiver.received.clear()
    return list(Delivery.objects.filter(state=State.DEAD).order_by("pk"))


def test_a_dead_delivery_is_sent_again_with_its_id_beside_the_lane(floor: Floor, receiver: Receiver) -> None:
    subscription, _ = subscribe(floor, receiver.url)
    [dead] = make_dead(floor, receiver, 1)
    at = AT + timedelta(days=4)

    send_again(dead, by=floor.by, at=at)
    deliver_all(at)

    dead.refresh_from_db()
    assert [one.id for one in receiver.received] == [str(dead.event_id)]
    assert (dead.state, dead.tries, dead.next_at) == (State.DELIVERED, 10, None)
    send_again(dead, by=floor.by, at=at)  # what was delivered too: the receiver may have lost it
    deliver_all(at)
    assert len(receiver.received) == 2
    assert HistoryEntry.objects.filter(entity_id=str(subscription.pk), verb="asked to send again").count() == 2


def test_one_more_try_that_fails_leaves_it_dead(floor: Floor, receiver: Receiver) -> None:
    subscribe(floor, receiver.url)
    [dead] = make_dead(floor, receiver, 1)
    receiver.behave = statuses(then=500)

    send_again(dead, by=floor.by, at=AT + timedelta(days=4))
    deliver_all(AT + timedelta(days=4))

    dead.refresh_from_db()
    assert (dead.state, dead.tries, dead.next_at) == (State.DEAD, 10, None)


def test_all_dead_since_a_time_are_sent_again(floor: Floor, receiver: Receiver) -> None:
    subscription, _ = subscribe(floor, receiver.url)
    dead = make_dead(floor, receiver, 3)
    at = AT + timedelta(days=4)
    Delivery.objects.filter(pk=dead[0].pk).update(updated=AT)

    number = send_dead_again(subscription, since=AT + SECOND, by=floor.by, at=at)
    deliver_all(at)

    assert number == 2
    assert sorted(one.id for one in receiver.received) == sorted(str(one.event_id) for one in dead[1:])


def test_a_pending_delivery_is_tried_at_once(floor: Floor, receiver: Receiver) -> None:
    receiver.behave = statuses(500)
    subscribe(floor, receiver.url)
    tell(floor, number=2)
    deliver(AT)

    send_again(Delivery.objects.get(), by=floor.by, at=AT)
    deliver_all(AT)

    assert [one.told[1] for one in receiver.received] == [1, 1, 2]


# Leases


def test_a_lease_that_ran_out_is_taken_over_with_the_same_id(floor: Floor, receiver: Receiver) -> None:
    subscribe(floor, receiver.url)
    [event] = tell(floor)

    assert len(claim(Slots(8), at=AT)) == 1  # and the worker dies
    assert claim(Slots(8), at=AT + LEASE - SECOND) == []
    deliver(AT + LEASE)

    assert [one.id for one in receiver.received] == [str(event.pk)]


def test_who_was_overtaken_changes_nothing(floor: Floor, receiver: Receiver) -> None:
    receiver.behave = statuses(410, 204)
    subscribe(floor, receiver.url)
    tell(floor)
    late = send(claim(Slots(8), at=AT), AT)
    deliver(AT + LEASE)
    before = all_rows()

    counted, held_up = record(late, at=AT + LEASE + SECOND)
    note_health(counted, at=AT + LEASE + SECOND)

    assert (counted, held_up) == ([], [])
    assert all_rows() == before
    assert Attempt.objects.count() == 1


def test_who_was_held_up_until_the_lease_is_short_sends_nothing(floor: Floor, receiver: Receiver) -> None:
    subscribe(floor, receiver.url)
    tell(floor)

    assert send(claim(Slots(8), at=AT), AT + LEASE - SECOND) == []
    assert receiver.received == []


def test_a_resend_is_fenced_alike(floor: Floor, receiver: Receiver) -> None:
    subscribe(floor, receiver.url)
    [dead] = make_dead(floor, receiver, 1)
    at = AT + timedelta(days=4)
    send_again(dead, by=floor.by, at=at)
    receiver.behave = statuses(500, 204)
    late = send(claim(Slots(8), at=at), at)
    deliver(at + LEASE)
    before = all_rows()

    assert record(late, at=at + LEASE) == ([], [])

    assert all_rows() == before
    assert Delivery.objects.get().state == State.DELIVERED


def test_what_comes_of_a_subscription_that_is_gone_is_forgotten(floor: Floor, receiver: Receiver, maria: User) -> None:
    subscription, _ = subscribe(floor, receiver.url)
    tell(floor)
    deliver(AT)
    tell(floor)
    late = send(claim(Slots(8), at=AT), AT)
    remove_row(subscription, by=floor.by, at=AT)

    note_health(record(late, at=AT)[0], at=AT)
    assert deliver_all(AT) == 0
    while forget_left_over():
        pass

    for model in (Lane, Delivery, Attempt, Subscription):
        assert not model._default_manager.exists()
