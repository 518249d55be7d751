"""Rule 4 through the API: many technicians ask at once, and each cycle goes to one of them."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from random import Random
from typing import Any

import pytest
from django.db import connection

from batches.models import Batch, Cycle
from batches.operations.cycling import start_cycle
from batches.operations.waiting import due_waits, look_at_wait
from niagara import clock
from niagara.accounts.actor import Actor
from niagara.accounts.models import User
from niagara.accounts.permissions import SCOPES
from niagara.directory.models import Category, Unit
from tests.batches.test_worker import until
from tests.clients import Api, make_token
from tests.factories import AT, STEPS, Floor, make_user, make_workflow, relate
from tests.races.together import PATIENCE, assert_everything_adds_up, together
from workorders.models import Context

TECHNICIANS = 16
Client = Callable[..., Any]


@pytest.fixture
def technicians(floor: Floor) -> list[Client]:
    """Clients of so many technicians at the floor's location."""

    def client_of(user: User) -> Client:
        relate(user, "tech", floor.location)
        token = make_token(user, tuple(SCOPES))
        return partial(_send, token)

    return [client_of(make_user(floor.organization, "Technician")) for _ in range(TECHNICIANS)]


def _send(token: str, method: str, path: str, body: Any = None) -> Any:
    return Api(None).send(method, path, body, headers={"Authorization": f"Bearer {token}"})


def claim_from(queue_id: Any, send: Client) -> Any:
    """Claim from the first batch of a queue that has a pending cycle, in processing order."""
    answer = None
    for batch in send("GET", f"queues/{queue_id}/batches").json()["_embedded"]["nter:batches"]:
        answer = send("POST", f"batches/{batch['batch_id']}/claims")
        if answer.status_code != 409:
            return answer
    return answer


def test_of_sixteen_who_claim_from_one_queue_everybody_is_served_and_nobody_twice(
    floor: Floor, technicians: list[Client]
) -> None:
    for _ in range(5):
        floor.make_batch(8)
    rounds = [together(*(partial(claim_from, floor.queue.pk, send) for send in technicians)) for _ in range(3)]

    answers = [answer for one in rounds for answer in one]
    given = [answer.json()["cycle_id"] for answer in answers if answer.status_code == 201]
    assert [Counter(answer.status_code for answer in one) for one in rounds] == [{201: 16}, {201: 16}, {201: 8, 409: 8}]
    assert len(set(given)) == len(given) == 40
    assert set(Counter(Cycle.objects.values_list("technician", flat=True)).values()) <= {2, 3}
    assert Context.objects.count() == 40
    assert_everything_adds_up()


def test_the_last_cycle_of_a_batch_goes_to_exactly_one(floor: Floor, technicians: list[Client]) -> None:
    for _ in range(6):
        batch = floor.make_batch(1)

        answers = together(*(partial(send, "POST", f"batches/{batch.pk}/claims") for send in technicians))

        assert Counter(answer.status_code for answer in answers) == {201: 1, 409: TECHNICIANS - 1}
    assert_everything_adds_up()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time: nobody waits for a row")
def test_who_waits_for_the_last_cycles_holds_none_of_them(floor: Floor, technicians: list[Client]) -> None:
    """Or two who wait might hold what the other waits for, and one of them would be turned away."""
    batch = floor.make_batch(2)
    [first, second] = batch.cycles.order_by("number").values_list("pk", flat=True)

    with ThreadPoolExecutor(1) as pool, closing(connection.copy()) as faster, closing(connection.copy()) as undecided:
        for other, cycle in ((faster, first), (undecided, second)):
            other.set_autocommit(False)
            other.cursor().execute(
                "UPDATE batches_cycle SET category = 'CANCELLED', ended_at = now() WHERE id = %s", [cycle]
            )
        claim = pool.submit(together, partial(technicians[0], "POST", f"batches/{batch.pk}/claims"))
        until(lambda: _waits_for(faster), PATIENCE)
        faster.commit()
        until(lambda: _waits_for(undecided), PATIENCE)
        faster.cursor().execute("SELECT FROM batches_cycle WHERE id = %s FOR NO KEY UPDATE NOWAIT", [first])
        faster.rollback()
        undecided.rollback()

        [answer] = claim.result(PATIENCE)
    assert answer.json()["cycle_id"] == str(second)


def _waits_for(other: Any) -> bool:
    """Whether somebody waits for a row the other connection holds."""
    with connection.cursor() as cursor:
        blocked = "SELECT FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))"
        cursor.execute(f"SELECT EXISTS ({blocked})", [other.connection.info.backend_pid])
        [waits] = cursor.fetchone()
    return bool(waits)


