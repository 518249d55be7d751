"""The web process: Gunicorn's, which has few threads, and lends none of them to somebody who dawdles."""

import socket
import struct
from contextlib import suppress
from errno import ECONNRESET
from time import monotonic
from typing import Any

from gunicorn import util
from gunicorn.http import errors
from gunicorn.workers.gthread import ThreadWorker

# Seconds for a request to come in whole, and for somebody who takes nothing of an answer.
PATIENCE = 30

_STATUS: dict[type[Exception], tuple[int, str]] = {
    errors.LimitRequestLine: (414, "The address is too long."),
    errors.LimitRequestHeaders: (431, "The header is too large."),
}


class WebWorker(ThreadWorker):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.began: dict[Any, float] = {}

    def handle(self, conn: Any) -> Any:
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", PATIENCE, 0))
        self.began[conn] = monotonic()
        try:
            return super().handle(conn)
        finally:
            del self.began[conn]

    def murder_pending(self) -> None:
        """Comes about once a second. Who is still sending gets to hear what was understood so far; an answer that
        takes long is not hurt, for nothing more is to be read."""
        super().murder_pending()
        late = monotonic() - PATIENCE
        for conn, began in list(self.began.items()):
            if began < late:
                with suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RD)

    def handle_request(self, req: Any, conn: Any) -> Any:
        req.body.reader = _Body(req.body.reader)
        return super().handle_request(req, conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """What Gunicorn can't read never reaches Django. It is refused in the words of the API: a browser sends
        nothing of the kind, and a page of HTML would tell a program nothing."""
        if not isinstance(exc, errors.ParseException):
            super().handle_error(req, client, addr, exc)
            return
        from niagara.api.problems import problem  # not before the settings are there

        self.log.warning("A request from %s can't be read: %s", addr[0] if addr else "a socket", exc)
        answer = problem(*_STATUS.get(type(exc), (400, "The request can't be read.")))
        head = {**answer.headers, "Connection": "close", "Content-Length": str(len(answer.content))}
        lines = [f"HTTP/1.1 {answer.status_code} {answer.reason_phrase}", *(f"{key}: {head[key]}" for key in head)]
        with suppress(OSError):  # it may be gone
            util.write_nonblock(client, "\r\n".join([*lines, "", ""]).encode("latin-1") + answer.content)


class _Body:
    """A body whose end is not where it says is one that can't be read, as Django knows it."""

    def __init__(self, reader: Any) -> None:
        self.reader = reader

    def read(self, size: int) -> bytes:
        try:
            data: bytes = self.reader.read(size)
        except errors.ParseException as error:
            raise ConnectionResetError(ECONNRESET, f"The body can't be read: {error}") from error
        return data
