"""What steps of a workflow show is an attachment for the workflow."""

from niagara.accounts.models import HistoryEntry
from niagara.records.models import Attachment, Relation
from tests.factories import AT, Floor, make_workflow
from tests.records.files import pdf, reading, upload
from workorders.models import Workflow
from workorders.operations.workflows import change_workflow


def attached_to(workflow: Workflow) -> set[str]:
    related = Relation.objects.filter(
        relation="file", source_type="FILE", target_type="WKF", target_id=workflow.pk
    ).values("source_id")
    return set(Attachment.objects.filter(pk__in=related).values_list("label", flat=True))


def test_a_workflow_is_related_to_what_its_steps_name(floor: Floor, other_floor: Floor) -> None:
    foil, hinge = upload(floor, "Foil", pdf()), upload(floor, "Hinge", pdf())
    upload(floor, "Something else", pdf())
    upload(other_floor, "Theirs", pdf())

    workflow = make_workflow(floor.organization, "Read", reading("Foil ", str(hinge.pk), "Theirs", "Nothing"))

    assert attached_to(workflow) == {"Foil", "Hinge"}
    told = HistoryEntry.objects.of(workflow).filter(verb="related").values_list("changes", flat=True)
    assert sorted(one["file"][1] for one in told) == [foil.label, hinge.label]


def test_what_an_earlier_version_named_stays_related(floor: Floor) -> None:
    upload(floor, "Foil", pdf())
    upload(floor, "Hinge", pdf())
    workflow = make_workflow(floor.organization, "Read", reading("Foil"))

    workflow.steps = reading("Hinge")
    change_workflow(workflow, by=floor.by, at=AT)
    workflow.steps = reading("Foil", "Hinge")
    change_workflow(workflow, by=floor.by, at=AT)

    assert attached_to(workflow) == {"Foil", "Hinge"}


def test_a_file_may_come_after_the_workflow(floor: Floor, other_floor: Floor) -> None:
    workflow = make_workflow(floor.organization, "Read", reading("Foil"))
    theirs = make_workflow(other_floor.organization, "Read", reading("Foil"))

    upload(floor, "Foil", pdf())

    assert attached_to(workflow) == {"Foil"}
    assert attached_to(theirs) == set()
