"""Each request has an id, which its answer, a problem and every line of the log name; it is counted and timed."""

import logging
import re
from collections.abc import Callable
from contextvars import ContextVar
from time import perf_counter
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from prometheus_client import Histogram

REQUESTS = Histogram(
    "niagara_request_seconds",
    "How long requests took, by method, route and status.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)

HEADER = "X-Request-ID"
_FORM = re.compile(r"[A-Za-z0-9._-]{1,64}")
_id: ContextVar[str] = ContextVar("request_id", default="")

logger = logging.getLogger("niagara.requests")


def current_id() -> str:
    """The id of the request in hand, or of the last one of this thread; empty where there was none."""
    return _id.get()


class RequestMiddleware:
    """Takes over the id that a proxy gave, or gives one; logs a line when the answer is there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        # It stays when the answer is there: Django tells of what was refused only then.
        _id.set(given if _FORM.fullmatch(given) else uuid4().hex)
        began = perf_counter()
        response = self.get_response(request)
        self._note(request, response, perf_counter() - began)
        response[HEADER] = current_id()
        return response

    def _note(self, request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        match = request.resolver_match
        # The route and not the path: a path has ids, each of which would be a series of its own.
        route = match.route if match else "none"
        method = request.method if request.method in _METHODS else "other"
        REQUESTS.labels(method, route, response.status_code).observe(seconds)
        logger.info(
            "%s %s %s",
            request.method,
            request.path,
            response.status_code,
            extra={"route": route, "duration": round(seconds * 1000, 1), "bytes": _length(response)},
        )


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _length(response: HttpResponse) -> int | None:
    return None if response.streaming else len(response.content)


class WithRequestId(logging.Filter):
    """Gives each line of the log the id of the request in hand."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_id()
        return True
