"""What happens while webhooks are paused, resumed and removed: who wants it is told of all of it, and nobody else."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Event as Signal

import pytest
from django.db import connection, connections, transaction

from niagara import clock
from niagara.accounts.operations.saving import remove_row
from niagara.webhooks import sending
from niagara.webhooks.models import Attempt, Delivery, Event, Lane, Subscription
from niagara.webhooks.operations.delivering import Deliverer
from niagara.webhooks.operations.pruning import forget_left_over
from tests.batches.test_worker import until
from tests.factories import AT, Floor
from tests.races.conftest import Ask
from tests.races.together import PATIENCE, refusals, together
from tests.webhooks.delivering import deliver_all, subscribe, tell
from tests.webhooks.receiver import Receiver

GROUPS, CHANGES = 3, 12


@contextmanager
def a_worker() -> Iterator[None]:
    """What delivers, all along; it finishes what is under way."""
    stopped = Signal()

    def run() -> None:
        try:
            Deliverer().run(stopped)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run)
        try:
            yield
        finally:
            stopped.set()
            running.result(PATIENCE)


@pytest.fixture
def groups(floor: Floor, ask: Ask) -> list[str]:
    work_order = {"work_order_id": str(floor.make_work_order().pk)}
    made = [ask("POST", "batch-groups", {"work_order": work_order, "name": "Pallet"}) for _ in range(GROUPS)]
    return [answer.json()["batch_group_id"] for answer in made]


def rename(ask: Ask, group: str, times: int = CHANGES) -> set[int]:
    answers = [ask("PUT", f"batch-groups/{group}", {"name": f"Pallet {number}"}) for number in range(times)]
    return {answer.status_code for answer in answers}


def set_active(ask: Ask, subscription: Subscription, *wishes: bool) -> set[int]:
    body = {"url": subscription.url, "events": ["*"]}
    answers = [ask("PUT", f"webhooks/{subscription.pk}", {**body, "active": wish}) for wish in wishes]
    return {answer.status_code for answer in answers}


def remove(ask: Ask, subscription: Subscription) -> set[int]:
    return {ask("DELETE", f"webhooks/{subscription.pk}").status_code}


def told(receiver: Receiver, path: str) -> list[str]:
    return [one.id for one in receiver.received if one.path == path]


def journal(groups: list[str]) -> dict[str, list[str]]:
    """Of each group, the ids of its events in order. Its first was told to nobody: no webhook was there yet."""
    return {
        group: [
            str(pk)
            for pk in Event.objects.filter(subject_id=group, version__gt=1)
            .order_by("version")
            .values_list("pk", flat=True)
        ]
        for group in groups
    }


def assert_all_arrived_in_order(receiver: Receiver, path: str, groups: list[str]) -> None:
    came = told(receiver, path)
    for events in journal(groups).values():
        assert len(events) > 0
        assert [one for one in came if one in set(events)] == events


def test_of_what_happens_while_a_webhook_is_paused_and_resumed_nothing_is_lost(
    floor: Floor, ask: Ask, groups: list[str], receiver: Receiver
) -> None:
    subscribe(floor, f"{receiver.url}/steady", events=["*"])
    moody, _ = subscribe(floor, f"{receiver.url}/moody", events=["*"])

    with a_worker():
        outcomes = together(
            *(partial(rename, ask, group) for group in groups),
            *(partial(set_active, ask, moody, *[False, True] * 8) for _ in range(2)),
        )
        assert set().union(*outcomes) == {200}
        number = 2 * GROUPS * CHANGES
        until(lambda: Delivery.objects.filter(state="delivered").count() == number, PATIENCE)

    for path in ("/hook/steady", "/hook/moody"):
        assert_all_arrived_in_order(receiver, path, groups)


def test_a_webhook_that_is_removed_gets_nothing_more_and_takes_nothing_from_others(
    floor: Floor, ask: Ask, groups: list[str], receiver: Receiver
) -> None:
    steady, _ = subscribe(floor, f"{receiver.url}/steady", events=["*"])

    for number in range(4):
        leaving, _ = subscribe(floor, f"{receiver.url}/{number}", events=["*"])
        with a_worker():
            outcomes = together(
                *(partial(rename, ask, group, 4) for group in groups),
                partial(set_active, ask, leaving, False, True, False, True),
                partial(remove, ask, leaving),
            )
        assert not refusals(outcomes)
        assert set().union(*outcomes) <= {200, 204, 205, 404}
        assert not Subscription.objects.filter(pk=leaving.pk).exists()
        before = len(told(receiver, f"/hook/{number}"))

        rename(ask, groups[0], 2)
        deliver_all(clock.now())

        assert len(told(receiver, f"/hook/{number}")) == before
        while forget_left_over():
            pass
        for model in (Delivery, Lane):
            assert not model._default_manager.filter(subscription=leaving.pk).exists()

    assert set(Attempt.objects.values_list("delivery__subscription", flat=True)) == {steady.pk}
    assert not Lane.objects.filter(subscription=steady, lease_by__isnull=False).exists()
    assert_all_arrived_in_order(receiver, "/hook/steady", groups)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time: nobody waits for a row")
def test_nobody_who_changes_a_group_waits_for_a_webhook_that_is_removed(floor: Floor) -> None:
    """However much was sent to it, and however long it takes to forget that."""
    leaving, _ = subscribe(floor, "http://127.0.0.1:9/")
    [event] = tell(floor)

    def change() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '10s'")
        return tell(floor, event.subject_id)[0].version

    with transaction.atomic():
        remove_row(leaving, by=floor.by, at=AT)
        assert together(change) == [2]


def test_the_first_deliveries_of_a_worker_share_their_connections(receiver: Receiver) -> None:
    """What a slot opened by itself would stay open when the worker has closed all."""
    sending.close_connections()
    sending._new_pool.cache_clear()

    pools = together(*[partial(sending._pool, "http")] * 16)

    assert len(set(map(id, pools))) == 1
