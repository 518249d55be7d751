"""A floor on which everything that the document shows is there."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from batches.models import Batch, Cycle
from batches.operations.cycling import start_cycle
from niagara.accounts.models import User
from niagara.directory.models import Category, Status
from tests.factories import AT, Floor, make_user
from workorders.models import WorkOrder
from workorders.operations.workflows import change_workflow

END = {
    "step_type": "success",
    "label": "Done",
    "on_start": [],
    "on_complete": [],
}


@dataclass
class Scene:
    floor: Floor
    work_order: WorkOrder
    batch: Batch
    cycle: Cycle
    technicians: list[User]


@pytest.fixture
def scene(floor: Floor) -> Scene:
    """Two batches, one with two technicians, of whom one works on a cycle."""
    for dated in (floor.program, floor.project):
        dated.start_date, dated.end_date = AT, AT + timedelta(days=90)
        dated.save()
    floor.workflow.metadata = {"made_by": "us"}
    floor.workflow.triggered_by = ["UNIT.created"]
    technicians = [make_user(floor.organization, "Technician", name) for name in ("Tom Baker", "Tina Brown")]
    technicians[0].attributes = [{"key": "shift", "value": "early"}]
    technicians[0].save()
    own = Status.objects.create(
        organization=floor.organization,
        status="Reticulating Splines",
        category=Category.IN_PROGRESS,
        description="Splines, one by one",
        order=2,
    )
    floor.project.allowances.create(status=own)
    for status in Status.objects.filter(organization=floor.organization).exclude(category=Category.IN_PROGRESS):
        floor.project.allowances.create(status=status)
    work_order = floor.make_work_order(20, description="Six carts of them")
    batch = floor.make_batch(4, work_order, technicians=technicians)
    floor.make_batch(4, work_order)
    cycle = batch.cycles.order_by("number")[0]
    start_cycle(cycle=cycle, technician=technicians[0], by=floor.by, at=AT)
    # What runs goes on as it was started; the document shows a workflow of nothing but an end.
    floor.workflow.starts_at, floor.workflow.steps = "done", {"done": END}
    change_workflow(floor.workflow, by=floor.by, at=AT)
    Cycle.objects.filter(pk=cycle.pk).update(station=floor.station)
    # As if it had ended before: a work order in progress has no end, and the document shows one.
    WorkOrder.objects.filter(pk=work_order.pk).update(end_date=AT + timedelta(days=1))
    return Scene(floor, work_order, batch, cycle, technicians)
