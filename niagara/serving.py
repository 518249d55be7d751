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
_stopping = Event()
_beside: list[Thread] = []


def when_ready(server: Any) -> None:
    if os.environ.get("WITH_WORKER") == "true":
        _beside.append(Thread(target=_keep_a_worker))
        _beside[0].start()


def on_exit(server: Any) -> None:
    _stopping.set()
    for thread in _beside:
        thread.join()


def _keep_a_worker() -> None:
    """Run a worker until the server stops, and another when one ends."""
    while not _stopping.is_set():
        with subprocess.Popen([sys.executable, "manage.py", "worker"]) as worker:
            while worker.poll() is None and not _stopping.wait(0.5):
                pass
            worker.terminate()
        _stopping.wait(_AGAIN_AFTER)
