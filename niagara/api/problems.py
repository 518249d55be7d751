"""Problem answers, RFC 9457: the one place where what went wrong becomes an HTTP status."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpResponse, UnreadablePostError
from rest_framework.exceptions import APIException
from rest_framework.views import set_rollback

from niagara.monitoring.requests import current_id
from niagara.refusals import Busy, Conflict, Fault, Invalid, Missing, NotAllowed, Outdated, Refusal

logger = logging.getLogger(__name__)

# The database is away, or could not give a lock in time.
AWAY = (OperationalError, InterfaceError)

MEDIA_TYPE = "application/problem+json"

STATUS: Mapping[type[Refusal], int] = {
    Invalid: 400,
    NotAllowed: 403,
    Missing: 404,
    Conflict: 409,
    Outdated: 412,
    Busy: 423,
}

# status → (the last part of its type, its title)
KINDS: Mapping[int, tuple[str, str]] = {
    400: ("BadRequest", "Bad Request"),
    401: ("Unauthorized", "Unauthorized"),
    403: ("Forbidden", "Forbidden"),
    404: ("NotFound", "Not Found"),
    405: ("MethodNotAllowed", "Method Not Allowed"),
    406: ("NotAcceptable", "Not Acceptable"),
    409: ("Conflict", "Conflict"),
    412: ("PreconditionFailed", "Precondition Failed"),
    413: ("PayloadTooLarge", "Payload Too Large"),
    414: ("UriTooLong", "URI Too Long"),
    415: ("UnsupportedMediaType", "Unsupported Media Type"),
    423: ("Locked", "Locked"),
    429: ("TooManyRequests", "Too Many Requests"),
    431: ("HeaderTooLarge", "Request Header Fields Too Large"),
    500: ("InternalServerError", "Internal Server Error"),
    503: ("ServiceUnavailable", "Service Unavailable"),
}


def problem(status: int, detail: str, *, faults: Iterable[Fault] = (), headers: Mapping[str, str] = {}) -> HttpResponse:
    """A problem answer; for status 400 with what is wrong, fault by fault."""
    kind, title = KINDS[status]
    body: dict[str, Any] = {
        "type": f"{settings.PROBLEM_BASE_URL}{kind}",
        "title": title,
        "status": status,
        "detail": detail,
        "request_id": current_id(),
    }
    if status == 400:
        body["validation_messages"] = [message_of(fault) for fault in faults]
    return HttpResponse(orjson.dumps(body), status=status, content_type=MEDIA_TYPE, headers=dict(headers))


def busy() -> HttpResponse:
    return problem(503, "The database is busy; send the request again.", headers={"Retry-After": "1"})


def message_of(fault: Fault) -> dict[str, Any]:
    """A fault in the form of the JSON Schema validator Ajv (version 6)."""
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in fault.path)
    schema = "".join("/items" if isinstance(part, int) else f"/properties/{part}" for part in fault.path)
    return {
        "keyword": fault.keyword,
        "dataPath": path,
        "schemaPath": f"#{schema}/{fault.keyword}",
        "params": dict(fault.params),
        "message": fault.message,
    }


def answer_to(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """The problem answer to whatever a view raised. Django REST framework calls it.

    A defect of ours is logged and signalled as Django does, but answered as a problem even where
    Django, in development, would show a page with the stack.
    """
    set_rollback()
    if isinstance(error, Refusal):
        status = next(status for family, status in STATUS.items() if isinstance(error, family))
        faults = error.faults if isinstance(error, Invalid) else ()
        return problem(status, error.sentence, faults=faults)
    if isinstance(error, APIException):
        headers = {}
        if (challenge := getattr(error, "auth_header", None)) is not None:
            headers["WWW-Authenticate"] = challenge
        return problem(error.status_code, str(error.detail), headers=headers)
    if isinstance(error, Http404):
        return problem(404, "There is nothing here that you may see.")
    if isinstance(error, PermissionDenied):
        return problem(403, "You may not do this.")
    if isinstance(error, RequestDataTooBig):
        return problem(413, "The body is larger than 1 MiB; send less at once.")
    if isinstance(error, (SuspiciousOperation, UnreadablePostError)):
        return problem(400, "The request can't be read.")
    if isinstance(error, IntegrityError):  # what it refers to went at the same moment
        logger.exception("The database refused what an operation wrote.")
        return problem(409, "What this refers to was changed at the same moment; look again, then repeat.")
    if isinstance(error, AWAY):
        logger.exception("The database did not answer a request.")
        return busy()
    request = context["request"]._request
    logger.error("A defect at %s", request.path, exc_info=error)
    got_request_exception.send(sender=None, request=request)
    return problem(500, "Something went wrong on our side; nothing was changed.")
