"""Handing a cycle over to a colleague, and asking for whatever comes next."""

import pytest

from batches.models import Batch, Cycle
from batches.operations.claiming import NothingToClaim, claim_cycle, claim_next
from batches.operations.cycling import MayNotWorkHere, NotOfTheOrganization, hand_over_cycle
from batches.operations.holding import hold_batch
from batches.operations.moving import WrongState
from niagara.accounts.models import User
from niagara.records.models import Notification
from tests.factories import AT, Floor, make_user, relate, via_api


@pytest.fixture
def tina(floor: Floor) -> User:
    """A technician at the floor's location."""
    tina = make_user(floor.organization, "Technician", "Tina Young")
    relate(tina, "allocated", floor.location)
    return tina


@pytest.fixture
def working(floor: Floor, batch_of_ten: Batch) -> Cycle:
    return claim_cycle(batch=batch_of_ten, technician=floor.manager, by=floor.by, at=AT)


def test_a_colleague_goes_on_and_is_told(working: Cycle, floor: Floor, tina: User) -> None:
    hand_over_cycle(cycle=working, technician=tina, by=floor.by, at=AT)

    working.refresh_from_db()
    assert working.technician == tina
    assert Notification.objects.get(user=tina).message == f"Maria Santos handed {working} over to you."


def test_who_may_not_work_there_gets_nothing(working: Cycle, floor: Floor, tom: User) -> None:
    with pytest.raises(MayNotWorkHere, match="Tom Baker may not work here"):
        hand_over_cycle(cycle=working, technician=tom, by=floor.by, at=AT)


def test_nobody_of_another_organization_gets_it(working: Cycle, floor: Floor, olga: User) -> None:
    with pytest.raises(NotOfTheOrganization):
        hand_over_cycle(cycle=working, technician=olga, by=floor.by, at=AT)


def test_what_nobody_has_is_not_handed_over(batch_of_ten: Batch, floor: Floor, tina: User) -> None:
    with pytest.raises(WrongState):
        hand_over_cycle(cycle=batch_of_ten.cycles.all()[0], technician=tina, by=floor.by, at=AT)


def test_what_is_assigned_comes_before_what_is_free(floor: Floor, batch_of_ten: Batch, tina: User) -> None:
    assigned = floor.make_batch(1, technicians=[tina])

    first = claim_next(technician=tina, by=via_api(tina), at=AT)
    second = claim_next(technician=tina, by=via_api(tina), at=AT)

    assert (first.batch, second.batch) == (assigned, batch_of_ten)


def test_what_is_assigned_to_others_is_not_for_everybody(floor: Floor, tina: User, tom: User) -> None:
    floor.make_batch(1, technicians=[tom])

    with pytest.raises(NothingToClaim, match="Nothing is left for you to start"):
        claim_next(technician=tina, by=via_api(tina), at=AT)


def test_a_queue_that_is_not_in_use_offers_nothing(floor: Floor, batch_of_ten: Batch, tina: User) -> None:
    batch_of_ten.queue.is_active = False
    batch_of_ten.queue.save()

    with pytest.raises(NothingToClaim):
        claim_next(technician=tina, by=via_api(tina), at=AT)


def test_what_is_on_hold_offers_nothing(floor: Floor, batch_of_ten: Batch, tina: User) -> None:
    hold_batch(batch=batch_of_ten, reason="The glue is late", by=floor.by, at=AT)

    with pytest.raises(NothingToClaim):
        claim_next(technician=tina, by=via_api(tina), at=AT)
