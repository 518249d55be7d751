"""`GET /api/batches?limit=100`, at each size, and far down the list."""

from batches.models import Batch
from niagara.accounts.models import User
from niagara.api.paging import BY_ID, PageRequest
from tests.bench.database import Databases
from tests.bench.floors import batches
from tests.bench.harness import Goal, Result, Way, measure
from tests.bench.product import MANAGER, Product
from tests.bench.reading import ROOT, Reading, stop_signing_clock
from tests.bench.serializers import BatchList

LIMIT = 100
FAR = {"medium": 75, "large": 1_500}
SERIALIZERS = "serializers, medium"
GOALS = [
    Goal("product, medium", "floor, medium", at_most=1.5),
    Goal("product, large", "floor, large", at_most=1.5),
    Goal(SERIALIZERS, "product, medium", at_least=15),
    Goal("product, large", "product, medium", at_most=1.2),
    Goal("page 75, medium", "product, medium", at_most=1.2),
    Goal("page 1,500, large", "product, large", at_most=1.2),
]


def run(databases: Databases) -> Result:
    stop_signing_clock()
    ways = []
    for size in databases.sizes:
        reading = Reading(databases, size, f"/api/batches?limit={LIMIT}", "batch:all")
        outside = reading.outside()
        view = BatchList.as_view(limit=LIMIT, root=ROOT, **outside)
        ways += reading.ways(batches.page, view if size == "medium" else None, limit=LIMIT, **outside)
        if size in FAR:
            ways.append(_far(reading, FAR[size]))
    return Result("batches", measure(ways), GOALS)


def _far(reading: Reading, page: int) -> Way:
    rows = Batch.objects.permitted(User.objects.get(email=MANAGER), "batch:all").order_by("id")
    last = rows.values_list("pk", flat=True)[LIMIT * (page - 1) - 1]
    first = PageRequest.read(f"{ROOT}/batches", {"limit": [str(LIMIT)]})
    offset = first.next_offset(BY_ID, [last])
    product = Product(f"{reading.path}&offset={offset}", reading.token)

    def far() -> bytes:
        reading.databases.use(reading.size)
        return product()

    return Way(f"page {page:,}, {reading.size}", far, lambda: reading.queries(product), f"product, {reading.size}")
