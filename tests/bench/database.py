"""The databases of the benchmark, one for each size of the demo: made and filled once, then used again."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.bench.vendors import vendor

ROOT = Path(__file__).parents[2]


def prepare(url: str, size: str) -> None:
    """The demo of this size is in it afterwards."""
    vendor.create(url)
    _manage(url, "migrate", "--verbosity", "0")
    with closing(vendor.connect(url)) as connection:
        [(is_filled,)] = connection.execute("SELECT EXISTS (SELECT 1 FROM batches_batch)").fetchall()
    if not is_filled:
        print(f"Loading the {size} demo into {vendor.where(url)}, once.", flush=True)
        _manage(url, "demo", "--size", size)
        vendor.settle(url)


class Databases:
    """Which of the databases Django works on, here and in the threads and processes that are started."""

    def __init__(self, pattern: str, sizes: Sequence[str]) -> None:
        """The address of each has its size in it."""
        self.sizes = sizes
        self._urls = {size: pattern.format(size=size) for size in sizes}
        self._open: dict[str, Any] = {}
        for size, url in self._urls.items():
            prepare(url, size)
        os.environ["DATABASE_URL"] = self._urls[sizes[0]]

    @property
    def largest(self) -> str:
        return self.sizes[-1]

    def url(self, size: str) -> str:
        return self._urls[size]

    def use(self, size: str) -> None:
        from django.db import connections

        os.environ["DATABASE_URL"] = self._urls[size]
        connections.settings["default"]["NAME"] = vendor.name(self._urls[size])  # for other threads
        if size not in self._open:
            made = self._open[size] = connections.create_connection("default")
            made.settings_dict = {**made.settings_dict}
        connections["default"] = self._open[size]

    @contextmanager
    def copied(self) -> Iterator[str]:
        """A copy of the largest, to write in; it is gone afterwards. Gives its address."""
        size = f"copy of {self.largest}"
        for one in self._open.values():
            one.close()
        url = self._urls[size] = vendor.copy(self._urls[self.largest])
        try:
            self.use(size)
            yield url
        finally:
            self._open.pop(size).close()
            self.use(self.sizes[0])
            vendor.drop(url)


def _manage(url: str, *command: str) -> None:
    """A command of the product; DEBUG, which the demo asks for, stays in that process."""
    environment = {**os.environ, "DATABASE_URL": url, "DEBUG": "true", "DJANGO_SETTINGS_MODULE": "niagara.settings"}
    done = subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        raise SystemExit(f"manage.py {command[0]} failed.")
