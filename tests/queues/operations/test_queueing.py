from datetime import timedelta

import pytest

from niagara.accounts.access import PermissionMissing
from niagara.accounts.models import HistoryEntry, User
from niagara.accounts.operations.locking import RemovedMeanwhile
from niagara.accounts.operations.saving import remove_row
from niagara.refusals import Invalid
from queues.models import Queue
from queues.operations.queueing import HoldsBatches, change_queue, create_queue
from tests.factories import AT, Floor, grant_only, relate, via_api


def labels(floor: Floor) -> list[str]:
    return list(Queue.objects.filter(location=floor.location).in_order().values_list("label", flat=True))


def test_a_new_queue_goes_behind_the_others_of_its_location(floor: Floor) -> None:
    floor.make_queue("Slow lane")
    elsewhere = floor.make_queue("Elsewhere", floor.make_location())

    floor.make_queue("Slowest lane")

    assert labels(floor) == ["Fast lane", "Slow lane", "Slowest lane"]
    assert elsewhere.priority == floor.queue.priority  # each location has an order of its own


def test_a_new_queue_may_have_a_priority_of_its_own(floor: Floor) -> None:
    first = Queue(organization=floor.organization, label="First", location=floor.location, priority="1")
    create_queue(first, by=floor.by, at=AT)

    assert labels(floor) == ["First", "Fast lane"]
    assert HistoryEntry.objects.of(first).get().verb == "created"


@pytest.mark.parametrize("priority", ["a0", "9 to 5", "a-b", "é"])
def test_a_priority_that_could_not_be_sorted_or_gone_ahead_of_is_refused(floor: Floor, priority: str) -> None:
    queue = Queue(organization=floor.organization, label="First", location=floor.location, priority=priority)

    with pytest.raises(Invalid, match="letters A to Z"):
        create_queue(queue, by=floor.by, at=AT)


def test_a_priority_that_another_queue_has_is_refused(floor: Floor) -> None:
    queue = Queue(
        organization=floor.organization, label="First", location=floor.location, priority=floor.queue.priority
    )

    with pytest.raises(Invalid):
        create_queue(queue, by=floor.by, at=AT)


def test_queues_are_made_only_where_one_may(floor: Floor, tom: User, olga: User) -> None:
    grant_only(tom, "queue:create", match_location=True)
    relate(tom, "owner", floor.make_location())

    for user in (User.objects.get(pk=tom.pk), olga):
        queue = Queue(organization=floor.organization, label="Mine", location=floor.location)
        with pytest.raises(PermissionMissing):
            create_queue(queue, by=via_api(user), at=AT)

    assert labels(floor) == ["Fast lane"]


def test_a_queue_at_a_location_that_was_removed_meanwhile_is_refused(floor: Floor, maria: User) -> None:
    grant_only(maria, "location:delete", "queue:create")
    floor.manager = maria
    annex = floor.make_location()
    queue = Queue(organization=floor.organization, label="Annex lane", location=annex)
    remove_row(type(annex).objects.get(pk=annex.pk), by=floor.by, at=AT)

    with pytest.raises(RemovedMeanwhile, match="This location was removed meanwhile"):
        create_queue(queue, by=floor.by, at=AT)


def test_a_queue_s_load_is_what_is_active_in_it(floor: Floor) -> None:
    later = floor.make_work_order(2, due_date=AT + timedelta(days=60))
    first, second = floor.make_batch(3), floor.make_batch(2, later)

    queue = Queue.objects.with_load().get()

    assert (queue.active_work_orders, queue.active_batches, queue.active_cycles) == (2, 2, 5)
    assert queue.min_due_date == first.work_order.due_date
    assert queue.max_due_date == second.work_order.due_date


def test_a_queue_that_holds_batches_stays_at_its_location(floor: Floor) -> None:
    floor.make_batch(1)
    queue = Queue.objects.get(pk=floor.queue.pk)
    queue.location = floor.make_location()

    with pytest.raises(HoldsBatches, match="Move them to another queue first"):
        change_queue(queue, by=floor.by, at=AT)

    assert Queue.objects.get(pk=queue.pk).location == floor.location


def test_an_empty_queue_may_move(floor: Floor) -> None:
    queue = Queue.objects.get(pk=floor.queue.pk)
    queue.location = floor.make_location()

    change_queue(queue, by=floor.by, at=AT)

    assert Queue.objects.get(pk=queue.pk).location == queue.location


def test_a_queue_that_is_removed_takes_its_relations_along(floor: Floor, tom: User) -> None:
    relate(tom, "tech", floor.queue)

    remove_row(floor.queue, by=floor.by, at=AT)

    assert not tom.relations.exists()
