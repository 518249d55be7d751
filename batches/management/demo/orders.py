"""The forty-odd work orders of the demo floor: `orders.csv`, read."""

import csv
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple


class Story(StrEnum):
    """How far a work order has come."""

    PENDING = "pending"  # nobody broke it down yet
    PLANNED = "planned"  # some of it is in batches, nothing is begun
    STARTED = "started"
    RETURNED = "returned"  # begun, then a batch was deleted and its cycles came back
    VERIFYING = "verifying"
    BLOCKED = "blocked"
    COMPLETE = "complete"
    CANCELLED = "cancelled"


class Order(NamedTuple):
    label: str
    project: str
    workflow: str
    device: str
    location: str
    queue: str
    needed: int
    size: int  # of its batches
    story: Story
    due_in: int  # days; negative is late, or past
    done: float  # the share of its batches that is begun or done; or in batches at all


def read_orders() -> list[Order]:
    with Path(__file__).with_name("orders.csv").open(encoding="utf-8", newline="") as file:
        return [
            Order(
                **{name: row[name] for name in ("label", "project", "workflow", "device", "location", "queue")},
                needed=int(row["needed"]),
                size=int(row["size"]),
                story=Story(row["story"]),
                due_in=int(row["due_in"]),
                done=float(row["done"]),
            )
            for row in csv.DictReader(file)
        ]
