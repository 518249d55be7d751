"""What a run needs: a PostgreSQL of its own, a floor in it, and the product's processes as in production."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.batches.test_worker import until
from tests.ports import free_port
from tests.webhooks.cluster import PATIENCE, Cluster, Program, running
from tests.webhooks.receiver import Receiver, listening


@dataclass
class Stage:
    cluster: Cluster
    web: Program
    worker: Program
    receiver: Receiver
    address: str
    log: Path  # what the web processes write

    def web_processes(self) -> list[int]:
        """Those that answer, not the one that keeps them."""
        assert self.web.process is not None
        pid = self.web.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def memory(self) -> int:
        """What the web processes hold of it, in KiB."""
        total = 0
        for pid in self.web_processes():
            [line] = [one for one in Path(f"/proc/{pid}/status").read_text().splitlines() if one.startswith("VmRSS:")]
            total += int(line.split()[1])
        return total

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.address}/readyz", timeout=PATIENCE).is_success
        except httpx.TransportError:
            return False

    def start_web(self) -> None:
        self.web.start()
        until(self.answers, PATIENCE)


@contextmanager
def set_up(cluster_port: int, *, log: Path | None = None) -> Iterator[Stage]:
    """`log` is where the web processes write; without it, a file that goes with the run."""
    with ExitStack() as left:
        cluster = left.enter_context(running(cluster_port))
        receiver = left.enter_context(listening())
        home = Path(left.enter_context(tempfile.TemporaryDirectory()))
        log = log or home / "web.log"
        environment = {**os.environ, "DATABASE_URL": cluster.url}
        subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], env=environment, check=True)
        environment["PROMETHEUS_MULTIPROC_DIR"] = left.enter_context(tempfile.TemporaryDirectory())
        static = subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"], env=environment, check=True
        )
        assert static.returncode == 0
        port = free_port()
        gunicorn = [sys.executable, "-m", "gunicorn", "niagara.wsgi", "--config", "niagara/serving.py"]
        gunicorn += ["--bind", f"127.0.0.1:{port}", "--no-control-socket"]
        written = left.enter_context(log.open("ab"))
        web = Program(gunicorn, environment, output=written)
        worker = Program([sys.executable, "manage.py", "worker"], environment, output=written)
        stage = Stage(cluster, web, worker, receiver, f"http://127.0.0.1:{port}", log)
        for program in (web, worker):
            left.callback(program.kill)
        stage.start_web()
        worker.start()
        yield stage


def stop_gracefully(program: Program) -> int:
    """As systemd does. Returns its exit code."""
    assert program.process is not None
    program.process.send_signal(signal.SIGTERM)
    return program.process.wait(PATIENCE)
