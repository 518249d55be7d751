"""What the calls drawn from the OpenAPI document were answered with, told at the end of a test run."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

PROPERTY = "answers"


@dataclass
class Tally:
    """Status → how often, of the calls that the document allows and of those that it does not."""

    allowed: Counter[int] = field(default_factory=Counter)
    wrong: Counter[int] = field(default_factory=Counter)

    def count(self, status: int, *, allowed: bool) -> None:
        (self.allowed if allowed else self.wrong)[status] += 1

    @property
    def all(self) -> Counter[int]:
        return self.allowed + self.wrong

    @property
    def turned_away(self) -> float:
        """The share of calls that ended at the door."""
        return (self.all[401] + self.all[403]) / self.all.total()

    @property
    def succeeded(self) -> float:
        """The share of successes among what the document allows."""
        successes = sum(number for status, number in self.allowed.items() if status < 400)
        return successes / self.allowed.total() if successes else 0

    def __str__(self) -> str:
        statuses = ", ".join(f"{number} × {status}" for status, number in sorted(self.all.items()))
        return f"{self.all.total():5} calls, {self.succeeded:4.0%} of those allowed succeeded: {statuses}"


def lines(reports: Any, *, every_operation: bool) -> Iterator[str]:
    """One line that sums up, and one for each operation if they are wanted."""
    tallies = {
        report.nodeid.partition("[")[2].removesuffix("]"): Tally(*map(Counter, value))
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == PROPERTY and report.when == "call"
    }
    if not tallies:
        return
    if every_operation:
        width = max(map(len, tallies))
        for operation in sorted(tallies, key=lambda name: name.split(" ")[::-1]):
            yield f"{operation:{width}} {tallies[operation]}"
    total = Tally()
    for one in tallies.values():
        total.allowed += one.allowed
        total.wrong += one.wrong
    yield f"OpenAPI document, {len(tallies)} operations, a manager's token, {total.turned_away:.1%} turned away:{total}"
