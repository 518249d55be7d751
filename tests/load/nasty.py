"""Requests that nobody sends by mistake, to a server started as in production: each is refused as a client can use it,
nobody else waits for it, and nothing of it stays in memory."""

import gzip
import socket
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle, islice
from urllib.parse import urlsplit

from django.test import Client as Browser

from tests.load.floor import Cast, furnish
from tests.load.stage import Stage, set_up
from tests.walks.drawing import tells_of_the_code

CLIENTS, WARM_UP, MAY_GROW = 4, 3000, 0.2
TIMEOUT = 60

MORE = b'{"label": "' + b"x" * 2 * 1024 * 1024 + b'"}'
BODIES: dict[str, bytes] = {
    "NUL": b'{"label": "\x00"}',
    "an escaped NUL": b'{"label": "\\u0000"}',
    "a lone surrogate": b'{"label": "\\ud800"}',
    "half a surrogate in UTF-8": b'{"label": "\xed\xa0\x80"}',
    "1e400": b'{"number_cycles": 1e400}',
    "10,000 nested lists": b"[" * 10_000 + b"]" * 10_000,
    "10,000 nested objects": b'{"label":' * 10_000 + b"1" + b"}" * 10_000,
    "2 MiB": MORE,
    "the same key twice": b'{"label": "a", "label": 7, "label": []}',
    "Latin-1": '{"label": "Grün"}'.encode("latin-1"),
    "UTF-16": '{"label": "Grün"}'.encode("utf-16"),
    "half of a gzip": gzip.compress(b'{"label": "a"}' * 100)[:20],
    "a number of 5,000 digits": b'{"number_cycles": ' + b"9" * 5000 + b"}",
    "nothing": b"",
    "a form": b"username=a&password=%00&once=%ff%fe&csrfmiddlewaretoken=%ED%A0%80",
    "parts without an end": b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\x00',
    "10,000 fields": b"&".join(b"a%d=1" % number for number in range(10_000)),
}
TYPES = {
    "a form": b"application/x-www-form-urlencoded",
    "10,000 fields": b"application/x-www-form-urlencoded",
    "parts without an end": b"multipart/form-data; boundary=x",
    "Latin-1": b"application/json; charset=latin-1",
    "UTF-16": b"application/json; charset=utf-16",
}
QUERIES = (b"?code=%00", b"?code=%ED%A0%80", b"?code=%ff%zz%", b"?limit=1e400&sort=%00", b"?q=" + b"%F0%9F" * 300)

PATHS = (
    b"/api/batches", b"/api/queues", b"/api/%00", b"/scan", b"/find", b"/sign-in", b"/board", b"/admin/",
    b"/admin/batches/batch/", b"/%ff/%00",
)  # fmt: skip


@dataclass(frozen=True)
class Request:
    name: str
    path: bytes
    sent: bytes
    is_whole: bool = True  # else the client closes its side: what is missing never comes

    @property
    def is_of_api(self) -> bool:
        return self.path.startswith(b"/api")


def requests(cast: Cast) -> list[Request]:
    who, order = headers_of(cast), str(cast.started.pk).encode()
    places = [
        (b"POST", b"/api/batches"), (b"PATCH", b"/api/batches"), (b"PATCH", b"/api/work-orders/" + order),
        (b"POST", b"/api/nothing"), (b"POST", b"/sign-in"), (b"POST", b"/scan"), (b"POST", b"/my-work"),
        (b"POST", b"/work-orders/%s/break-down" % order), (b"POST", b"/import"), (b"POST", b"/admin/login/"),
        (b"POST", b"/admin/batches/batch/"), (b"POST", b"/admin/workorders/workorder/%s/change/" % order),
        (b"POST", b"/oauth/token"), (b"POST", b"/oauth/revoke"), (b"PUT", b"/healthz"),
    ]  # fmt: skip
    found = []
    for method, path in places:
        for name, body in BODIES.items():
            kind = TYPES.get(name, b"application/json")
            encoding = (b"Content-Encoding: gzip",) if "gzip" in name else ()
            found.append(Request(name, path, whole(method, path, who, body, kind, *encoding)))
        found += _broken(method, path, who)
    for path in PATHS:
        for query in QUERIES:
            found.append(Request("a bad query", path, whole(b"GET", path + query, who, b"", b"text/plain")))
    return found


def headers_of(cast: Cast) -> bytes:
    """Those of somebody who has a token and is signed in, and whose forms are believed."""
    browser = Browser()
    browser.force_login(cast.floor.manager)
    session, token = browser.cookies["sessionid"].value.encode(), b"a" * 32
    return b"\r\n".join((
        b"Authorization: Bearer " + cast.tokens[0].encode(),
        b"Cookie: sessionid=%s; csrftoken=%s" % (session, token),
        b"X-CSRFToken: " + token, b"Origin: https://127.0.0.1",
    ))  # fmt: skip


def whole(method: bytes, path: bytes, who: bytes, body: bytes, kind: bytes, *more: bytes) -> bytes:
    return head(method, path, who, b"Content-Type: " + kind, b"Content-Length: %d" % len(body), *more) + body


