"""Gunicorn as it is started in production: what it refuses, whom it does not wait for, how it stops."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from uuid import uuid4

import httpx
import orjson
import pytest
from django.conf import settings

from batches.models import Batch, Cycle
from niagara.accounts.models import User
from niagara.directory.models import Category
from niagara.records.models import Note
from tests.batches.test_worker import until, url_of_database
from tests.clients import make_token

RELOADS = 3
PATIENCE = 120  # seconds until a test that hangs fails
NOWHERE = "postgres://nobody@127.0.0.1:9/nothing"


@dataclass
class Server:
    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answers(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            return httpx.get(f"{self.address}/healthz", timeout=PATIENCE).is_success
        except httpx.TransportError:
            return False

    def children(self) -> set[int]:
        """The processes that it started."""
        threads = Path(f"/proc/{self.process.pid}/task").iterdir()
        return {int(child) for thread in threads for child in (thread / "children").read_text().split()}

    def reload(self) -> None:
        """As systemd does; returns when only processes of the new version are left."""
        before = self.children()
        self.process.send_signal(signal.SIGHUP)
        until(lambda: len(self.children()) == len(before) and not self.children() & before, PATIENCE)

    @contextmanager
    def wire(self) -> Iterator[socket.socket]:
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as wire:
            yield wire


@contextmanager
def serving(home: Path, database: str, *options: str, **more: str) -> Iterator[Server]:
    log = home / "log"
    environment = {**os.environ, "DATABASE_URL": database, "PROMETHEUS_MULTIPROC_DIR": str(home)}
    environment |= {"DJANGO_SETTINGS_MODULE": "tests.niagara.served_settings", "DEBUG": "false", **more}
    # It is given a socket: a port that was free a moment ago may be somebody else's by the time it starts.
    with socket.create_server(("127.0.0.1", 0)) as listener, log.open("wb") as written:
        port, number = listener.getsockname()[1], listener.fileno()
        command = [sys.executable, "-m", "gunicorn", "niagara.wsgi", "--config", "niagara/serving.py"]
        command += ["--log-level=info", f"--bind=fd://{number}", "--no-control-socket", "--workers=1", *options]
        process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=environment, stdout=written, stderr=written, pass_fds=[number]
        )
    server = Server(process, port, log)
    try:
        until(server.answers, PATIENCE)
        yield server
    finally:
        process.kill()
        process.wait()


def read_all(wire: socket.socket) -> bytes:
    answer = b""
    while data := wire.recv(65536):
        answer += data
    return answer


def head(method: str, path: str, *lines: str) -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *lines, "", ""]).encode()


@pytest.fixture(scope="module")
def hurried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """It has one thread, patience for a second, and no database that answers."""
    home = tmp_path_factory.mktemp("hurried")
    with serving(home, NOWHERE, "--worker-class=tests.niagara.hurried.HurriedWorker", "--threads=1") as server:
        yield server


@pytest.mark.parametrize(
    "begun",
    [
        b"POST /sign-in HT",
        head("POST", "/sign-in", "Content-Type: application/x-www-form-urlencoded", "Content-Length: 100") + b"a=",
        head("POST", "/sign-in", "Content-Type: application/json", "Transfer-Encoding: chunked") + b"5\r\nab",
    ],
    ids=["its head", "its body", "its chunks"],
)
def test_who_never_finishes_a_request_keeps_nobody_waiting(hurried: Server, begun: bytes) -> None:
    with hurried.wire() as dawdler:
        dawdler.sendall(begun)

        until(hurried.answers, PATIENCE)  # by the only thread there is
        read_all(dawdler)  # comes to an end


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\x00\x01\r\n\r\n", 400),
        (head("GET", "/api/batches?" + "x" * 10_000), 414),
        (head("GET", "/api/batches", "X-Huge: " + "x" * 20_000), 431),
        (head("GET", "/api/batches", "no colon"), 400),
        (head("POST", "/api/batches", "Content-Length: -1"), 400),
        (head("POST", "/api/batches", "Content-Length: 2", "Content-Length: 3"), 400),
        (head("POST", "/api/batches", "Transfer-Encoding: nonsense"), 400),
    ],
    ids=["no request", "long address", "large header", "no header", "negative length", "two lengths", "odd coding"],
)
def test_what_can_not_be_read_is_refused_as_a_problem(hurried: Server, sent: bytes, status: int) -> None:
    with hurried.wire() as wire:
        wire.sendall(sent)
        wire.shutdown(socket.SHUT_WR)
        top, _, body = read_all(wire).partition(b"\r\n\r\n")

    assert top.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"application/problem+json" in top
    assert orjson.loads(body)["status"] == status


def test_chunks_that_are_none_are_refused(hurried: Server) -> None:
    with hurried.wire() as wire:
        kind = "Content-Type: application/x-www-form-urlencoded"
        wire.sendall(head("POST", "/oauth/token", kind, "Transfer-Encoding: chunked") + b"zz\r\n{}\r\n")
        wire.shutdown(socket.SHUT_WR)

        assert read_all(wire).startswith(b"HTTP/1.1 400 ")


def test_without_its_database_it_says_when_to_come_again(hurried: Server) -> None:
    page = httpx.get(f"{hurried.address}/board", headers={"Cookie": f"sessionid={'x' * 32}"}, timeout=PATIENCE)
    problem = httpx.get(f"{hurried.address}/api/batches", headers={"Authorization": "Bearer x"}, timeout=PATIENCE)

    assert (page.status_code, page.headers["Retry-After"]) == (503, "1")
    assert "Try again in a moment" in page.text
    assert (problem.status_code, problem.headers["Retry-After"]) == (503, "1")
    assert problem.json()["detail"] == "The database is busy; send the request again."


@pytest.mark.django_db(transaction=True)
def test_told_to_stop_it_finishes_what_it_has_in_hand(batch_of_ten: Batch, maria: User, tmp_path: Path) -> None:
    body = b'{"number_cycles": 9}'
    lines = (f"Authorization: Bearer {make_token(maria, ('batch:update',))}", "Content-Type: application/json")
    with ExitStack() as left:
        server = left.enter_context(serving(tmp_path, url_of_database()))
        wire = left.enter_context(server.wire())
        length = (f"Content-Length: {len(body)}", "Expect: 100-continue")
        wire.sendall(head("PATCH", f"/api/batches/{batch_of_ten.pk}", *lines, *length))
        assert wire.recv(1024).startswith(b"HTTP/1.1 100 ")  # it is in hand

        server.process.send_signal(signal.SIGTERM)
        until(lambda: "Handling signal: term" in server.log.read_text(), PATIENCE)
        wire.sendall(body)

        assert read_all(wire).startswith(b"HTTP/1.1 200 ")
        assert server.process.wait(PATIENCE) == 0
    assert Cycle.objects.filter(batch=batch_of_ten, category=Category.PENDING).count() == 9


@pytest.mark.django_db(transaction=True)
def test_an_upgrade_loses_no_request(batch_of_ten: Batch, maria: User, tmp_path: Path) -> None:
    """Reloaded again and again, while four ask through connections that they keep and four through new ones."""
    token = make_token(maria, ("work-order:read", "work-order:update", "note:create"))
    path, over = f"/api/work-orders/{batch_of_ten.work_order_id}/notes", Event()
    confirmed: list[str] = []

    def write(number: int) -> None:
        """Notes, one after the other; anything but an answer that it was written is raised."""
        keeps = number % 2 == 0
        headers = {"Authorization": f"Bearer {token}"} | ({} if keeps else {"Connection": "close"})
        with httpx.Client(base_url=server.address, headers=headers, timeout=PATIENCE) as client:
            while not over.is_set():
                content = f"{number}: {len(confirmed)} {uuid4()}"
                response = client.post(path, json={"content": content})
                assert response.status_code == 200, response.text
                confirmed.append(content)

    def has_written(number: int) -> Callable[[], bool]:
        return lambda: len(confirmed) >= number or any(one.done() for one in writing)

    with serving(tmp_path, url_of_database(), "--workers=2") as server, ThreadPoolExecutor(8) as pool:
        writing = [pool.submit(write, number) for number in range(8)]
        try:
            for _ in range(RELOADS):
                until(has_written(len(confirmed) + 50), PATIENCE)
                server.reload()
        finally:
            over.set()
        for one in writing:
            one.result()
    assert sorted(Note.objects.values_list("content", flat=True)) == sorted(confirmed)


def test_a_worker_beside_it_is_reloaded_as_well_and_ends_with_it(tmp_path: Path) -> None:
    with serving(tmp_path, NOWHERE, WITH_WORKER="true") as server:
        until(lambda: len(server.children()) == 2, PATIENCE)
        server.reload()
        children = server.children()
        server.process.send_signal(signal.SIGTERM)

        assert server.process.wait(PATIENCE) == 0
    assert not [child for child in children if Path(f"/proc/{child}").exists()]


@pytest.mark.django_db(transaction=True)
def test_a_token_has_one_limit_at_all_processes_together(maria: User, tmp_path: Path) -> None:
    quota, headers = 30, {"Authorization": f"Bearer {make_token(maria, ('me:profile',))}"}
    statuses: Counter[int] = Counter()
    options = ("--workers=2", "--worker-class=tests.niagara.patient.PatientWorker")
    tells_who = ("--access-logfile=-", "--access-logformat=%(U)s by %(p)s")

    with serving(tmp_path, url_of_database(), *options, *tells_who, API_RATE_LIMIT=str(quota)) as server:

        def ask(_: int) -> int:
            return httpx.get(f"{server.address}/api/me", headers=headers, timeout=PATIENCE).status_code

        def both_were_asked() -> bool:
            with ThreadPoolExecutor(8) as pool:
                statuses.update(pool.map(ask, range(8)))
            answered = set(re.findall("/api/me by (<[0-9]+>)", server.log.read_text()))
            return len(answered) == 2 and statuses.total() > quota

        until(both_were_asked, PATIENCE)

    assert statuses == {200: quota, 429: statuses.total() - quota}
