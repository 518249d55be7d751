"""The worker as it runs: processes of their own on the database of the tests, and a receiver on a real socket."""

import signal
import subprocess
from threading import Event as Signal
from threading import Thread
from uuid import UUID, uuid4

import pytest
from django.db import connection

from niagara import clock
from niagara.webhooks import sending
from niagara.webhooks.models import Attempt, Delivery, Event, Lane
from niagara.webhooks.operations.delivering import Deliverer
from tests.batches.test_worker import PATIENCE, until, worker_process
from tests.factories import Floor
from tests.webhooks.delivering import subscribe, tell
from tests.webhooks.receiver import Handler, Received, Receiver

pytestmark = pytest.mark.django_db(transaction=True)

SUBJECTS, EACH = 40, 8
ALL = SUBJECTS * EACH


def tell_much(floor: Floor) -> list[UUID]:
    subjects = [uuid4() for _ in range(SUBJECTS)]
    for _ in range(EACH):
        for subject in subjects:
            tell(floor, subject, at=clock.now())
    return subjects


def let_leases_run_out() -> None:
    """As if their time had passed."""
    Lane.objects.filter(lease_by__isnull=False).update(next_at=clock.now())


def assert_all_arrived_in_order(receiver: Receiver, subjects: list[UUID]) -> None:
    versions = receiver.versions()
    assert set(versions) == set(map(str, subjects))
    for came in versions.values():
        assert list(dict.fromkeys(came)) == list(range(1, EACH + 1))
        assert came == sorted(came)  # a repeat comes before the next
    ids = {one.told: one.id for one in receiver.received}
    assert set(ids.values()) == set(map(str, Event.objects.values_list("pk", flat=True)))
    assert len({(one.told, one.id) for one in receiver.received}) == ALL
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}
    assert Delivery.objects.count() == ALL


def delivered() -> int:
    return Delivery.objects.filter(state="delivered").count()


def test_what_is_to_be_delivered_survives_workers_that_are_killed(floor: Floor, receiver: Receiver) -> None:
    subscribe(floor, receiver.url)
    subjects = tell_much(floor)

    for part in (1, 2, 3):
        with worker_process() as process:
            until(lambda part=part: len(receiver.received) >= part * ALL // 5)
            process.send_signal(signal.SIGKILL)
            process.wait(PATIENCE)
        let_leases_run_out()
    with worker_process() as process:
        until(lambda: delivered() == ALL)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0

    assert_all_arrived_in_order(receiver, subjects)
    assert ALL <= len(receiver.received) <= ALL + 3 * 32  # as many again as were under way


def test_two_workers_share_the_work(floor: Floor, receiver: Receiver) -> None:
    subscribe(floor, receiver.url)
    subjects = tell_much(floor)

    with worker_process(), worker_process():
        until(lambda: delivered() == ALL)

    assert_all_arrived_in_order(receiver, subjects)
    assert len(receiver.received) == Attempt.objects.count() == ALL


def test_a_worker_that_is_told_to_stop_finishes_what_is_under_way(floor: Floor, receiver: Receiver) -> None:
    go_on = Signal()

    def behave(handler: Handler, received: Received) -> None:
        go_on.wait(PATIENCE)
        handler.answer(204)

    receiver.behave = behave
    subscribe(floor, receiver.url)
    tell(floor, number=3, at=clock.now())

    with worker_process(stderr=subprocess.PIPE) as process:
        until(lambda: len(receiver.received) == 1)
        process.send_signal(signal.SIGTERM)
        assert process.stderr
        assert any(b"finishes what is under way" in line for line in process.stderr)
        go_on.set()
        assert process.wait(PATIENCE) == 0

    assert (len(receiver.received), delivered()) == (1, 1)
    assert Lane.objects.get().lease_by is None


def test_a_worker_that_is_told_to_stop_puts_back_what_did_not_arrive(floor: Floor, receiver: Receiver) -> None:
    go_on = Signal()

    def behave(handler: Handler, received: Received) -> None:
        go_on.wait(PATIENCE)
        handler.reset()

    receiver.behave = behave
    subscribe(floor, receiver.url)
    tell(floor, at=clock.now())

    with worker_process() as process:
        until(lambda: len(receiver.received) == 1)
        process.send_signal(signal.SIGTERM)
        go_on.set()
        assert process.wait(PATIENCE) == 0

    lane = Lane.objects.get()
    assert (lane.lease_by, lane.sent_version, lane.fails) == (None, 0, 1)
    assert Delivery.objects.get().state == "pending"
    assert Attempt.objects.get().status is None


def test_a_worker_that_is_stopped_in_its_tracks_and_overtaken_changes_nothing(floor: Floor, receiver: Receiver) -> None:
    held = Signal()

    def behave(handler: Handler, received: Received) -> None:
        if len(receiver.received) == 1:
            held.wait(PATIENCE)
        handler.answer(204)

    receiver.behave = behave
    subscribe(floor, receiver.url)
    tell(floor, number=2, at=clock.now())

    with worker_process() as first:
        until(lambda: len(receiver.received) == 1)
        first.send_signal(signal.SIGSTOP)
        let_leases_run_out()
        with worker_process() as second:
            until(lambda: delivered() == 2)
            second.send_signal(signal.SIGTERM)
            assert second.wait(PATIENCE) == 0
        kept = list(Attempt.objects.values()), list(Lane.objects.values()), list(Delivery.objects.values())
        held.set()
        first.send_signal(signal.SIGCONT)
        first.send_signal(signal.SIGTERM)
        assert first.wait(PATIENCE) == 0

    assert (list(Attempt.objects.values()), list(Lane.objects.values()), list(Delivery.objects.values())) == kept
    assert [one.told[1] for one in receiver.received] == [1, 1, 2]
    assert receiver.received[0].id == receiver.received[1].id


def test_a_receiver_that_never_answers_holds_back_no_other(
    floor: Floor, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "DEADLINE", 5.0)

    def behave(handler: Handler, received: Received) -> None:
        if received.path.endswith("/hole"):
            receiver.hang()
        handler.answer(204)

    receiver.behave = behave
    subscribe(floor, f"{receiver.url}/hole")
    subscribe(floor, receiver.url)
    for _ in range(30):
        tell(floor, at=clock.now())
    stopped = Signal()
    thread = Thread(target=Deliverer(slots=4).run, args=[stopped])

    thread.start()
    until(lambda: delivered() == 30)
    in_the_hole = sum(one.path.endswith("/hole") for one in receiver.received)
    failed = Attempt.objects.filter(status=None).count()
    stopped.set()
    receiver.closing.set()
    thread.join(PATIENCE)

    assert not thread.is_alive()
    assert in_the_hole - failed <= 2  # half of the slots


def test_no_transaction_is_open_while_it_is_sent(
    floor: Floor, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever writes meanwhile does not wait for a receiver."""

    def behave(handler: Handler, received: Received) -> None:
        with_own = Thread(target=write)
        with_own.start()
        with_own.join(PATIENCE)
        handler.answer(204 if not with_own.is_alive() else 500)

    def write() -> None:
        tell(floor, at=clock.now()) if Event.objects.count() < 3 else None
        Lane.objects.update(fails=0)
        connection.close()

    receiver.behave = behave
    subscribe(floor, receiver.url)
    tell(floor, at=clock.now())
    stopped = Signal()
    thread = Thread(target=Deliverer().run, args=[stopped])

    thread.start()
    until(lambda: delivered() == 3)
    stopped.set()
    thread.join(PATIENCE)

    assert set(Attempt.objects.values_list("status", flat=True)) == {204}
