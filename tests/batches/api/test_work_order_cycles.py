"""The cycles of a work order: listed, fetched, cancelled one by one and all at once."""

from typing import Any

from batches.models import Cycle
from batches.operations.cycling import start_cycle
from batches.operations.deleting import delete_batch
from niagara.accounts.models import HistoryEntry
from tests.clients import ApiFactory, assert_problem
from tests.cycles import complete_cycle
from tests.factories import AT, Floor
from tests.races.together import assert_everything_adds_up
from workorders.models import Context, WorkOrder


def make_work_order(floor: Floor) -> WorkOrder:
    """Of nine cycles: one done, one in progress, four pending in two batches, two back from a deleted one,
    one never given out."""
    work_order = floor.make_work_order(9)
    first = floor.make_batch(4, work_order)
    floor.make_batch(2, work_order)
    delete_batch(batch=floor.make_batch(2, work_order), by=floor.by, at=AT)
    one, two = (
        start_cycle(cycle=cycle, technician=floor.manager, by=floor.by, at=AT) for cycle in first.cycles.all()[:2]
    )
    assert two.is_in_flight
    complete_cycle(cycle=one, by=floor.by, at=AT)
    return WorkOrder.objects.get(pk=work_order.pk)


def test_they_are_listed_by_number_and_status(floor: Floor, api: ApiFactory) -> None:
    client, work_order = api(floor.manager), make_work_order(floor)

    def numbers(query: str = "") -> list[int]:
        rows = client.collect(f"work-orders/{work_order.pk}/cycles{query}", "nter:work-order-cycles")
        return [int(row["label"].split()[1]) for row in rows]

    assert numbers() == numbers("?limit=3") == [1, 2, 3, 4, 5, 6, 7, 8]
    assert numbers("?filter[status]=PENDING") == [3, 4, 5, 6, 7, 8]
    assert numbers("?filter[status]=Complete") == [1]


def test_one_is_fetched_below_its_own_work_order_only(floor: Floor, api: ApiFactory) -> None:
    client, work_order, other = api(floor.manager), make_work_order(floor), floor.make_work_order(1)
    cycle = work_order.cycles.all()[0]

    found = client.get(f"work-orders/{work_order.pk}/cycles/{cycle.pk}")

    assert found.json() == client.get(f"actions/{cycle.pk}").json()
    for method in ("GET", "DELETE"):
        assert_problem(client.send(method, f"work-orders/{other.pk}/cycles/{cycle.pk}"), 404, "NotFound")


def test_one_is_cancelled(floor: Floor, api: ApiFactory) -> None:
    client, work_order = api(floor.manager), make_work_order(floor)
    done, working = work_order.cycles.all()[:2]

    assert client.delete(f"work-orders/{work_order.pk}/cycles/{working.pk}").status_code == 205
    assert_problem(client.delete(f"work-orders/{work_order.pk}/cycles/{done.pk}"), 409, "Conflict")

    working.refresh_from_db()
    assert (working.status, working.context.ended_at is None) == ("Cancelled", False)  # type: ignore[union-attr]
    assert_everything_adds_up()


def test_all_that_are_active_are_cancelled_at_once(
    floor: Floor, api: ApiFactory, django_assert_max_num_queries: Any
) -> None:
    client, work_order = api(floor.manager), make_work_order(floor)

    with django_assert_max_num_queries(60):
        assert client.delete(f"work-orders/{work_order.pk}/cycles").status_code == 205

    assert sorted(work_order.cycles.values_list("category", flat=True)) == ["CANCELLED"] * 7 + ["COMPLETE"]
    assert not Context.objects.filter(ended_at=None).exists()
    assert HistoryEntry.objects.filter(verb="cancelled").count() == 7
    assert_everything_adds_up()


def test_cancelling_costs_the_same_for_four_cycles_and_for_four_hundred(
    floor: Floor, api: ApiFactory, django_assert_num_queries: Any
) -> None:
    client = api(floor.manager)
    for number in (4, 400):
        batch = floor.make_batch(number)
        with django_assert_num_queries(28):
            assert client.delete(f"work-orders/{batch.work_order_id}/cycles").status_code == 205

    assert not Cycle.objects.pending().exists()
