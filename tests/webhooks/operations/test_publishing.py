from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from niagara.webhooks.models import Event, Lane
from niagara.webhooks.operations.publishing import publish
from niagara.webhooks.operations.subscribing import pause, resume
from tests.factories import AT, Floor
from tests.rows import all_rows
from tests.webhooks.delivering import deliver_all, subscribe, tell
from tests.webhooks.receiver import Receiver


def test_it_costs_the_same_for_one_subscription_and_for_twenty(floor: Floor, receiver: Receiver) -> None:
    costs, subject = [], uuid4()
    for number in (1, 19):
        for _ in range(number):
            subscribe(floor, receiver.url)
        for of in (uuid4(), subject, subject):  # the first of a subject, and more
            with CaptureQueriesContext(connection) as captured:
                tell(floor, of, 5)
            costs.append(len([one for one in captured if "SAVEPOINT" not in one["sql"]]))

    assert set(costs) == {4}  # one of them the test's own
    assert Event.objects.count() == 30


def test_without_a_subscription_there_is_nothing_but_the_event(floor: Floor, other_floor: Floor) -> None:
    subscribe(other_floor, "http://127.0.0.1/")

    tell(floor)
    publish([])

    assert Event.objects.count() == 1
    assert not Lane.objects.exists()


def test_a_subscription_begins_with_the_next_event(floor: Floor, receiver: Receiver) -> None:
    [old] = tell(floor)
    subscribe(floor, receiver.url)

    tell(floor, old.subject_id, 2)
    deliver_all(AT)

    assert receiver.versions() == {str(old.subject_id): [2, 3]}


def test_what_happens_while_it_is_paused_comes_in_order_when_it_is_resumed(floor: Floor, receiver: Receiver) -> None:
    subscription, _ = subscribe(floor, receiver.url)
    [first] = tell(floor)
    pause(subscription, by=floor.by, at=AT)
    tell(floor, first.subject_id, 3)
    [other] = tell(floor)

    assert deliver_all(AT) == 0
    resume(subscription, by=floor.by, at=AT)
    deliver_all(AT)

    assert receiver.versions() == {str(first.subject_id): [1, 2, 3, 4], str(other.subject_id): [1]}


def test_a_change_that_is_rolled_back_delivers_nothing(floor: Floor, receiver: Receiver) -> None:
    subscribe(floor, receiver.url)
    subject, before = uuid4(), all_rows()

    @transaction.atomic
    def change() -> None:
        tell(floor, subject, 2)
        raise ZeroDivisionError

    for _ in range(50):
        with pytest.raises(ZeroDivisionError):
            change()

    assert all_rows() == before
    assert deliver_all(AT) == 0
    tell(floor, subject, 2)
    deliver_all(AT)
    assert receiver.versions() == {str(subject): [1, 2]}


def test_only_what_it_wants_is_sent(floor: Floor, receiver: Receiver) -> None:
    subscribe(floor, f"{receiver.url}/some")
    subscribe(floor, f"{receiver.url}/all", events=["*"])
    subject = uuid4()

    for name in ("BatchChanged", "TruckArrived", "TruckArrived", "BatchChanged", "TruckArrived"):
        tell(floor, subject, name=name)
    deliver_all(AT)

    came = [(one.path.rpartition("/")[2], one.told[1]) for one in receiver.received]
    assert [version for path, version in came if path == "some"] == [1, 4]
    assert [version for path, version in came if path == "all"] == [1, 2, 3, 4, 5]


def test_nothing_comes_to_another_organization(floor: Floor, other_floor: Floor, receiver: Receiver) -> None:
    subscribe(other_floor, receiver.url, events=["*"])

    tell(floor)

    assert deliver_all(AT) == 0
