"""A server on this machine, and people who ask it at once."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from time import monotonic, sleep
from typing import Any

from niagara.serving import threads, workers
from tests.bench.database import ROOT

PATIENCE = 120


def per_second(work: Callable[..., Sequence[Any]], *people: Sequence[Any]) -> tuple[float, list[Any]]:
    """How much of it all of these get done in a second at once, and what came of it."""
    with ThreadPoolExecutor(len(people[0])) as pool:
        began = monotonic()
        done = [one for some in pool.map(work, *people) for one in some]
        return len(done) / (monotonic() - began), done


def ask(http: HTTPConnection, method: str, path: str, token: str, body: bytes | None = None) -> bytes:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    http.request(method, path, body, headers)
    answer = http.getresponse()
    content = answer.read()
    if not 200 <= answer.status < 300:
        raise SystemExit(f"{method} {path} was answered with {answer.status}: {content[:500].decode()}")
    return content


@contextmanager
def server(*, application: str = "niagara.wsgi", processes: int = workers) -> Iterator[tuple[int, int]]:
    """As `make serve` starts it, without the worker. Gives its process and its port."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port: int = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", application, f"--bind=127.0.0.1:{port}", f"--workers={processes}",
         f"--threads={threads}", "--log-level=warning"],
        cwd=ROOT, env=dict(os.environ),
        stderr=subprocess.DEVNULL,  # each request writes a line
    )  # fmt: skip
    try:
        _wait_for(port)
        yield process.pid, port
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    until = monotonic() + PATIENCE
    while monotonic() < until:
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as http:
                http.request("GET", "/api")
                http.getresponse().read()
                return
        except OSError:
            sleep(0.1)
    raise SystemExit("The server of the benchmark did not answer.")
