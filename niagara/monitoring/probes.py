"""What an orchestrator, a load balancer and Prometheus ask: `/healthz`, `/readyz` and `/metrics`.

Answered before anything else looks at the request: a probe comes without HTTPS, under whatever name
or address, and its answer must not depend on sessions or on what else may be wrong.
"""

import logging
from collections.abc import Callable
from secrets import compare_digest
from typing import Any

import orjson
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST

from niagara import clock
from niagara.monitoring.metrics import exposition
from niagara.webhooks.backlog import backlog

logger = logging.getLogger(__name__)


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return _json({"status": "ok"})


def readyz(request: HttpRequest) -> HttpResponse:
    """Whether it can do its work: the database answers and has every migration. How old the oldest
    event is that was not delivered yet, in seconds, is told beside: it does not make it unready, for
    the fault is the receiver's or the worker's."""
    told: dict[str, Any] = {"database": False, "migrations": False, "oldest_undelivered_seconds": None}
    try:
        connection.ensure_connection()
        told["database"] = True
        told["migrations"] = _are_applied()
        if told["migrations"]:
            told["oldest_undelivered_seconds"] = backlog(at=clock.now()).oldest_seconds
    except (DatabaseError, InterfaceError):
        logger.exception("The database does not answer.")
        told["database"] = False
    ready = told["database"] and told["migrations"]
    return _json({"status": "ready" if ready else "not ready", **told}, status=200 if ready else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """The figures, for who has the token of the setting METRICS_TOKEN. Without the setting there are none."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN:
        return _json({"status": "Set METRICS_TOKEN to offer metrics."}, status=404)
    if not compare_digest(given.encode(), settings.METRICS_TOKEN.encode()):
        return _json({"status": "Send METRICS_TOKEN as bearer token."}, status=401)
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/healthz": healthz,
    "/readyz": readyz,
    "/metrics": metrics,
}


_seen_applied: list[bool] = []


class ProbesMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path)
        if probe is None:
            return self.get_response(request)
        response = probe(request)
        response["Cache-Control"] = "no-store"
        return response


def _are_applied() -> bool:
    """Whether the database has every migration of this code; once it has, it is not asked again."""
    if not _seen_applied:
        executor = MigrationExecutor(connection)
        if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
            _seen_applied.append(True)
    return bool(_seen_applied)


def _json(told: dict[str, Any], status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(told), status=status, content_type="application/json")
