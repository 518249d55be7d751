"""Rule 9 and the order of locks: many people move, resize and create batches of one queue."""

from functools import partial

from batches.models import Batch
from batches.operations.changing import Changes, change_batch
from batches.operations.creating import create_batch
from batches.operations.cycling import start_cycle
from batches.operations.planning import MoreThanIsLeft
from niagara.accounts.models import User
from tests.factories import AT, Floor
from tests.races.together import assert_everything_adds_up, refusals, together

ROUNDS = 6


def change(floor: Floor, batch: Batch, **changes: object) -> Batch:
    wanted: Changes = changes  # type: ignore[assignment]
    return change_batch(batch=batch, changes=wanted, by=floor.by, at=AT)


def orders(floor: Floor) -> list[str]:
    return list(Batch.objects.in_queue(floor.queue).values_list("order", flat=True))


def test_two_people_move_batches_to_the_same_place_at_once(floor: Floor) -> None:
    first, second, third, fourth = (floor.make_batch(1) for _ in range(4))

    for _ in range(ROUNDS):
        outcomes = together(partial(change, floor, third, before=second), partial(change, floor, fourth, before=second))

        assert not refusals(outcomes)
        *_, two, one = Batch.objects.in_queue(floor.queue).in_processing_order().reverse()
        assert (one, len(set(orders(floor)))) == (first, 4)
        assert two in (third, fourth)
        assert Batch.objects.in_queue(floor.queue).in_processing_order().last() == second


def test_the_same_rank_chosen_eight_times_at_once_gives_eight_places(floor: Floor) -> None:
    batches = [floor.make_batch(1) for _ in range(8)]

    for _ in range(ROUNDS):
        assert not refusals(together(*(partial(change, floor, batch, order="m") for batch in batches)))
        assert len(set(orders(floor))) == 8


def test_neighbours_swap_and_batches_change_queues_at_once(floor: Floor) -> None:
    other = floor.make_queue()
    here, there = [floor.make_batch(1) for _ in range(4)], [floor.make_batch(1, queue=other) for _ in range(4)]

    outcomes = together(
        *(partial(change, floor, batch, queue=other) for batch in here),
        *(partial(change, floor, batch, queue=floor.queue) for batch in there),
    )

    assert not refusals(outcomes)
    assert set(Batch.objects.in_queue(other)) == set(here)
    assert len(set(orders(floor))) == 4


def test_batches_are_moved_and_resized_while_others_are_created_beside_them(floor: Floor) -> None:
    work_order = floor.make_work_order(2000)
    batches = [floor.make_batch(2, work_order) for _ in range(4)]
    create = partial(create_batch, work_order=work_order, queue=floor.queue, number_cycles=3, by=floor.by, at=AT)

    for cycles in range(3, 3 + ROUNDS):
        resize = [partial(change, floor, batch, number_cycles=cycles, order="k") for batch in batches]
        outcomes = together(*resize, create, create, create, create)

        assert not refusals(outcomes)
        assert len(set(orders(floor))) == Batch.objects.count()
    assert_everything_adds_up()


def test_a_batch_moves_to_another_site_while_its_cycles_are_started(floor: Floor, tom: User) -> None:
    annex = floor.make_queue("Annex lane", floor.make_location())

    for _ in range(ROUNDS):
        batch = floor.make_batch(6)
        start = [
            partial(start_cycle, cycle=cycle, technician=tom, by=floor.by, at=AT) for cycle in batch.cycles.all()[:4]
        ]

        together(*start[:2], partial(change, floor, batch, queue=annex), *start[2:])

        batch.refresh_from_db()
        assert batch.in_progress == 4
        for cycle in batch.cycles.pending():
            assert cycle.location_id == batch.queue.location_id
    assert_everything_adds_up()


def test_raising_several_batches_at_once_stays_within_what_is_needed(floor: Floor) -> None:
    work_order = floor.make_work_order(40)
    batches = [floor.make_batch(2, work_order) for _ in range(8)]

    outcomes = together(*(partial(change, floor, batch, number_cycles=9) for batch in batches))

    assert {type(refusal) for refusal in refusals(outcomes)} == {MoreThanIsLeft}
    assert len(refusals(outcomes)) == 5
    work_order.refresh_from_db()
    assert work_order.assigned == 8 * 2 + 3 * 7
    assert_everything_adds_up()
