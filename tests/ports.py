"""Ports for servers that tests start."""

import socket
from contextlib import suppress
from random import randrange


def free_port() -> int:
    """One that no system gives to a connection by itself, so a server can come back to it after it was killed."""
    while True:
        port = randrange(20_000, 32_768)
        with socket.socket() as found, suppress(OSError):
            found.bind(("127.0.0.1", port))
            return port
