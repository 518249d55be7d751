"""Putting batches into another group of their work order."""

import pytest

from batches.models import Batch, BatchGroup
from batches.operations.creating import NotOfTheWorkOrder
from batches.operations.cycling import start_cycle
from batches.operations.deleting import delete_batch
from batches.operations.grouping import create_group
from batches.operations.regrouping import put_into
from niagara.accounts.access import PermissionMissing
from niagara.accounts.models import User
from niagara.accounts.operations.locking import RemovedMeanwhile
from tests.cycles import complete_cycle
from tests.factories import AT, Floor, via_api
from tests.journals import events_of, kinds_of, replay


@pytest.fixture
def pallet(floor: Floor, batch_of_ten: Batch) -> BatchGroup:
    return create_group(work_order=batch_of_ten.work_order, changes={"name": "Pallet"}, by=floor.by, at=AT)


def test_both_groups_tell_of_it_and_of_what_is_done(floor: Floor, batch_of_ten: Batch, pallet: BatchGroup) -> None:
    cycle = start_cycle(cycle=batch_of_ten.cycles.all()[0], technician=floor.manager, by=floor.by, at=AT)
    complete_cycle(cycle=cycle, by=floor.by, at=AT)
    left = batch_of_ten.batch_group

    put_into(group=pallet, batches=[batch_of_ten], by=floor.by, at=AT, reason="Together")

    batch_of_ten.refresh_from_db()
    assert batch_of_ten.batch_group == pallet
    assert kinds_of(left)[-1] == "BatchRemoved"
    assert kinds_of(pallet) == ["Created", "BatchAdded", "ActualChanged"]
    assert replay(events_of(pallet))["complete"] == {str(batch_of_ten.pk): 1}
    assert events_of(pallet)[1]["metadata"]["reason"] == "Together"


def test_what_is_there_already_is_told_by_nobody(floor: Floor, batch_of_ten: Batch, pallet: BatchGroup) -> None:
    put_into(group=pallet, batches=[batch_of_ten], by=floor.by, at=AT)

    assert put_into(group=pallet, batches=[batch_of_ten], by=floor.by, at=AT) == []
    assert kinds_of(pallet) == ["Created", "BatchAdded"]


def test_what_cannot_be_put_there_stays(floor: Floor, batch_of_ten: Batch, pallet: BatchGroup, tom: User) -> None:
    other = floor.make_batch(2)
    with pytest.raises(NotOfTheWorkOrder):
        put_into(group=pallet, batches=[batch_of_ten, other], by=floor.by, at=AT)
    with pytest.raises(PermissionMissing):
        put_into(group=pallet, batches=[batch_of_ten], by=via_api(tom), at=AT)
    delete_batch(batch=other, by=floor.by, at=AT)
    with pytest.raises(RemovedMeanwhile):
        put_into(group=pallet, batches=[batch_of_ten, other], by=floor.by, at=AT)

    assert not pallet.batches.exists()
