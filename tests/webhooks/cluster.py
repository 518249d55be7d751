"""A PostgreSQL server of a test's own, which can be killed; and the product's processes on its database."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings

from tests.batches.test_worker import until
from tests.ports import free_port

PATIENCE = 90  # seconds until a test that hangs fails

# PostgreSQL refuses to run as root.
_AS_POSTGRES: dict[str, Any] = (
    {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
)


def _binaries() -> Path:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    found = str(installed[-1]) if installed else shutil.which("initdb")
    if found is None:
        pytest.skip("No PostgreSQL server is installed here, so none can be killed.")
    return Path(found).parent


@dataclass
class Cluster:
    """It writes to the disk as in production, so that what it confirmed is there after it was killed."""

    binaries: Path
    home: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgres://niagara@127.0.0.1:{self.port}/postgres"

    def connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.url, autocommit=True)

    def read(self, query: str, *values: Any) -> list[Any]:
        with self.connect() as connection:
            return connection.execute(query, values).fetchall()

    def start(self) -> None:
        until(self._answers, PATIENCE)

    def _answers(self) -> bool:
        if self.process is None or self.process.poll() is not None:  # also while one that was killed fades away
            options = ["-D", "data", "-p", str(self.port), "-k", str(self.home), "-c", "listen_addresses=127.0.0.1"]
            self.process = subprocess.Popen(
                [self.binaries / "postgres", *options], cwd=self.home, stderr=subprocess.DEVNULL, **_AS_POSTGRES
            )
        with suppress(psycopg.OperationalError), self.connect():
            return True
        return False

    def kill(self) -> None:
        """All of it at once, as when the machine stops."""
        assert self.process is not None
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for one in (pid, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        self.process.wait(PATIENCE)


@contextmanager
def running(port: int | None = None) -> Iterator[Cluster]:
    binaries, home = _binaries(), Path(tempfile.mkdtemp())
    if _AS_POSTGRES:
        shutil.chown(home, "postgres", "postgres")
    initialize = "initdb --pgdata data --auth trust --username niagara --encoding UTF8 --locale C.UTF-8"
    cluster = Cluster(binaries, home, port or free_port())
    try:
        command, *options = initialize.split()
        subprocess.run([binaries / command, *options], cwd=home, check=True, stdout=subprocess.DEVNULL, **_AS_POSTGRES)
        cluster.start()
        yield cluster
    finally:
        if cluster.process is not None and cluster.process.poll() is None:
            cluster.process.send_signal(signal.SIGQUIT)
            cluster.process.wait(PATIENCE)
        shutil.rmtree(home)


@dataclass
class Program:
    """A command of the product with all processes it starts."""

    command: list[str]
    environment: dict[str, str]
    output: Any = None  # where it writes; where whoever starts it does, if nowhere
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command,
            cwd=settings.BASE_DIR,
            env=self.environment,
            stdout=self.output,
            stderr=self.output,
            start_new_session=True,
        )

    def kill(self) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(PATIENCE)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None


def environment_of(cluster: Cluster) -> dict[str, str]:
    """That of the tests, which is production's but for HTTPS."""
    return {**os.environ, "DATABASE_URL": cluster.url, "DJANGO_SETTINGS_MODULE": "niagara.settings"}


def web_server(cluster: Cluster, port: int) -> Program:
    options = ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "8", "--log-level", "critical"]
    command = [sys.executable, "-m", "gunicorn", "niagara.wsgi", *options]
    return Program(command, environment_of(cluster))


def worker(cluster: Cluster) -> Program:
    return Program([sys.executable, "manage.py", "worker"], environment_of(cluster))
