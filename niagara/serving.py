"""How Gunicorn serves on one machine, as `make serve` starts it: web processes, and the worker beside them."""

import subprocess
import sys
from typing import Any

workers = 2
threads = 4
accesslog = "-"
loglevel = "warning"

_beside: list[subprocess.Popen[bytes]] = []


def when_ready(server: Any) -> None:
    _beside.append(subprocess.Popen([sys.executable, "manage.py", "worker"]))


def on_exit(server: Any) -> None:
    for process in _beside:
        process.terminate()
        process.wait()
