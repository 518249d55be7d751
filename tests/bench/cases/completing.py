"""Completing a cycle: its last step is closed through the API, with history, counts and event."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import uuid4

from batches.operations.claiming import claim_cycle
from niagara import clock
from tests.bench import writing
from tests.bench.database import Databases
from tests.bench.harness import Goal, Result
from tests.bench.product import Product, token_for
from tests.factories import make_floor

ROUNDS = 80
# A few of a batch, and one that stays: what the last cycle of a batch and the first one do beside is not measured.
EACH = 20
GOALS = [Goal("product", "floor", at_most=3)]


def run(databases: Databases) -> Result:
    with databases.copied() as url:
        floor = make_floor(f"Benchmark {uuid4()}", email=f"{uuid4()}@niagara.example")
        token = token_for("context:step", user=floor.manager)
        product = Product("/api", token)

        def each() -> Iterator[tuple[Any, Callable[[], bytes]]]:
            left = writing.WARM_UP + ROUNDS + 1
            while left > 0:
                batch = floor.make_batch(EACH + 1)
                for _ in range(min(EACH, left)):
                    cycle = claim_cycle(batch=batch, technician=floor.manager, by=floor.by, at=clock.now())
                    path = f"/api/contexts/{cycle.context_id}/unpack"
                    yield batch.work_order_id, partial(product.send, path, {"close_step": {}})
                left -= EACH

        return Result("complete", writing.measure(url, token, ["context:step"], each()), GOALS)
