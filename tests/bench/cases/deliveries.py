"""How many deliveries a second workers make to a receiver on this machine, beside the same requests, signed and
sent by as many threads, without a database."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic, sleep
from uuid import uuid4

import orjson
from django.db import transaction

from niagara import clock
from niagara.accounts.actor import Actor
from niagara.accounts.models import Organization
from niagara.directory.operations.founding import found_organization
from niagara.webhooks import sending, signing
from niagara.webhooks.models import Delivery, Event, Subscription
from niagara.webhooks.operations.delivering import SLOTS
from niagara.webhooks.operations.publishing import publish
from niagara.webhooks.operations.subscribing import create_subscription
from tests.bench.database import ROOT, Databases
from tests.bench.harness import Rate, Result

SUBJECTS, EACH = 200, 10
WORKERS = (1, 2, 4)
PATIENCE = 300

# Answers every request with 204, and prints its port.
RECEIVER = """
import asyncio

class Receiver(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.waiting = transport, b""
    def data_received(self, data):
        self.waiting += data
        while (end := self.waiting.find(b"\\r\\n\\r\\n")) >= 0:
            head = self.waiting[:end].lower()
            length = int(head.partition(b"content-length:")[2].split(b"\\r\\n")[0])
            if len(self.waiting) < end + 4 + length:
                return
            self.waiting = self.waiting[end + 4 + length:]
            self.transport.write(b"HTTP/1.1 204 No Content\\r\\n\\r\\n")

async def main():
    server = await asyncio.get_running_loop().create_server(Receiver, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
"""


def run(databases: Databases) -> Result:
    with databases.copied(), _receiver() as url:
        rates = [Rate("floor", _without_a_database(url))]
        for number in WORKERS:
            rates.append(Rate(f"{number} worker{'s' * (number > 1)}", _with_workers(url, number)))
        return Result("deliveries", rates)


def _body(subject: object, version: int) -> str:
    """Of the size of a small event."""
    return orjson.dumps({"subject": str(subject), "version": version, "text": "x" * 600}).decode()


def _without_a_database(url: str) -> float:
    number, key = SUBJECTS * EACH, signing.new_secret()

    def send(version: int) -> None:
        body = _body("subject", version)
        headers = signing.headers(str(uuid4()), "BatchChanged", body, [key], clock.now())
        if not sending.post(url, body.encode(), headers).is_success:
            raise SystemExit("The receiver of the benchmark did not answer.")

    with ThreadPoolExecutor(SLOTS) as pool:
        began = monotonic()
        list(pool.map(send, range(number)))
        taken = monotonic() - began
    sending.close_connections()
    return number / taken


def _with_workers(url: str, number: int) -> float:
    organization = found_organization(f"Benchmark {uuid4()}", at=clock.now())
    subscriptions = [
        Subscription(organization=organization, url=f"{url}{one}", events=["*"], description=f"Benchmark {one}")
        for one in range(2)  # each takes half of the slots
    ]
    for one in subscriptions:
        create_subscription(one, by=Actor.system(), at=clock.now())
    with _workers(number):
        _publish(organization, 1, number)  # until all are there
        sleep(5)
        _wait_for(subscriptions, number * 2)
        _publish(organization, EACH // 2, SUBJECTS)
        began = monotonic()
        _wait_for(subscriptions, number * 2 + SUBJECTS * EACH)
        return SUBJECTS * EACH / (monotonic() - began)


@transaction.atomic
def _publish(organization: Organization, each: int, subjects: int) -> None:
    for subject in [uuid4() for _ in range(subjects)]:
        publish(
            [
                Event(
                    organization=organization,
                    name="BatchChanged",
                    subject_id=subject,
                    version=version,
                    body=_body(subject, version),
                )
                for version in range(1, each + 1)
            ]
        )


def _wait_for(subscriptions: Sequence[Subscription], number: int) -> None:
    until = monotonic() + PATIENCE
    while Delivery.objects.filter(subscription__in=subscriptions, state="delivered").count() < number:
        if monotonic() > until:
            raise SystemExit("The deliveries took too long.")
        sleep(0.05)


@contextmanager
def _receiver() -> Iterator[str]:
    process = subprocess.Popen([sys.executable, "-c", RECEIVER], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}/"
    finally:
        process.kill()
        process.wait()
        process.stdout and process.stdout.close()


@contextmanager
def _workers(number: int) -> Iterator[None]:
    processes = [
        subprocess.Popen(
            [sys.executable, "manage.py", "worker"], cwd=ROOT, env=dict(os.environ), stderr=subprocess.DEVNULL
        )
        for _ in range(number)
    ]
    try:
        yield
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait(60)
