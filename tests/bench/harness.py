"""Times the ways to give one answer, in turns."""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter_ns

WARM_UP = 8
ROUNDS = 60


@dataclass(frozen=True)
class Way:
    """One way to give the answer; `queries` counts what it asks the database for one."""

    name: str
    answer: Callable[[], bytes]
    queries: Callable[[], int]


@dataclass(frozen=True)
class Figures:
    name: str
    median_ms: float
    p95_ms: float
    queries: int
    bytes: int


def measure(ways: Sequence[Way], rounds: int = ROUNDS) -> list[Figures]:
    """All ways take turns, A B C A B C …, so that what else the machine does hits all alike."""
    for way in ways:
        for _ in range(WARM_UP):
            way.answer()
    gc.collect()
    gc.freeze()  # what is there stays; only what an answer leaves behind is collected, and not at another's cost
    times: dict[str, list[float]] = {way.name: [] for way in ways}
    for _ in range(rounds):
        for way in ways:
            gc.collect()
            began = perf_counter_ns()
            way.answer()
            times[way.name].append((perf_counter_ns() - began) / 1e6)
    gc.unfreeze()
    return [
        Figures(
            way.name,
            round(median(times[way.name]), 2),
            round(quantiles(times[way.name], n=20)[-1], 2),
            way.queries(),
            len(way.answer()),
        )
        for way in ways
    ]


def table(title: str, all_figures: Sequence[Figures]) -> str:
    """The figures for people; ratios are to the floor's median."""
    floor = next(figures.median_ms for figures in all_figures if figures.name == "floor")
    lines = [f"{title:<16}{'median ms':>11}{'95 % ms':>11}{'× floor':>9}{'queries':>9}{'bytes':>11}"]
    for one in all_figures:
        ratio = one.median_ms / floor
        lines.append(
            f"{one.name:<16}{one.median_ms:>11.2f}{one.p95_ms:>11.2f}{ratio:>9.2f}{one.queries:>9}{one.bytes:>11,}"
        )
    return "\n".join(lines)
