"""The worker, the web server and PostgreSQL, killed in the middle of thousands of deliveries.

Clients change batch groups meanwhile. One that gets no answer does not know what became of its change,
and sends it again. What counts is the journal that the database holds in
the end: the receiver was told of each event in it, in order, and of no other.
"""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from math import ceil
from typing import Any
from uuid import uuid4

import httpx
import orjson
import psycopg
import pytest
from django.conf import settings

from tests.batches.test_worker import until
from tests.journals import replay
from tests.ports import free_port
from tests.webhooks.cluster import (
    PATIENCE,
    Cluster,
    Program,
    environment_of,
    running,
    web_server,
    worker,
)
from tests.webhooks.receiver import Handler, Received, Receiver

WEBHOOKS, GROUPS, TAGS = 2, 10, 10
CLIENTS = 4
EVENTS_OF_A_CHANGE = 2 * TAGS  # those there were go, others come
EVENTS_OF_A_NEW_GROUP = 1 + TAGS

PREPARE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from niagara.accounts.permissions import SCOPES
from tests.clients import make_token
from tests.factories import make_floor
floor = make_floor()
print(make_token(floor.manager, tuple(SCOPES)), floor.make_work_order().pk)
"""


@dataclass
class Client:
    """Sends a change until it is answered: a POST with a key, so that it is carried out once; a PUT is by itself."""

    address: str
    token: str
    statuses: Counter[int] = field(default_factory=Counter)
    unanswered: int = 0

    def send(self, method: str, path: str, body: Any, **headers: str) -> httpx.Response | None:
        """The answer, if there is one."""
        sent = {"Authorization": f"Bearer {self.token}", **headers}
        try:
            answer = httpx.request(method, f"{self.address}/api/{path}", json=body, headers=sent, timeout=PATIENCE)
        except httpx.TransportError:
            self.unanswered += 1
            return None
        self.statuses[answer.status_code] += 1
        return answer

    def insist(self, method: str, path: str, body: Any) -> Any:
        key, answers = str(uuid4()), list[Any]()

        def is_done() -> bool:
            answer = self.send(method, path, body, **{"Idempotency-Key": key})
            if answer is None or answer.status_code == 503:
                return False
            assert answer.is_success, answer.text
            answers.append(answer.json())
            return True

        until(is_done, PATIENCE)
        return answers[0]


def tags(text: str) -> list[str]:
    return [f"{text}.{number}" for number in range(TAGS)]


@dataclass
class Proof:
    cluster: Cluster
    receiver: Receiver
    client: Client
    web: Program
    worker: Program
    work_order: str
    changes: int  # of each group
    arrived: set[tuple[str, str]] = field(default_factory=set)
    changing: list[Future[None]] = field(default_factory=list)
    killed_midway: int = 0

    def take(self, handler: Handler, received: Received) -> None:
        self.arrived.add((received.path, received.id))
        handler.answer(204)

    def wait_for(self, number: float) -> None:
        def have_arrived() -> bool:
            for one in self.changing:
                if one.done():
                    one.result()  # raises what went wrong
            return len(self.arrived) >= number

        until(have_arrived, PATIENCE)

    def make_group(self) -> str:
        body = {"work_order": {"work_order_id": self.work_order}, "name": "Pallet", "tags": tags("0")}
        group: str = self.client.insist("POST", "batch-groups", body)["batch_group_id"]
        return group

    def change(self, group: str, text: str) -> None:
        self.client.insist("PUT", f"batch-groups/{group}", {"name": "Pallet", "tags": tags(text)})

    def be_refused(self, group: str) -> None:
        answer = self.client.send("PUT", f"batch-groups/{group}", {"name": "", "tags": tags("refused")})
        assert answer is None or answer.status_code in (400, 503), answer.text

    def change_all(self, groups: list[str]) -> None:
        """Change by change, not far ahead of what was delivered, so that there is something to kill all along."""
        for number in range(1, self.changes + 1):
            self.wait_for(deliveries_after(number - 2))
            for group in groups:
                self.be_refused(group)
                self.change(group, str(number))

    @contextmanager
    def a_change_midway(self, group: str) -> Iterator[None]:
        """Its events are written and not committed: it waits for a lane, which is held here."""
        with ExitStack() as left, ThreadPoolExecutor(1) as pool:
            holding = psycopg.connect(self.cluster.url)
            left.callback(holding.close)
            holding.execute("SELECT FROM webhooks_lane WHERE subject_id = %s FOR UPDATE", [group])
            body = {"name": "Pallet", "tags": tags("never")}
            sent = pool.submit(self.client.send, "PUT", f"batch-groups/{group}", body)
            waits = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO%%_lane%%'"
            until(lambda: bool(self.cluster.read(waits)), PATIENCE)
            yield
            answer = sent.result(PATIENCE)
            assert answer is None or answer.status_code == 503
            self.killed_midway += 1

    def let_leases_run_out(self) -> None:
        """As if the time of the worker that was killed had passed."""
        with self.cluster.connect() as connection:
            connection.execute("UPDATE webhooks_lane SET next_at = now() WHERE lease_by IS NOT NULL")

    def kill_worker(self) -> None:
        self.worker.kill()
        self.let_leases_run_out()
        self.worker.start()

    def kill_web(self, group: str) -> None:
        with self.a_change_midway(group):
            self.web.kill()
        self.web.start()
        self.change(group, "after web")

    def kill_database(self, group: str) -> None:
        """The worker and the web server go on by themselves once it is back."""
        with self.a_change_midway(group):
            self.cluster.kill()
        self.cluster.start()
        arrived = len(self.arrived)
        self.change(group, "after database")
        self.wait_for(arrived + 1)
        assert self.worker.is_running
        assert self.web.is_running

    def kill_all(self, group: str) -> None:
        with self.a_change_midway(group):
            self.web.kill()
            self.worker.kill()
            self.cluster.kill()
        self.cluster.start()
        self.let_leases_run_out()
        self.web.start()
        self.worker.start()
        self.change(group, "after all")


def deliveries_of_a_change() -> int:
    return WEBHOOKS * GROUPS * EVENTS_OF_A_CHANGE


def deliveries_after(changes: int) -> int:
    """Of all groups, when so many changes of each are told."""
    return WEBHOOKS * GROUPS * EVENTS_OF_A_NEW_GROUP + changes * deliveries_of_a_change()


@pytest.fixture
def proof(receiver: Receiver, pytestconfig: pytest.Config) -> Iterator[Proof]:
    wanted = pytestconfig.getoption("deliveries")
    with running() as cluster, ExitStack() as left:
        environment = {**environment_of(cluster), "DJANGO_SETTINGS_MODULE": "tests.settings"}
        prepared = subprocess.run(
            [sys.executable, "-c", PREPARE], env=environment, stdout=subprocess.PIPE, text=True, check=True
        )
        token, work_order = prepared.stdout.split()
        port = free_port()
        client = Client(f"http://127.0.0.1:{port}", token)
        web, changes = web_server(cluster, port), ceil((wanted - deliveries_after(0)) / deliveries_of_a_change())
        proof = Proof(cluster, receiver, client, web, worker(cluster), work_order, changes)
        receiver.behave = proof.take
        for program in (proof.web, proof.worker):
            left.callback(program.kill)
            program.start()
        yield proof


# It has a PostgreSQL of its own, so once is enough: not beside the tests on SQLite as well.
@pytest.mark.skipif(settings.DATABASES["default"]["ENGINE"] == "niagara.sqlite", reason="is about PostgreSQL")
def test_every_event_arrives_in_order_and_no_other_whatever_is_killed(proof: Proof) -> None:
    secrets = {}
    for number in range(WEBHOOKS):
        body = {"url": f"{proof.receiver.url}/{number}", "events": ["BatchChanged"]}
        secrets[f"/hook/{number}"] = proof.client.insist("POST", "webhooks", body)["secret"]
    groups = [proof.make_group() for _ in range(GROUPS)]
    held = proof.make_group()
    crashes: list[Callable[[], None]] = [
        proof.kill_worker,
        partial(proof.kill_web, held),
        partial(proof.kill_database, held),
        partial(proof.kill_all, held),
    ]

    with ThreadPoolExecutor(CLIENTS) as clients:
        proof.changing = [clients.submit(proof.change_all, groups[number::CLIENTS]) for number in range(CLIENTS)]
        for number, crash in enumerate(crashes, start=1):
            proof.wait_for(deliveries_after(proof.changes) * number / (len(crashes) + 1))
            crash()
        for one in proof.changing:
            one.result(PATIENCE)
    events = (
        deliveries_after(proof.changes) // WEBHOOKS + EVENTS_OF_A_NEW_GROUP + proof.killed_midway * EVENTS_OF_A_CHANGE
    )
    until(lambda: delivered(proof.cluster) == WEBHOOKS * events, PATIENCE)

    journal = {str(pk): body for pk, body in proof.cluster.read("SELECT id, body FROM webhooks_event")}
    assert len(journal) == events  # each change once
    assert not any("never" in body or "refused" in body for body in journal.values())
    assert proof.killed_midway == 3
    for path, secret in secrets.items():
        came = [one for one in proof.receiver.received if one.path == path]
        assert {one.id: one.body.decode() for one in came} == journal
        assert all(one.is_signed_with(secret) for one in came)
        assert_in_order(came, {tags(str(proof.changes))[0], tags("after all")[0]})
    repeats = len(proof.receiver.received) - len(proof.arrived)
    print(f"{len(proof.arrived)} deliveries, {repeats} repeats; the clients' requests:", end=" ")
    print(dict(proof.client.statuses), f"and {proof.client.unanswered} without an answer")
    assert set(proof.client.statuses) <= {200, 201, 400, 503}
    assert proof.client.statuses[400] > 0
    assert proof.client.unanswered > 0


def assert_in_order(came: list[Received], last_tags: set[str]) -> None:
    """Group by group: version after version, and a repeat, which has the same id, before the next."""
    of: dict[str, list[tuple[int, str]]] = {}
    bodies: dict[str, dict[str, Any]] = {}
    for one in came:
        event = bodies[one.id] = orjson.loads(one.body)
        of.setdefault(event["id"], []).append((event["metadata"]["version"], one.id))
    for told in of.values():
        once = dict.fromkeys(told)
        assert [version for version, _ in once] == list(range(1, len(once) + 1))
        assert told == sorted(told, key=lambda one: one[0])
        assert replay(bodies[webhook_id] for _, webhook_id in once)["tags"][0] in last_tags


def delivered(cluster: Cluster) -> int:
    [(number,)] = cluster.read("SELECT count(*) FROM webhooks_delivery WHERE state = 'delivered'")
    return int(number)