def head(method: bytes, path: bytes, who: bytes, *more: bytes) -> bytes:
    lines = [
        method + b" " + path + b" HTTP/1.1", b"Host: 127.0.0.1", b"X-Forwarded-Proto: https", b"Connection: close",
        who, *more,
    ]  # fmt: skip
    return b"\r\n".join([*lines, b"", b""])


def _broken(method: bytes, path: bytes, who: bytes) -> Iterator[Request]:
    """What is wrong with them stands outside of the body."""
    json, chunked = b"Content-Type: application/json", b"Transfer-Encoding: chunked"
    for name, lines, body, is_whole in (
        ("more promised than sent", (json, b"Content-Length: 100"), b"{}", False),
        ("less promised than sent", (json, b"Content-Length: 1"), b"{}" * 50, True),
        ("a length below nothing", (json, b"Content-Length: -1"), b"", True),
        ("two lengths", (json, b"Content-Length: 2", b"Content-Length: 3"), b"{}", True),
        ("a length in words", (json, b"Content-Length: two"), b"{}", True),
        ("chunks of no size", (json, chunked), b"zz\r\n{}\r\n0\r\n\r\n", True),
        ("a chunk without an end", (json, chunked), b"5\r\n{}", False),
        ("a chunk that is longer", (json, chunked), b"1\r\n{}{}{}\r\n0\r\n\r\n", True),
        ("chunks and a length", (json, chunked, b"Content-Length: 2"), b"2\r\n{}\r\n0\r\n\r\n", True),
        ("an unknown coding", (json, b"Transfer-Encoding: nonsense"), b"{}", True),
        ("a huge header", (json, b"X-Huge: " + b"x" * 20_000), b"", True),
        ("200 headers", tuple(b"X-%d: 1" % number for number in range(200)), b"", True),
        ("a header without a name", (json, b": nothing"), b"", True),
        ("a NUL in a header", (json, b"X-Nul: a\x00b"), b"", True),
        ("a huge id", (json, b"X-Request-ID: " + b"x" * 5000, b"Idempotency-Key: \xff\xfe"), b"", True),
        ("expects something", (json, b"Expect: the impossible", b"Content-Length: 2"), b"{}", True),
    ):  # fmt: skip
        yield Request(name, path, head(method, path, who, *lines) + body, is_whole)
    yield Request("a huge address", path, head(method, path + b"?" + b"x" * 10_000, who))
    yield Request("no request at all", path, b"\x00\x01\x02\r\n\r\n")
    yield Request("an address of spaces", path, b"GET /a b c HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")


def send(address: str, request: Request) -> bytes:
    """The whole answer, as it comes over the wire."""
    place = urlsplit(address)
    answer = bytearray()
    with socket.create_connection((str(place.hostname), int(place.port or 0)), timeout=TIMEOUT) as wire:
        try:
            wire.sendall(request.sent)
            if not request.is_whole:
                wire.shutdown(socket.SHUT_WR)
            while data := wire.recv(65536):
                answer += data
        except ConnectionError:
            pass  # refused before all of it was read; what was answered before counts
    return bytes(answer)


def fault_in(request: Request, answer: bytes) -> str | None:
    """What is wrong with an answer; None if nothing is."""
    top, _, body = answer.partition(b"\r\n\r\n")
    line, _, headers = top.partition(b"\r\n")
    if not line:
        return None if "2 MiB" in request.name else "there was no answer"
    status = int(line.split()[1])
    if status >= 500:
        return f"it was answered with {status}"
    if tells_of_the_code(body):
        return "the answer tells of the code"
    if request.is_of_api and status >= 400 and b"application/problem+json" not in headers:
        return f"{status} came without a problem"
    return None


def run(port: int, number: int) -> int:
    """0 if each was refused well and memory stayed."""
    with set_up(port) as stage:
        # So few cycles that the forms that do get through have started all of them before memory is looked at: from
        # then on the pages are as large as they get.
        cast = furnish(stage.receiver.url, technicians=1, managers=1, clients=1, cycles=60)
        every, faults = requests(cast), Counter[str]()

        def one(request: Request) -> None:
            fault = fault_in(request, send(stage.address, request))
            if fault:
                faults[f"{request.name} at {request.path.decode()}: {fault}"] += 1

        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(one, islice(cycle(every), min(number, WARM_UP))))
            before = stage.memory()
            list(pool.map(one, islice(cycle(every), number)))
            after = stage.memory()
        return _tell(stage, len(every), number, before, after, faults)


def _tell(stage: Stage, kinds: int, number: int, before: int, after: int, faults: Counter[str]) -> int:
    growth = after / before - 1
    print(f"{number} nasty requests of {kinds} kinds, after {min(number, WARM_UP)} to warm up.")
    print(f"Memory of the web processes: {before / 1024:.0f} MiB before, {after / 1024:.0f} after: {growth:+.1%}.")
    for told, times in faults.most_common(40):
        print(f"ERROR   {told} ({times} times)")
    log = stage.log.read_text(errors="replace")
    print(f"{len(faults)} errors; the log tells of {log.count('A defect at')} defects.")
    return int(bool(faults) or growth > MAY_GROW)
