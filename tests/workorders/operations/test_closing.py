import pytest
from django.db import IntegrityError, transaction

from batches.operations.cancelling import cancel_cycles
from batches.operations.changing import change_batch
from batches.operations.claiming import claim_cycle
from batches.operations.holding import hold_work_order
from niagara.accounts.access import PermissionMissing
from niagara.accounts.models import HistoryEntry, User
from niagara.directory.models import Category
from tests.factories import AT, Floor, via_api
from tests.races.together import assert_everything_adds_up
from workorders.models import WorkOrder
from workorders.operations.closing import (
    NotClosed,
    StillActive,
    WorkOrderClosed,
    close_work_order,
    reopen_work_order,
)


def status_of(work_order: WorkOrder) -> str:
    return WorkOrder.objects.select_related("current_status").get(pk=work_order.pk).current_status.category


def test_a_work_order_with_something_active_stays_open(floor: Floor) -> None:
    batch = floor.make_batch(3)
    claim_cycle(batch=batch, technician=floor.manager, by=floor.by, at=AT)

    with pytest.raises(StillActive, match=r"can't be closed: 3 cycles are active\. Finish or cancel what is left"):
        close_work_order(work_order=batch.work_order, by=floor.by, at=AT)


def test_once_the_rest_is_cancelled_it_is_closed_and_nothing_more_is_made(floor: Floor) -> None:
    batch = floor.make_batch(3, floor.make_work_order(10))
    work_order = batch.work_order
    cancel_cycles(work_order=work_order, by=floor.by, at=AT)
    assert status_of(work_order) == Category.PENDING  # seven are not in batches yet

    closed = close_work_order(work_order=work_order, by=floor.by, at=AT, reason="Customer gave up")

    assert (closed.closed_at, closed.end_date, status_of(work_order)) == (AT, AT, Category.CANCELLED)
    assert not WorkOrder.objects.active().exists()
    with pytest.raises(WorkOrderClosed, match=r"^Provision iPads is closed\. Reopen it first\.$"):
        floor.make_batch(1, work_order)
    with pytest.raises(WorkOrderClosed):
        change_batch(batch=batch, changes={"number_cycles": 5}, by=floor.by, at=AT)
    assert_everything_adds_up()


def test_a_work_order_of_which_nothing_was_made_is_closed_as_cancelled(floor: Floor) -> None:
    work_order = floor.make_work_order()
    close_work_order(work_order=work_order, by=floor.by, at=AT)

    assert status_of(work_order) == Category.CANCELLED
    assert_everything_adds_up()


def test_reopening_undoes_it(floor: Floor) -> None:
    work_order = floor.make_work_order(10)
    close_work_order(work_order=work_order, by=floor.by, at=AT)
    reopened = reopen_work_order(work_order=work_order, by=floor.by, at=AT)

    assert (reopened.closed_at, reopened.end_date, status_of(work_order)) == (None, None, Category.PENDING)
    floor.make_batch(10, work_order)
    with pytest.raises(NotClosed, match=r"^Provision iPads is not closed\.$"):
        reopen_work_order(work_order=work_order, by=floor.by, at=AT)


def test_closing_ends_a_hold(floor: Floor) -> None:
    work_order = floor.make_work_order()
    hold_work_order(work_order=work_order, reason="Wrong image", by=floor.by, at=AT)

    assert not close_work_order(work_order=work_order, by=floor.by, at=AT).is_on_hold


def test_both_stand_in_the_history(floor: Floor) -> None:
    work_order = floor.make_work_order()
    close_work_order(work_order=work_order, by=floor.by, at=AT, reason="Customer gave up")
    reopen_work_order(work_order=work_order, by=floor.by, at=AT)

    told = [(entry.verb, entry.reason) for entry in HistoryEntry.objects.of(work_order)]
    assert ("closed", "Customer gave up") in told
    assert ("reopened", "") in told


def test_a_technician_closes_nothing(floor: Floor, tom: User) -> None:
    with pytest.raises(PermissionMissing):
        close_work_order(work_order=floor.make_work_order(), by=via_api(tom), at=AT)


def test_the_database_keeps_what_is_active_out_of_what_is_closed(floor: Floor) -> None:
    work_order = floor.make_work_order()
    close_work_order(work_order=work_order, by=floor.by, at=AT)

    with pytest.raises(IntegrityError, match="work_order_is_closed_with_nothing_active"), transaction.atomic():
        WorkOrder.objects.filter(pk=work_order.pk).update(loose_pending=1)
