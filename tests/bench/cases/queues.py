"""`GET /api/queues?limit=100`, with what is active in each queue and when that is due."""

from tests.bench.database import Databases
from tests.bench.floors import queues
from tests.bench.harness import Goal, Result, measure
from tests.bench.reading import Reading, stop_signing_clock

LIMIT = 100
GOALS = [
    Goal("product, medium", "floor, medium", at_most=2),
    Goal("product, large", "floor, large", at_most=2),
    Goal("product, large", "product, medium", at_most=1.5),
]


def run(databases: Databases) -> Result:
    stop_signing_clock()
    ways = []
    for size in databases.sizes:
        reading = Reading(databases, size, f"/api/queues?limit={LIMIT}", "queue:all")
        ways += reading.ways(queues.page, limit=LIMIT, **reading.outside())
    return Result("queues", measure(ways), GOALS)
