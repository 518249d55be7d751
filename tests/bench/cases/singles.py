"""`GET /api/batches/{id}` and `GET /api/work-orders/{id}`."""

from collections.abc import Callable

from django.db.models import Model

from batches.models import Batch
from niagara.accounts.models import User
from tests.bench.database import Databases
from tests.bench.floors import batches, work
from tests.bench.harness import Goal, Result, measure
from tests.bench.product import MANAGER
from tests.bench.reading import Reading
from workorders.models import WorkOrder

GOALS = [
    Goal("product, medium", "floor, medium", at_most=2),
    Goal("product, large", "floor, large", at_most=2),
]


def run_batch(databases: Databases) -> Result:
    return _run("batch", "batches", Batch, batches.single, databases)


def run_work_order(databases: Databases) -> Result:
    return _run("work-order", "work-orders", WorkOrder, work.single, databases)


def _run(case: str, path: str, model: type[Model], floor: Callable[..., bytes], databases: Databases) -> Result:
    ways = []
    for size in databases.sizes:
        databases.use(size)
        user = User.objects.get(email=MANAGER)
        rows = model._default_manager.filter(organization=user.organization_id).order_by("pk")
        row = rows[rows.count() // 2]
        reading = Reading(databases, size, f"/api/{path}/{row.pk}", f"{case}:read")
        ways += reading.ways(floor, **{f"{case.replace('-', '_')}_id": str(row.pk)})
    return Result(case, measure(ways), GOALS)
