"""Rule 1: a work order's batches never hold more cycles than it needs, however many create at once."""

from functools import partial
from random import Random

import pytest
from django.db import IntegrityError

from batches.models import Batch, Cycle
from tests.factories import Floor
from tests.races.conftest import Ask
from tests.races.together import assert_everything_adds_up, together
from workorders.models import WorkOrder

CLIENTS = 16


def create_until_nothing_is_left(ask: Ask, floor: Floor, work_order: WorkOrder, seed: int) -> set[int]:
    """Create batches of random sizes; ask for fewer cycles when refused. Returns the statuses met."""
    sizes, met, at_most = Random(seed), set(), 12
    while at_most:
        size = sizes.randint(1, at_most)
        answer = ask("POST", "batches", new_batch(floor, work_order, size))
        met.add(answer.status_code)
        if answer.status_code != 200:
            at_most = size - 1
    return met


def new_batch(floor: Floor, work_order: WorkOrder, size: int) -> dict[str, object]:
    return {
        "work_order": {"work_order_id": str(work_order.pk)},
        "queue": {"queue_id": str(floor.queue.pk)},
        "number_cycles": size,
    }


def test_sixteen_clients_create_500_cycles_and_not_one_more(floor: Floor, ask: Ask) -> None:
    work_order = floor.make_work_order(500)

    met = together(*(partial(create_until_nothing_is_left, ask, floor, work_order, seed) for seed in range(CLIENTS)))

    assert set().union(*met) == {200, 400}
    work_order.refresh_from_db()
    assert work_order.assigned == work_order.needed == 500
    assert sum(Batch.objects.values_list("number_cycles", flat=True)) == 500
    assert Cycle.objects.count() == 500
    for unique in ("order", "label"):
        assert Batch.objects.values(unique).distinct().count() == Batch.objects.count()
    assert_everything_adds_up()


def test_sixteen_clients_break_one_work_order_down_and_it_is_broken_down_once(floor: Floor, ask: Ask) -> None:
    work_order = floor.make_work_order(500)
    body = new_batch(floor, work_order, 10)

    answers = together(*[partial(ask, "PATCH", "batches", body)] * CLIENTS)

    assert sorted(answer.status_code for answer in answers) == [204] + [400] * (CLIENTS - 1)
    assert list(Batch.objects.values_list("number_cycles", flat=True)) == [10] * 50
    assert_everything_adds_up()


def test_clients_that_ask_for_several_batches_at_once_stay_within_what_is_needed(floor: Floor, ask: Ask) -> None:
    work_order = floor.make_work_order(500)
    bodies = [{**new_batch(floor, work_order, 7), "total": 1 + seed % 9} for seed in range(CLIENTS)]

    answers = together(*(partial(ask, "PATCH", "batches", body) for body in bodies))

    assert {answer.status_code for answer in answers} <= {204, 400}
    made = sum(body["total"] for body, answer in zip(bodies, answers, strict=True) if answer.status_code == 204)
    assert Batch.objects.count() == made > 60
    assert_everything_adds_up()


def test_the_same_key_sent_ten_times_at_once_makes_one_batch(floor: Floor, ask: Ask) -> None:
    body = new_batch(floor, floor.make_work_order(500), 10)

    answers = together(*[partial(ask, "POST", "batches", body, **{"Idempotency-Key": "once-only"})] * 10)

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert Batch.objects.count() == 1
    assert_everything_adds_up()


def test_the_database_itself_refuses_what_breaks_rule_1(floor: Floor) -> None:
    work_order = floor.make_batch(6, floor.make_work_order(10)).work_order

    with pytest.raises(IntegrityError, match="work_order_never_gives_out_more_than_it_needs"):
        WorkOrder.objects.filter(pk=work_order.pk).update(assigned=11)

    with pytest.raises(IntegrityError, match="batch_never_holds_more_cycles_than_planned"):
        Batch.objects.filter(work_order=work_order).update(number_cycles=5)
