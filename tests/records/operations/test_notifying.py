import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from batches.models import Batch
from niagara.accounts.models import User
from niagara.records.models import Notification
from niagara.records.operations.notifying import NotYours, dismiss
from niagara.records.operations.relating import attach, attach_technicians
from tests.factories import AT, Floor, make_user


def told() -> set[tuple[str, str]]:
    return set(Notification.objects.values_list("user__name", "label"))


def test_who_is_made_a_technician_is_told_and_nobody_else(floor: Floor, batch_of_ten: Batch, tom: User) -> None:
    attach(batch_of_ten, "tech", tom, by=floor.by, at=AT)
    attach(batch_of_ten, "owner", tom, by=floor.by, at=AT)
    attach(batch_of_ten, "tech", floor.manager, by=floor.by, at=AT)

    assert told() == {("Tom Baker", batch_of_ten.label)}


def test_who_was_one_already_is_not_told_again(floor: Floor, batch_of_ten: Batch, tom: User) -> None:
    other = floor.make_batch(1)
    attach(batch_of_ten, "tech", tom, by=floor.by, at=AT)

    attach_technicians([batch_of_ten, other], [tom, floor.manager], by=floor.by, at=AT)

    assert told() == {("Tom Baker", batch_of_ten.label), ("Tom Baker", other.label)}
    assert Notification.objects.count() == 2


def test_many_are_told_with_as_many_queries_as_one(floor: Floor) -> None:
    costs = []
    for number in (1, 10):
        batches = [floor.make_batch(1) for _ in range(number)]
        technicians = [make_user(floor.organization, "Technician") for _ in range(number)]
        with CaptureQueriesContext(connection) as captured:
            attach_technicians(batches, technicians, by=floor.by, at=AT)
        costs.append(len(captured))

    assert Notification.objects.count() == 101
    assert costs[0] == costs[1]


def test_nobody_dismisses_what_others_were_told(floor: Floor, batch_of_ten: Batch, tom: User) -> None:
    attach(batch_of_ten, "tech", tom, by=floor.by, at=AT)

    with pytest.raises(NotYours):
        dismiss(Notification.objects.get(), by=floor.by, at=AT)

    assert told()
