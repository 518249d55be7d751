"""Several clients at once: threads that start together, each with its own database connection."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections

from batches.models import Batch, category_of
from batches.operations.recounting import differences
from niagara.directory.models import ACTIVE, Category
from niagara.refusals import Refusal
from workorders.models import WorkOrder

PATIENCE = 300  # seconds until a test that hangs fails

Job = Callable[[], Any]


def together(*jobs: Job) -> list[Any]:
    """What each job returned, or the refusal it met. Everything else a job raises fails the test."""
    barrier = Barrier(len(jobs))

    def run(job: Job) -> Any:
        try:
            barrier.wait(PATIENCE)
            return job()
        except Refusal as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        futures = [pool.submit(run, job) for job in jobs]
        return [future.result(PATIENCE) for future in futures]


def refusals(outcomes: Sequence[Any]) -> list[Refusal]:
    return [outcome for outcome in outcomes if isinstance(outcome, Refusal)]


def successes(outcomes: Sequence[Any]) -> list[Any]:
    return [outcome for outcome in outcomes if not isinstance(outcome, Refusal)]


def assert_everything_adds_up() -> None:
    """Every stored count is the number of rows, every status follows, and rule 1 holds."""
    assert [str(difference) for difference in differences()] == []
    for batch in Batch.objects.select_related("current_status"):
        assert batch.current_status.category == category_of(_categories(batch.cycles)), batch
        assert not batch.cycles.exclude(work_order=batch.work_order_id).exists()
    for work_order in WorkOrder.objects.select_related("current_status"):
        batches = work_order.batches.select_related("current_status")
        assert sum(batch.number_cycles for batch in batches) <= work_order.needed
        parts = {Category(batch.current_status.category) for batch in batches}
        loose = _categories(work_order.cycles.filter(batch=None))
        parts |= loose if work_order.unassigned else loose - {Category.PENDING}
        if work_order.is_closed:
            assert not ACTIVE.intersection(parts), work_order
            parts = parts or {Category.CANCELLED}
        category = category_of(parts, all_given_out=work_order.is_closed or not work_order.unassigned)
        assert work_order.current_status.category == category, work_order
        assert (work_order.end_date is None) == (category in ACTIVE)


def _categories(cycles: Any) -> set[Category]:
    return set(map(Category, cycles.values_list("category", flat=True)))
