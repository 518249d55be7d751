"""Reading through Gunicorn with two processes, beside the floors served alike; and what memory that takes."""

from collections.abc import Sequence
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

from batches.models import Batch
from niagara.accounts.models import User
from tests.bench.database import Databases
from tests.bench.harness import Goal, Rate, Result
from tests.bench.product import MANAGER, token_for
from tests.bench.serving import PATIENCE, ask, per_second, server

CLIENTS, EACH, ROUNDS = 4, 25, 3
FLOORS = "tests.bench.floors.served"
# Before that many, memory still comes and goes by a tenth.
WARM_UP, REQUESTS = 2_000, 10_000
SCOPES = ("batch:all", "batch:read", "queue:all", "work-order:read")
GOALS = [
    Goal("floor, batches", "product, batches", at_most=1.5),
    Goal("floor, queues", "product, queues", at_most=2),
    Goal("floor, batch", "product, batch", at_most=2),
    Goal("floor, work order", "product, work order", at_most=2),
]


def run(databases: Databases) -> Result:
    """Pages a second, the product and the floor by turns; the best of some rounds."""
    databases.use(databases.largest)
    token, paths = token_for(*SCOPES), _paths()
    rates: dict[str, float] = {}
    with server() as (_, product), server(application=FLOORS) as (_, floor):
        for _ in range(ROUNDS):
            for name, path in paths.items():
                for way, port in (("product", product), ("floor", floor)):
                    rate, _ = per_second(_asking(port, token), [[path] * EACH] * CLIENTS)
                    rates[f"{way}, {name}"] = max(rate, rates.get(f"{way}, {name}", 0))
    rows = [Rate(name, rate, f"floor{name.removeprefix('product')}") for name, rate in rates.items()]
    return Result("served", rows, GOALS)


def run_memory(databases: Databases) -> Result:
    databases.use(databases.largest)
    token, paths = token_for(*SCOPES), [*_paths().values()]
    with server() as (process, port):
        work = _asking(port, token)
        per_second(work, [paths * (WARM_UP // len(paths) // CLIENTS)] * CLIENTS)
        before = _memory(process)
        per_second(work, [paths * (REQUESTS // len(paths) // CLIENTS)] * CLIENTS)
        after = _memory(process)
    rows = [Rate("before", before, "", "KB"), Rate(f"after {REQUESTS:,} requests", after, "before", "KB")]
    return Result("memory", rows, [Goal(rows[1].name, "before", at_most=1.1)])


def _paths() -> dict[str, str]:
    """One address of each kind, by what it is called."""
    rows = Batch.objects.filter(organization=User.objects.get(email=MANAGER).organization_id).order_by("pk")
    batch = rows[rows.count() // 2]
    return {
        "batches": "/api/batches?limit=100",
        "queues": "/api/queues?limit=100",
        "batch": f"/api/batches/{batch.pk}",
        "work order": f"/api/work-orders/{batch.work_order_id}",
    }


def _asking(port: int, token: str):  # type: ignore[no-untyped-def]
    def work(paths: Sequence[str]) -> Sequence[str]:
        with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as http:
            for path in paths:
                ask(http, "GET", path, token)
        return paths

    return work


def _memory(server_process: int) -> float:
    """Of all processes that serve, in KB, as Linux tells it."""
    children = Path(f"/proc/{server_process}/task/{server_process}/children").read_text().split()
    lines = [line for child in children for line in Path(f"/proc/{child}/status").read_text().splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
