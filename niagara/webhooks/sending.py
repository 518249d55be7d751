"""Sends one request to a receiver, within a deadline, and tells what came of it."""

import re
import ssl
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from threading import Lock
from time import monotonic

import httpcore
import httpx

from niagara.webhooks.models import KEPT_OF_AN_ANSWER
from niagara.webhooks.targets import CheckedBackend, Refused, parts_of

DEADLINE = 10.0  # seconds, from finding the host to the end of the answer
_MAX_READ = 64 * 1024  # bytes of an answer; the connection is closed on one that is longer
_KEPT_OPEN = 5.0  # seconds; a name may lead elsewhere afterwards

_ends_at: ContextVar[float] = ContextVar("ends_at")
_one_at_a_time = Lock()


@dataclass(frozen=True)
class Answer:
    """A status, or an error when there was no answer; how long it took in milliseconds; how it began."""

    status: int | None = None
    error: str = ""
    duration: int = 0
    text: str = ""
    retry_after: str = ""

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    def seconds_to_wait(self, at: datetime) -> float:
        """What `Retry-After` asks for: a number of seconds or a date; 0 if it asks for nothing."""
        if re.fullmatch(r"[0-9]{1,9}", self.retry_after):
            return float(self.retry_after)
        try:
            until = parsedate_to_datetime(self.retry_after)
        except (ValueError, OverflowError):
            return 0.0
        return max(0.0, ((until if until.tzinfo else until.replace(tzinfo=UTC)) - at).total_seconds())


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """POST the body, and tell what came of it; no failure of the receiver is an exception.

    httpcore does what it is asked and nothing else: it follows no redirect, uses no proxy, keeps no
    cookie.
    """
    began = monotonic()
    token = _ends_at.set(began + DEADLINE)
    try:
        answer = _exchange(url, body, headers)
    except Refused as refusal:
        answer = Answer(error=str(refusal))
    except (httpcore.TimeoutException, _TimeIsUp):
        answer = Answer(error=f"There was no whole answer within {DEADLINE:g} seconds.")
    except httpcore.ConnectError as error:
        answer = Answer(error=_unconnected(error))
    except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, OSError) as error:
        answer = Answer(error=_told("The connection broke", error))
    finally:
        _ends_at.reset(token)
    return Answer(answer.status, answer.error, round((monotonic() - began) * 1000), answer.text, answer.retry_after)


def _exchange(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    scheme, host, port = parts_of(url)
    target = httpcore.URL(scheme=scheme, host=host, port=port, target=httpx.URL(url).raw_path)
    named = f"[{host}]" if ":" in host else host
    default = {"https": 443, "http": 80}[scheme]
    own = {"Host": named if port == default else f"{named}:{port}", "Content-Length": str(len(body))}
    sent: list[tuple[bytes | str, bytes | str]] = [*own.items(), *headers.items()]
    with _pool(scheme).stream("POST", target, headers=sent, content=body) as response:
        begun = bytearray()
        for chunk in response.iter_stream():
            begun += chunk
            if len(begun) >= _MAX_READ:
                break
        found = {name.lower(): value for name, value in response.headers}
        text = bytes(begun[:KEPT_OF_AN_ANSWER]).decode(errors="replace").replace("\x00", "�")
        return Answer(response.status, text=text, retry_after=found.get(b"retry-after", b"").decode("latin-1").strip())


def close_connections() -> None:
    """Close those that are kept open for a while. Another request opens its own."""
    for scheme in ("https", "http"):
        _pool(scheme).close()


class _TimeIsUp(Exception):
    """The deadline passed between two waits."""


def _time_left() -> float:
    left = _ends_at.get() - monotonic()
    if left <= 0:
        raise _TimeIsUp
    return left


def _pool(scheme: str) -> httpcore.ConnectionPool:
    with _one_at_a_time:  # else those who come at once make one each, and all but one are never closed
        return _new_pool(scheme)


@cache
def _new_pool(scheme: str) -> httpcore.ConnectionPool:
    return httpcore.ConnectionPool(
        ssl_context=httpx.create_ssl_context(),
        max_connections=None,
        keepalive_expiry=_KEPT_OPEN,
        network_backend=CheckedBackend(scheme, _time_left),
    )


def _unconnected(error: httpcore.ConnectError) -> str:
    match error.args:
        case [ssl.SSLCertVerificationError() as refusal]:
            return _told("The receiver's certificate is not accepted", refusal.verify_message)
    return _told("No connection", error)


def _told(what: str, error: object) -> str:
    reason = str(error).replace("\x00", "").strip().rstrip(".")
    return f"{what}: {reason}."[:200] if reason else f"{what}."
