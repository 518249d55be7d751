"""A receiver of webhooks, on a real socket of this machine."""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

import orjson
from standardwebhooks import Webhook

PATIENCE = 30  # seconds until a receiver that hangs lets go


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def told(self) -> tuple[str, int]:
        """The subject, and the version of it."""
        event = orjson.loads(self.body)
        return event["subject"], event["version"]

    def is_signed_with(self, secret: str) -> bool:
        try:
            Webhook(secret).verify(self.body, self.headers)
        except Exception:
            return False
        return True


Behave = Callable[["Handler", Received], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    receiver: Receiver

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:  # whoever sent it was killed
            self.close_connection = True
            return
        received = Received(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        with self.receiver.lock:
            self.receiver.received.append(received)
        self.receiver.behave(self, received)

    def answer(self, status: int, text: str = "", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def reset(self) -> None:
        """Break the connection as a machine does that crashed."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def log_message(self, *args: Any) -> None:
        pass


@dataclass
class Receiver:
    url: str = ""
    received: list[Received] = field(default_factory=list)
    behave: Behave = lambda handler, received: handler.answer(204)
    lock: Lock = field(default_factory=Lock)
    closing: Event = field(default_factory=Event)

    def versions(self) -> dict[str, list[int]]:
        """Of each subject, the versions as they came."""
        found: dict[str, list[int]] = {}
        for one in list(self.received):
            subject, version = one.told
            found.setdefault(subject, []).append(version)
        return found

    def hang(self, seconds: float = PATIENCE) -> None:
        self.closing.wait(seconds)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever sends may go at any time."""


@contextmanager
def listening(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    receiver = Receiver()
    server = _Server(("127.0.0.1", 0), type("OwnHandler", (Handler,), {"receiver": receiver}))
    receiver.url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}/hook"
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def statuses(*answers: int, then: int = 204) -> Behave:
    """Give these statuses in turn, and from then on another."""
    left = iter(answers)

    def behave(handler: Handler, received: Received) -> None:
        status = next(left, then)
        handler.answer(status, "" if status == 204 else "An answer")

    return behave
