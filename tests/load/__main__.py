"""`make load`: a floor at work for some minutes on a server started as in production, and what came of it."""

import argparse
import os
import secrets
import signal
import sys
import tempfile

from tests.ports import free_port


def main() -> None:
    parser = argparse.ArgumentParser(prog="make load", description=__doc__)
    parser.add_argument("--seconds", type=int, default=600, help="how long the floor works")
    parser.add_argument("--technicians", type=int, default=30)
    parser.add_argument("--managers", type=int, default=3)
    parser.add_argument("--clients", type=int, default=5, help="of the API")
    parser.add_argument("--cycles", type=int, default=18_000, help="how many there are to do")
    parser.add_argument("--pace", type=float, default=1.0, help="of the time people think; 0.5: half of it")
    parser.add_argument("--faults", action="store_true", help="kill and fill what there is in the middle of it")
    parser.add_argument("--nasty", type=int, metavar="N", help="instead: N nasty requests, and the memory they cost")
    parser.add_argument("--drawn", action="store_true", help="instead: calls drawn from the OpenAPI document")
    said = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # and take along what was started
    port = free_port()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "niagara.settings",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "DEBUG": "false",
        "ALLOWED_HOSTS": "127.0.0.1,testserver",
        "WEBHOOK_ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": f"postgres://niagara@127.0.0.1:{port}/postgres",
        "LOG_FORMAT": "json",
    }
    if said.nasty is not None or said.drawn:  # one client sends thousands a minute
        os.environ |= {"API_RATE_LIMIT": "0", "TOKEN_RATE_LIMIT": "0"}
    with tempfile.TemporaryDirectory() as files:
        os.environ["MEDIA_ROOT"] = files
        sys.exit(run(port, said))


def run(port: int, said: argparse.Namespace) -> int:
    """0 if all was as it has to be."""
    import django

    django.setup()
    from tests.load import drawn, nasty, running

    if said.nasty is not None:
        return nasty.run(port, said.nasty)
    return drawn.run(port) if said.drawn else running.run(port, said)


main()
