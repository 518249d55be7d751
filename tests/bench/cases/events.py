"""What the journal adds to completing a cycle: the last step of one closed with the journal's write and, by turns,
with that switched off, which is possible here and nowhere else."""

import gc
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from time import perf_counter_ns
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from batches.models import Cycle
from batches.operations import journal
from batches.operations.claiming import claim_cycle
from batches.operations.creating import break_down
from niagara import clock
from niagara.webhooks.models import Subscription
from niagara.webhooks.operations.subscribing import create_subscription
from tests.bench.database import Databases
from tests.bench.harness import ROUNDS, WARM_UP, Figures, Result, figures_of
from tests.cycles import complete_cycle
from tests.factories import Floor, make_floor

# Odd, so that the last cycle of a batch, which does more, falls to each way alike.
_SIZE = 11


WITHOUT = "without the journal"


def run(databases: Databases) -> Result:
    """A webhook is subscribed, so that the events are also lined up for it."""
    with databases.copied():
        floor = make_floor(f"Benchmark {uuid4()}", email=f"{uuid4()}@niagara.example")
        subscription = Subscription(organization=floor.organization, url="https://127.0.0.1/", events=["*"])
        with patch("niagara.webhooks.targets.check"):  # nothing is ever sent there
            create_subscription(subscription, by=floor.by, at=clock.now())
        return Result("events", _measure(floor))


def _measure(floor: Floor) -> list[Figures]:
    ways: dict[str, Any] = {WITHOUT: _without_the_journal, "with the journal": nullcontext}
    times: dict[str, list[float]] = {name: [] for name in ways}
    cycles = _begun(floor, (WARM_UP + ROUNDS) * len(ways))
    gc.collect()
    gc.freeze()
    for _ in range(WARM_UP + ROUNDS):
        for name, way in ways.items():
            times[name].append(_time_of_completing(next(cycles), floor, way()))
    gc.unfreeze()
    return [figures_of(name, taken[WARM_UP:], beside=WITHOUT) for name, taken in times.items()]


def _begun(floor: Floor, number: int) -> Iterator[Cycle]:
    """So many cycles, each at its last step."""
    work_order = floor.make_work_order(-(-number // _SIZE) * _SIZE)
    batches = break_down(work_order=work_order, queue=floor.queue, number_cycles=_SIZE, by=floor.by, at=clock.now())
    begun = [
        claim_cycle(batch=batch, technician=floor.manager, by=floor.by, at=clock.now())
        for batch in batches
        for _ in range(_SIZE)
    ]
    return iter(begun)


def _time_of_completing(cycle: Cycle, floor: Floor, way: AbstractContextManager[Any]) -> float:
    gc.collect()
    with way:
        began = perf_counter_ns()
        complete_cycle(cycle=cycle, by=floor.by, at=clock.now())
        return (perf_counter_ns() - began) / 1e6


@contextmanager
def _without_the_journal() -> Iterator[None]:
    with patch.object(journal, "write"):
        yield
