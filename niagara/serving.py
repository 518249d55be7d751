"""How Gunicorn serves, in production and as `make serve` starts it.

`WITH_WORKER=true` runs a worker beside the web processes, for one machine. Otherwise it is a process
of its own, and there may be many.
"""

import os
import subprocess
import sys
import tempfile
from threading import Event, Thread
from typing import Any

# Where the web processes keep the figures that /metrics adds up.
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="niagara-metrics-"))

workers = int(os.environ.get("WEB_CONCURRENCY", 2))
threads = 4
worker_class = "niagara.web_worker.WebWorker"
graceful_timeout = 30  # seconds for the requests in hand when it is told to stop
loglevel = "warning"

_AGAIN_AFTER = 2.0  # seconds, until a worker that ended is started again


def when_ready(server: Any) -> None:
    if os.environ.get("WITH_WORKER") == "true":
        server.beside = Beside()
        server.beside.start()


def on_reload(server: Any) -> None:
    on_exit(server)
    when_ready(server)  # of the new version


def on_exit(server: Any) -> None:
    """The server ends once the thread has, and that once its worker has."""
    if beside := getattr(server, "beside", None):
        beside.stopping.set()


class Beside(Thread):
    """Keeps a worker running, and starts another when one ends. The server has it: a reload makes this module anew."""

    def __init__(self) -> None:
        super().__init__()
        self.stopping = Event()
        # Not in the thread: a web process that is forked meanwhile would keep open what tells that the worker began.
        self.worker = self.start_worker()

    def run(self) -> None:
        while not self.stopping.wait(0.5):
            if self.worker.poll() is not None and not self.stopping.wait(_AGAIN_AFTER):
                self.worker = self.start_worker()
        self.worker.terminate()
        self.worker.wait()

    def start_worker(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([sys.executable, "manage.py", "worker"])
