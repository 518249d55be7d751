"""`PATCH /api/batches`: 100 batches of ten cycles each, with their events and history."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import uuid4

from tests.bench import writing
from tests.bench.database import Databases
from tests.bench.harness import Goal, Result
from tests.bench.product import Product, token_for
from tests.factories import make_floor

BATCHES, CYCLES = 100, 10
ROUNDS = 12
GOALS = [Goal("product", "floor", at_most=2)]


def run(databases: Databases) -> Result:
    with databases.copied() as url:
        floor = make_floor(f"Benchmark {uuid4()}", email=f"{uuid4()}@niagara.example")
        token = token_for("batch:update", user=floor.manager)
        product = Product("/api/batches", token)
        queue = {"queue_id": str(floor.queue.pk)}

        def each() -> Iterator[tuple[Any, Callable[[], bytes]]]:
            for _ in range(writing.WARM_UP + ROUNDS + 1):
                work_order = floor.make_work_order(BATCHES * CYCLES)
                body = {
                    "work_order": {"work_order_id": str(work_order.pk)},
                    "queue": queue,
                    "number_cycles": CYCLES,
                    "total": BATCHES,
                }
                yield work_order.pk, partial(product.send, "/api/batches", body)

        return Result("break-down", writing.measure(url, token, ["batch:update", "batch:create"], each()), GOALS)
