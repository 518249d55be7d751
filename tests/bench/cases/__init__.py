"""What is measured: name → what runs it. Those that write do so in a copy of the largest database."""

from collections.abc import Callable, Mapping
from functools import partial

from tests.bench.cases import (
    batches,
    break_down,
    claims,
    completing,
    crowd,
    deliveries,
    events,
    queues,
    screens,
    served,
    singles,
    steps,
)
from tests.bench.database import Databases
from tests.bench.harness import Result

CASES: Mapping[str, Callable[[Databases], Result]] = {
    "batches": batches.run,
    "queues": queues.run,
    "batch": singles.run_batch,
    "work-order": singles.run_work_order,
    "break-down": break_down.run,
    "claims": claims.run,
    "complete": completing.run,
    "crowd": crowd.run,
    "steps": steps.run,
    "events": events.run,
    **{f"{case}-page": partial(screens.run, case) for case in (*screens.CASES, *screens.ON_THE_DEMO)},
    "served": served.run,
    "memory": served.run_memory,
    "deliveries": deliveries.run,
}
