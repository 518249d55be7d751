"""Rows that have no rules beyond their own constraints, written by several people at once."""

from functools import partial

from niagara.accounts.models import HistoryEntry, User
from niagara.accounts.operations.saving import ChangedMeanwhile, TakenMeanwhile, change_row
from niagara.records.models import Relation
from niagara.records.operations.relating import AlreadyRelated, attach, attach_technicians, detach
from niagara.refusals import Invalid, Missing
from queues.models import Queue
from queues.operations.queueing import create_queue
from tests.factories import AT, Floor, make_user, via_api
from tests.races.together import refusals, successes, together

ROUNDS = 6


def test_eight_queues_made_at_once_each_have_their_own_priority(floor: Floor) -> None:
    make = [
        partial(
            create_queue,
            Queue(organization=floor.organization, label=f"Lane {number}", location=floor.location),
            by=floor.by,
            at=AT,
        )
        for number in range(8)
    ]

    assert not refusals(together(*make))
    assert Queue.objects.values("priority").distinct().count() == 9


def test_of_queues_with_the_same_priority_made_at_once_one_is_made(floor: Floor) -> None:
    for number in range(ROUNDS):
        queues = [
            Queue(organization=floor.organization, label="Lane", location=floor.location, priority=f"m{number}V")
            for _ in range(4)
        ]

        outcomes = together(*(partial(create_queue, queue, by=floor.by, at=AT) for queue in queues))

        assert len(successes(outcomes)) == 1
        assert {type(refusal) for refusal in refusals(outcomes)} <= {TakenMeanwhile, Invalid}
        assert Queue.objects.filter(priority=f"m{number}V").count() == 1


def test_of_eight_who_change_the_same_version_one_does(floor: Floor) -> None:
    for version in range(1, 1 + ROUNDS):
        rows = [Queue.objects.get() for _ in range(8)]
        for number, row in enumerate(rows):
            row.label = f"Lane {version}.{number}"

        outcomes = together(*(partial(change_row, row, by=floor.by, at=AT, if_version=version) for row in rows))

        assert len(successes(outcomes)) == 1
        assert {type(refusal) for refusal in refusals(outcomes)} == {ChangedMeanwhile}
    assert Queue.objects.get().version == 1 + ROUNDS


def test_people_who_change_one_another_do_not_wait_for_each_other_for_good(floor: Floor) -> None:
    people = [make_user(floor.organization, "Administrator") for _ in range(4)]

    for number in range(ROUNDS):
        for user in people:
            user.name = f"{user.email} {number}"
        jobs = [partial(change_row, people[i], by=via_api(people[(i + 1) % 4]), at=AT) for i in range(4)]

        assert not refusals(together(*jobs))

    assert set(User.objects.filter(pk__in=[user.pk for user in people]).values_list("version", flat=True)) == {
        1 + ROUNDS
    }


def test_a_technician_attached_many_times_at_once_is_attached_once(floor: Floor, tom: User) -> None:
    batches = [floor.make_batch(1) for _ in range(3)]
    backwards = batches[::-1]

    outcomes = together(
        *[partial(attach, batches[0], "tech", tom, by=floor.by, at=AT)] * 4,
        *[partial(attach_technicians, batches, [tom], by=floor.by, at=AT)] * 2,
        *[partial(attach_technicians, backwards, [tom], by=floor.by, at=AT)] * 2,
    )

    assert {type(refusal) for refusal in refusals(outcomes)} == {AlreadyRelated}
    assert Relation.objects.technicians().filter(source_user=tom).count() == 3
    assert HistoryEntry.objects.filter(verb="related").count() == 3


def test_a_relation_removed_by_two_at_once_is_told_once(floor: Floor, tom: User) -> None:
    batch = floor.make_batch(1)
    for number in range(1, 1 + ROUNDS):
        made = attach(batch, "tech", tom, by=floor.by, at=AT)
        seen = [Relation.objects.get(pk=made.pk) for _ in range(4)]

        outcomes = together(*(partial(detach, batch, relation, by=floor.by, at=AT) for relation in seen))

        assert len(successes(outcomes)) == 1
        assert all(isinstance(refusal, Missing) for refusal in refusals(outcomes))
        assert HistoryEntry.objects.filter(verb="unrelated").count() == number
