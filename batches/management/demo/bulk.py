"""Many thousands of batches, written without the operations but as those would leave them."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from random import Random

from django.db import connection

from batches.management.demo.bulk_rows import Maker, Rows
from batches.management.demo.bulk_traces import TRACED, make_traces
from batches.management.demo.copying import write
from batches.management.demo.floor import read_floor
from batches.management.demo.growing import Size, grow
from batches.management.demo.planning import Plan, plans
from niagara.accounts.models import Organization

_WORK_ORDERS_AT_ONCE = 200


def fill_up(
    organization: Organization,
    size: Size,
    batches: int,
    *,
    now: datetime,
    founded: datetime,
    rng: Random,
    progress: Callable[[float], None],
) -> None:
    """Add so many batches, and what they need. Tells `progress` the share that is done."""
    grow(read_floor(organization), size, at=founded)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # Foreign keys are checked after each statement, instead of all ten million at the end.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    maker = Maker(read_floor(organization), rng)
    written = 0
    for rows in _chunks(maker, plans(batches, size, now=now, rng=rng)):
        for kind in (
            rows.work_orders,
            rows.groups,
            rows.events,
            rows.batches,
            rows.relations,
            rows.units,
            rows.contexts,
            rows.cycles,
        ):
            write(kind)
        traces = make_traces(rows, maker.versions, since=now - TRACED, rng=rng)
        write(traces.step_runs)
        write(traces.blocks)
        written += len(rows.batches)
        progress(written / batches)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _chunks(maker: Maker, to_be: Iterator[Plan]) -> Iterator[Rows]:
    while chunk := list(islice(to_be, _WORK_ORDERS_AT_ONCE)):
        rows = Rows()
        for plan in chunk:
            maker.add(plan, rows)
        yield rows
