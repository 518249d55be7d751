"""What the requests of a run came to."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from threading import Lock
from time import monotonic

AFTERMATH = 1.0  # seconds after a fault, in which somebody finds out that a connection went with it


@dataclass
class Figures:
    began: float = field(default_factory=monotonic)
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    refusals: Counter[str] = field(default_factory=Counter)  # 4xx that a person or client is told, and acts on
    met: Counter[str] = field(default_factory=Counter)  # 503 and no answer, while a fault is on
    errors: list[str] = field(default_factory=list)  # what must not be
    deeds: Counter[str] = field(default_factory=Counter)  # changes that were confirmed
    lock: Lock = field(default_factory=Lock)
    trouble: bool = False
    calm_since: float = 0.0

    @contextmanager
    def fault(self) -> Iterator[None]:
        self.trouble = True
        try:
            yield
        finally:
            self.trouble, self.calm_since = False, monotonic()

    def note(self, kind: str, began: float, status: int | None, told: str = "") -> None:
        """One answer, or None that there was none."""
        now = monotonic()
        in_trouble = self.trouble or began <= self.calm_since + AFTERMATH
        with self.lock:
            if status is not None and status < 500:
                self.seconds[kind].append(now - began)
                if status >= 400:
                    self.refusals[f"{kind} {status}"] += 1
            elif in_trouble and status in (None, 503):
                self.met[f"{status or 'no answer'}"] += 1
            else:
                self.errors.append(f"{kind}: {status or 'no answer'} {told[:300]}")

    def wrong(self, told: str) -> None:
        with self.lock:
            self.errors.append(told)

    def did(self, deed: str) -> None:
        with self.lock:
            self.deeds[deed] += 1

    def lines(self, lasted: float) -> Iterator[str]:
        every = sorted(one for times in self.seconds.values() for one in times)
        yield f"{'':<34}{'requests':>9}{'a second':>10}{'median':>9}{'95 %':>9}{'99 %':>9}{'slowest':>9}"
        for kind, times in [*sorted(self.seconds.items()), ("all", every)]:
            ordered = sorted(times)
            shown = "".join(f"{at(ordered, share) * 1000:>7.0f} ms"[:10].rjust(9) for share in (0.5, 0.95, 0.99, 1))
            yield f"{kind:<34}{len(times):>9}{len(times) / lasted:>10.1f}{shown}"
        yield f"Refusals: {dict(sorted(self.refusals.items()))}"
        if self.met:
            yield f"While a fault was on: {dict(self.met)}"


def at(ordered: list[float], share: float) -> float:
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else 0.0
