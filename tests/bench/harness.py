"""Times the ways to do one thing, in turns, and says which goals that meets."""

import gc
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from math import inf
from statistics import median, quantiles
from time import perf_counter_ns
from typing import Any

WARM_UP = 8
ROUNDS = 60


def no_queries() -> int:
    return 0


@dataclass(frozen=True)
class Way:
    """One way to give the answer; `queries` counts what it asks the database for one, `beside` names the way that
    its times are compared with."""

    name: str
    answer: Callable[[], bytes]
    queries: Callable[[], int] = no_queries
    beside: str = "floor"


@dataclass(frozen=True)
class Figures:
    """How long one way took."""

    name: str
    median_ms: float
    p95_ms: float
    queries: int
    bytes: int
    beside: str = "floor"

    @property
    def figure(self) -> float:
        return self.median_ms

    def cells(self) -> dict[str, str]:
        return {
            "median ms": f"{self.median_ms:.2f}",
            "95 % ms": f"{self.p95_ms:.2f}",
            "queries": f"{self.queries or ''}",
            "bytes": f"{self.bytes:,}" if self.bytes else "",
        }


@dataclass(frozen=True)
class Rate:
    """How often a second something was done, or how much there was of it."""

    name: str
    number: float
    beside: str = "floor"
    unit: str = "a second"

    @property
    def figure(self) -> float:
        return self.number

    def cells(self) -> dict[str, str]:
        return {self.unit: f"{self.number:,.0f}"}


@dataclass(frozen=True)
class Goal:
    """What `one` shall be, in terms of `other`."""

    one: str
    other: str
    at_most: float = inf
    at_least: float = 0

    def check(self, figures: dict[str, float]) -> dict[str, Any]:
        ratio = figures[self.one] / figures[self.other]
        sign, bound = ("≤", self.at_most) if self.at_most < inf else ("≥", self.at_least)
        return {
            "goal": f"{self.one} {sign} {bound:g} × {self.other}",
            "measured": round(ratio, 2),
            "met": self.at_least <= ratio <= self.at_most,
        }


@dataclass(frozen=True)
class Result:
    """What a case measured."""

    case: str
    rows: Sequence[Figures | Rate]
    goals: Sequence[Goal] = ()
    checked: Sequence[dict[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        figures = {row.name: row.figure for row in self.rows}
        known = [goal for goal in self.goals if {goal.one, goal.other} <= figures.keys()]
        object.__setattr__(self, "checked", [goal.check(figures) for goal in known])

    def as_json(self) -> dict[str, Any]:
        return {"rows": [asdict(row) for row in self.rows], "goals": list(self.checked)}

    def table(self, database: str) -> str:
        """The figures for people, each with how many times the one beside it that is, and the goals below."""
        title = f"{self.case}, {database}"
        figures = {row.name: row.figure for row in self.rows}
        heads = list(dict.fromkeys(name for row in self.rows for name in row.cells()))
        width = max(len(title), *(len(name) for name in figures)) + 2
        lines = [f"{title:<{width}}" + "".join(f"{head:>11}" for head in heads) + f"{'ratio':>9}"]
        for row in self.rows:
            cells, other = row.cells(), figures.get(row.beside)
            ratio = f"{row.figure / other:.2f}" if other else ""
            lines.append(f"{row.name:<{width}}" + "".join(f"{cells.get(h, ''):>11}" for h in heads) + f"{ratio:>9}")
        lines += [f"  {one['goal']}: {one['measured']}, {'met' if one['met'] else 'MISSED'}" for one in self.checked]
        return "\n".join(lines)


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
    return [figures_of(way.name, times[way.name], way.queries(), len(way.answer()), beside=way.beside) for way in ways]


def figures_of(name: str, times: Sequence[float], queries: int = 0, size: int = 0, *, beside: str = "floor") -> Figures:
    return Figures(name, round(median(times), 2), round(quantiles(times, n=20)[-1], 2), queries, size, beside)
