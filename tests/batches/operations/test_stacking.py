"""One step for a stack of devices."""

from typing import Any

import pytest

from batches.models import Batch, Cycle
from batches.operations.claiming import claim_cycle
from batches.operations.scanning import UnitElsewhere
from batches.operations.stacking import NotInTheBatch, OneByOne, scan_into_step
from niagara.accounts.models import User
from niagara.directory.models import Category
from tests.factories import AT, STEPS, Floor, make_workflow, via_api

SCAN = {
    "step_type": "user", "label": "Scan", "component": "manual-data-entry", "can_stack": True,
    "fields": [
        {"label": "Serial number", "entity_field": "serial_number", "required": True},
        {"label": "Pallet", "entity_field": "$pallet", "required": True},
    ],
    "goto": "unpack", "goto_fail": "broken",
}  # fmt: skip
PALLET = [{"label": "Pallet", "value": "P-7"}]


@pytest.fixture
def batch(floor: Floor) -> Batch:
    workflow = make_workflow(floor.organization, "Scan stacks", {"scan": SCAN, **STEPS})
    return floor.make_batch(3, floor.make_work_order(3, workflow=workflow))


def scan(batch: Batch, serial_number: str, user: User, step: str = "scan", **sent: Any) -> Cycle:
    cycle = scan_into_step(batch=batch, step=step, serial_number=serial_number, by=via_api(user), at=AT, **sent)
    return Cycle.objects.select_related("context", "unit").get(pk=cycle.pk)


def test_each_scan_starts_a_cycle_with_what_the_stack_shares(batch: Batch, maria: User) -> None:
    cycles = [scan(batch, serial, maria, fields=PALLET) for serial in ("A-1", "A-2")]

    assert [cycle.unit.serial_number for cycle in cycles if cycle.unit] == ["A-1", "A-2"]
    assert {cycle.technician for cycle in cycles} == {maria}
    for cycle in cycles:
        assert cycle.context is not None
        assert cycle.context.run.current_steps == ("unpack",)
        assert cycle.context.run.data == {"pallet": "P-7"}


def test_a_serial_number_scanned_twice_takes_no_second_cycle(batch: Batch, maria: User) -> None:
    scan(batch, "A-1", maria, fields=PALLET)

    with pytest.raises(Exception, match="not the step in hand"):
        scan(batch, "A-1", maria, fields=PALLET)

    assert batch.cycles.filter(category=Category.PENDING).count() == 2


def test_a_device_of_another_batch_is_refused_and_takes_no_cycle(batch: Batch, floor: Floor, maria: User) -> None:
    elsewhere = floor.make_batch(1, floor.make_work_order(1, workflow=batch.work_order.workflow))
    scan(elsewhere, "A-1", maria, fields=PALLET)

    with pytest.raises(UnitElsewhere, match=elsewhere.label):
        scan(batch, "A-1", maria, fields=PALLET)

    assert batch.cycles.filter(category=Category.PENDING).count() == 3


def test_a_cycle_that_waits_for_its_device_comes_first(batch: Batch, maria: User) -> None:
    claimed = claim_cycle(batch=batch, technician=maria, by=via_api(maria), at=AT)

    assert scan(batch, "A-1", maria, fields=PALLET) == claimed


def test_a_step_that_is_done_one_by_one_takes_no_stack(batch: Batch, maria: User) -> None:
    scan(batch, "A-1", maria, fields=PALLET)

    with pytest.raises(OneByOne):
        scan(batch, "A-1", maria, step="unpack")


def test_what_is_not_in_hand_is_not_in_a_later_step(batch: Batch, maria: User) -> None:
    with pytest.raises(NotInTheBatch, match="A-9 is in no cycle"):
        scan(batch, "A-9", maria, step="unpack")
