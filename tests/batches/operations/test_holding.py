import pytest

from batches.models import Batch, Cycle
from batches.operations.claiming import NothingToClaim, claim_cycle, start_on_unit
from batches.operations.cycling import block_cycle, cancel_cycle, start_cycle, unblock_cycle
from batches.operations.deleting import delete_batch
from batches.operations.holding import (
    NotOnHold,
    OnHold,
    hold_batch,
    hold_work_order,
    release_batch,
    release_work_order,
)
from niagara.accounts.access import PermissionMissing
from niagara.accounts.models import HistoryEntry, User
from niagara.accounts.operations.saving import ChangedMeanwhile
from niagara.refusals import Invalid
from tests.factories import AT, Floor, via_api
from workorders.models import WorkOrder
from workorders.operations.closing import WorkOrderClosed, close_work_order


def claim(batch: Batch, floor: Floor) -> Cycle:
    return claim_cycle(batch=batch, technician=floor.manager, by=floor.by, at=AT)


def test_nothing_of_a_batch_on_hold_is_claimed_until_it_is_released(floor: Floor) -> None:
    batch = floor.make_batch(2)
    hold_batch(batch=batch, reason="Wrong image", by=floor.by, at=AT)

    with pytest.raises(OnHold, match=r"^Provision iPads #1 is on hold: Wrong image\. Start something else"):
        claim(batch, floor)
    assert batch.cycles.pending().count() == 2

    release_batch(batch=batch, by=floor.by, at=AT)
    assert claim(batch, floor).is_in_flight


def test_nothing_of_a_work_order_on_hold_is_started(floor: Floor) -> None:
    batch = floor.make_batch(2)
    hold_work_order(work_order=batch.work_order, reason="Customer did not pay.", by=floor.by, at=AT)

    with pytest.raises(OnHold, match=r"^Provision iPads is on hold: Customer did not pay\. Start"):
        start_cycle(cycle=batch.cycles.all()[0], technician=floor.manager, by=floor.by, at=AT)

    release_work_order(work_order=batch.work_order, by=floor.by, at=AT)
    assert claim(batch, floor).is_in_flight


def test_a_cycle_outside_of_batches_is_not_started_while_its_work_order_is_on_hold(floor: Floor) -> None:
    batch = floor.make_batch(2)
    delete_batch(batch=batch, by=floor.by, at=AT)
    work_order = hold_work_order(work_order=batch.work_order, reason="Wrong image", by=floor.by, at=AT)

    with pytest.raises(OnHold):
        start_on_unit(work_order=work_order, unit=floor.make_unit(), technician=floor.manager, by=floor.by, at=AT)


def test_what_is_in_flight_goes_on(floor: Floor) -> None:
    batch = floor.make_batch(2)
    cycle = claim(batch, floor)
    hold_batch(batch=batch, reason="Wrong image", by=floor.by, at=AT)

    block_cycle(cycle=cycle, reason="Damaged", by=floor.by, at=AT)
    unblock_cycle(cycle=cycle, by=floor.by, at=AT)
    cancel_cycle(cycle=cycle, by=floor.by, at=AT)

    assert Batch.objects.get(pk=batch.pk).cancelled == 1


def test_a_device_goes_to_a_batch_that_is_not_on_hold(floor: Floor) -> None:
    first = floor.make_batch(1, floor.make_work_order(2))
    second = floor.make_batch(1, first.work_order)
    hold_batch(batch=first, reason="Wrong image", by=floor.by, at=AT)

    def start() -> Cycle:
        return start_on_unit(
            work_order=WorkOrder.objects.get(pk=first.work_order_id),
            unit=floor.make_unit(),
            technician=floor.manager,
            by=floor.by,
            at=AT,
        )

    assert start().batch == second
    with pytest.raises(NothingToClaim, match=r"left in Provision iPads, save in batches on hold\."):
        start()


def test_both_stand_in_the_history_with_the_reason(floor: Floor) -> None:
    batch = floor.make_batch(1)
    hold_batch(batch=batch, reason=" Wrong image ", by=floor.by, at=AT)
    release_batch(batch=batch, by=floor.by, at=AT)

    released, held = HistoryEntry.objects.of(batch)[:2]
    assert (held.verb, held.reason, held.changes) == ("held", "Wrong image", {"hold_reason": ["", "Wrong image"]})
    assert (released.verb, released.changes) == ("released", {"hold_reason": ["Wrong image", ""]})
    assert Batch.objects.get(pk=batch.pk).version == 3


@pytest.mark.parametrize(("reason", "told"), [("  ", "Say why it is on hold."), ("x" * 201, "200 characters at most")])
def test_a_hold_needs_a_reason(floor: Floor, batch_of_ten: Batch, reason: str, told: str) -> None:
    with pytest.raises(Invalid, match=told):
        hold_batch(batch=batch_of_ten, reason=reason, by=floor.by, at=AT)


def test_what_is_held_is_not_held_again_and_what_is_not_held_is_not_released(floor: Floor, batch_of_ten: Batch) -> None:
    with pytest.raises(NotOnHold, match=r"^Provision iPads #1 is not on hold\.$"):
        release_batch(batch=batch_of_ten, by=floor.by, at=AT)
    hold_batch(batch=batch_of_ten, reason="Wrong image", by=floor.by, at=AT)
    with pytest.raises(OnHold, match=r"is on hold already: Wrong image\. Release it first\.$"):
        hold_batch(batch=batch_of_ten, reason="Other", by=floor.by, at=AT)


def test_who_saw_an_older_version_is_told(floor: Floor, batch_of_ten: Batch) -> None:
    with pytest.raises(ChangedMeanwhile):
        hold_batch(batch=batch_of_ten, reason="Wrong image", by=floor.by, at=AT, if_version=7)


def test_a_technician_holds_nothing(floor: Floor, batch_of_ten: Batch, tom: User) -> None:
    with pytest.raises(PermissionMissing):
        hold_batch(batch=batch_of_ten, reason="Tea", by=via_api(tom), at=AT)
    with pytest.raises(PermissionMissing):
        hold_work_order(work_order=batch_of_ten.work_order, reason="Tea", by=via_api(tom), at=AT)


def test_a_closed_work_order_is_not_held(floor: Floor) -> None:
    work_order = floor.make_work_order()
    close_work_order(work_order=work_order, by=floor.by, at=AT)

    with pytest.raises(WorkOrderClosed):
        hold_work_order(work_order=work_order, reason="Wrong image", by=floor.by, at=AT)