def test_of_eight_who_scan_the_same_new_device_one_has_it(floor: Floor, technicians: list[Client]) -> None:
    fields = [{"label": "Serial number", "entity_field": "serial_number", "required": True}]
    scan = {"step_type": "user", "label": "Scan", "component": "manual-data-entry", "fields": fields}
    steps = {"scan": {**scan, "goto": "unpack", "goto_fail": "broken"}, **STEPS}
    batch = floor.make_batch(24, floor.make_work_order(24, workflow=make_workflow(floor.organization, "Scan", steps)))

    for serial_number in ("SN-A", "SN-B", "SN-C"):
        contexts = [send("POST", f"batches/{batch.pk}/claims").json()["context_id"] for send in technicians[:8]]
        answers = together(
            *(
                partial(
                    send,
                    "PATCH",
                    f"contexts/{context}/scan",
                    {"close_step": {"fields": [{"label": "Serial number", "value": serial_number}]}},
                )
                for send, context in zip(technicians, contexts, strict=False)
            )
        )
        assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 7}
        assert {answer.json()["detail"].split()[1] for answer in answers if answer.status_code == 409} == {
            serial_number
        }

    assert Unit.objects.count() == Cycle.objects.filter(unit__isnull=False).count() == 3
    assert_everything_adds_up()


def test_a_step_that_two_tablets_close_at_once_is_closed_once(floor: Floor, technicians: list[Client]) -> None:
    for _ in range(6):
        batch = floor.make_batch(1)
        context = technicians[0]("POST", f"batches/{batch.pk}/claims").json()["context_id"]
        close = partial(technicians[0], "PATCH", f"contexts/{context}/unpack", {"close_step": {}})

        assert Counter(answer.status_code for answer in together(close, close)) == {200: 1, 409: 1}
        assert Batch.objects.get(pk=batch.pk).complete == 1
    assert_everything_adds_up()


def work_through(queue_id: Any, send: Client, seed: int) -> Counter[int]:
    """Claim and finish, fail, block or release cycles until none is left. Returns the status codes that came."""
    dice, seen = Random(seed), Counter[int]()
    while (claim := claim_from(queue_id, send)).status_code == 201:
        seen[claim.status_code] += 1
        action, context = f"actions/{claim.json()['cycle_id']}", claim.json()["context_id"]
        turn = dice.choice(["close", "close", "fail", "block", "release"] if sum(seen.values()) < 60 else ["close"])
        states = {"fail": ["Failed"], "block": ["Blocked", "In Progress"], "release": ["Pending"]}.get(turn, [])
        for status in states:
            body = {"current_status": {"status": status}, "reason": "Damaged"}
            seen[send("PATCH", action, body).status_code] += 1
        if turn in ("close", "block"):
            seen[send("PATCH", f"contexts/{context}/unpack", {"close_step": {}}).status_code] += 1
    seen[claim.status_code] += 1
    return seen


def test_counts_follow_what_eight_technicians_do_while_the_manager_cancels(
    floor: Floor, technicians: list[Client]
) -> None:
    """Nobody gets an answer but success or a conflict, and no deadlock is broken."""
    work_order = floor.make_work_order(60)
    for _ in range(6):
        floor.make_batch(10, work_order)
    manager = partial(_send, make_token(floor.manager, tuple(SCOPES)))
    jobs = [partial(work_through, floor.queue.pk, send, seed) for seed, send in enumerate(technicians[:8])]

    def cancel_all() -> Counter[int]:
        return Counter(manager("DELETE", f"work-orders/{work_order.pk}/cycles").status_code for _ in range(2))

    *worked, cancelled = together(*jobs, cancel_all)

    assert cancelled == {205: 2}
    assert sum(worked, Counter()).keys() <= {200, 201, 409}
    assert not Context.objects.filter(ended_at=None).exclude(cycle__category=Category.PENDING).exists()
    assert_everything_adds_up()


def test_of_four_workers_that_look_at_one_wait_one_goes_on(floor: Floor) -> None:
    wait = {"step_type": "wait", "label": "Wait", "time": 1, "stop_at": 1, "goto": "unpack", "goto_fail": "broken"}
    workflow = make_workflow(floor.organization, "Wait", {"wait": wait, **STEPS})
    batch = floor.make_batch(6, floor.make_work_order(6, workflow=workflow))
    for cycle in batch.cycles.all():
        start_cycle(cycle=cycle, technician=floor.manager, by=floor.by, at=AT)

    def look_at_all() -> None:
        for context_id in due_waits(clock.now()):
            look_at_wait(context=Context(pk=context_id), by=Actor.system(), at=clock.now())

    together(*[look_at_all] * 4)

    assert [len(context.run.last_steps) for context in Context.objects.all()] == [1] * 6
