"""The floors as an application that Gunicorn serves."""

import os
import threading
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from tests.bench.floors import batches, queues, work
from tests.bench.vendors import vendor

_own = threading.local()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if not hasattr(_own, "connection"):
        _own.connection = vendor.connect(os.environ["DATABASE_URL"])
    token = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
    root = f"http://{environ['HTTP_HOST']}/api"
    _, _, kind, *ids = environ["PATH_INFO"].split("/") + [""] * (environ["PATH_INFO"].count("/") < 2)
    content = b"{}"
    if kind == "batches" and not ids:
        content = batches.page(_own.connection, token, root, 100, None, None)
    elif kind == "queues":
        content = queues.page(_own.connection, token, root, 100, None, None)
    elif kind == "batches":
        content = batches.single(_own.connection, token, root, str(UUID(ids[0])))
    elif kind == "work-orders":
        content = work.single(_own.connection, token, root, str(UUID(ids[0])))
    headers = [("Content-Type", "application/hal+json"), ("Content-Length", str(len(content)))]
    start_response("200 OK", headers)
    return [content]
