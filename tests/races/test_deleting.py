"""Rules 4 and 5: deleting what others work on at the same moment."""

from functools import partial

from batches.models import Batch, Cycle
from batches.operations.changing import change_batch
from batches.operations.creating import create_batch
from batches.operations.cycling import start_cycle
from batches.operations.deleting import CyclesInFlight, delete_batch
from niagara.accounts.models import User
from niagara.accounts.operations.saving import StillInUse, remove_row
from niagara.directory.models import IN_FLIGHT
from niagara.records.models import Relation
from niagara.records.operations.relating import attach
from niagara.refusals import Missing
from tests.factories import AT, Floor
from tests.races.conftest import Ask
from tests.races.together import assert_everything_adds_up, refusals, successes, together

ROUNDS = 8


def test_a_batch_goes_before_its_cycles_are_started_or_stays_with_them(floor: Floor, tom: User) -> None:
    for _ in range(ROUNDS):
        batch = floor.make_batch(4)
        work_order = batch.work_order
        start = [partial(start_cycle, cycle=cycle, technician=tom, by=floor.by, at=AT) for cycle in batch.cycles.all()]

        outcomes = together(*start[:2], partial(delete_batch, batch=batch, by=floor.by, at=AT), *start[2:])

        refused = refusals(outcomes)
        if refused:
            assert [type(refusal) for refusal in refused] == [CyclesInFlight]
            assert batch.cycles.filter(category__in=IN_FLIGHT).count() == 4
        else:
            # Whoever came later works on what went back to the work order.
            assert not Batch.objects.filter(pk=batch.pk).exists()
            assert work_order.cycles.filter(batch=None, category__in=IN_FLIGHT).count() == 4
        assert_everything_adds_up()


def test_deleting_through_the_api_while_cycles_start_is_answered_205_or_409(floor: Floor, ask: Ask, tom: User) -> None:
    for _ in range(ROUNDS):
        batch = floor.make_batch(3)
        start = [partial(start_cycle, cycle=cycle, technician=tom, by=floor.by, at=AT) for cycle in batch.cycles.all()]

        answers = [
            one.status_code for one in together(*[partial(ask, "DELETE", f"batches/{batch.pk}")] * 3, *start)[:3]
        ]

        gone = not Batch.objects.filter(pk=batch.pk).exists()
        assert sorted(answers) == ([205, 404, 404] if gone else [409, 409, 409])
    assert_everything_adds_up()


def test_who_changes_a_batch_that_is_deleted_meanwhile_is_told_that_it_is_gone(floor: Floor, tom: User) -> None:
    for _ in range(ROUNDS):
        batch = floor.make_batch(2)

        outcomes = together(
            partial(delete_batch, batch=batch, by=floor.by, at=AT),
            partial(change_batch, batch=batch, changes={"label": "Rush"}, by=floor.by, at=AT),
            partial(attach, batch, "tech", tom, by=floor.by, at=AT),
            partial(attach, batch, "viewer", tom, by=floor.by, at=AT),
        )

        assert outcomes[0] is None
        assert {type(refusal).__mro__[1] for refusal in refusals(outcomes)} <= {Missing}
        assert not Batch.objects.filter(pk=batch.pk).exists()
        assert not Relation.objects.filter(target_id=batch.pk).exists()
    assert_everything_adds_up()


def test_what_goes_back_is_given_out_again_while_it_is_started(floor: Floor, tom: User) -> None:
    for _ in range(ROUNDS):
        work_order = floor.make_work_order(6)
        batch = floor.make_batch(6, work_order)
        cycles: list[Cycle] = list(batch.cycles.all())
        delete_batch(batch=batch, by=floor.by, at=AT)

        create = [
            partial(create_batch, work_order=work_order, queue=floor.queue, number_cycles=2, by=floor.by, at=AT)
        ] * 3
        start = [partial(start_cycle, cycle=cycle, technician=tom, by=floor.by, at=AT) for cycle in cycles[:3]]
        together(*create, *start)

        work_order.refresh_from_db()
        assert work_order.unassigned >= 0
    assert_everything_adds_up()


def test_a_queue_is_removed_or_filled_but_never_both(floor: Floor) -> None:
    for _ in range(ROUNDS):
        queue = floor.make_queue()
        work_order = floor.make_work_order(4)

        outcomes = together(
            partial(create_batch, work_order=work_order, queue=queue, number_cycles=2, by=floor.by, at=AT),
            partial(remove_row, queue, by=floor.by, at=AT),
        )

        [refused] = refusals(outcomes)
        assert isinstance(refused, StillInUse if successes(outcomes) != [None] else Missing)
    assert_everything_adds_up()
