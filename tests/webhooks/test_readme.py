"""The receiver in the README, run as it stands there."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from niagara import clock
from niagara.webhooks import sending, signing
from niagara.webhooks.models import Attempt
from tests.batches.test_worker import until
from tests.factories import Floor
from tests.ports import free_port
from tests.webhooks.delivering import deliver, subscribe, tell

README = (Path(settings.BASE_DIR) / "README.md").read_text()


def answers(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def port() -> Iterator[int]:
    yield free_port()
    sending.close_connections()


def test_the_receiver_of_the_readme_takes_what_is_signed_and_nothing_else(floor: Floor, port: int) -> None:
    [program] = re.findall(r"```python\n(import os\n.*?)```", README, re.DOTALL)
    url = f"http://127.0.0.1:{port}/"
    _, secret = subscribe(floor, url)
    [event] = tell(floor)
    environment = {**os.environ, "WEBHOOK_SECRET": secret, "PORT": str(port)}
    with subprocess.Popen(
        [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            until(lambda: answers(port))
            now = clock.now()
            deliver(now)
            forged = signing.headers("1", "BatchChanged", "{}", [signing.new_secret()], now)
            headers = signing.headers(str(event.pk), event.name, event.body, [secret], now)
            again = sending.post(url, event.body.encode(), headers)
            refused = sending.post(url, b"{}", forged)
        finally:
            process.kill()
        told = (process.stdout.read() if process.stdout else "").splitlines()

    assert Attempt.objects.get().status == 204
    assert (again.status, refused.status) == (204, 400)
    assert len(told) == 1
    assert told[0].startswith("BatchChanged {'subject': ")
