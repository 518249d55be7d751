import pytest

from niagara.accounts.operations.saving import create_row
from niagara.refusals import Invalid
from tests.factories import AT, STEPS, Floor
from workorders.models import Workflow
from workorders.operations.workflows import change_workflow


def test_a_workflow_that_leads_nowhere_is_refused_naming_the_step(floor: Floor) -> None:
    steps = {**STEPS, "unpack": {**STEPS["unpack"], "goto": "paint"}}
    workflow = Workflow(organization=floor.organization, label="Paint an iPad", starts_at="begin", steps=steps)

    with pytest.raises(Invalid) as refusal:
        create_row(workflow, by=floor.by, at=AT)

    assert {fault.path: fault.message for fault in refusal.value.faults} == {
        ("starts_at",): "starts_at names “begin”, but there is no such step.",
        ("steps",): "Step “unpack”: goto names “paint”, but there is no such step.",
    }
    assert not Workflow.objects.filter(label="Paint an iPad").exists()


def test_a_workflow_in_use_can_not_be_broken_either(floor: Floor) -> None:
    workflow = Workflow.objects.get(pk=floor.workflow.pk)
    workflow.steps = {}

    with pytest.raises(Invalid):
        change_workflow(workflow, by=floor.by, at=AT)

    assert Workflow.objects.get(pk=workflow.pk).steps == STEPS
