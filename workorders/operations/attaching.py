"""The files that steps of a workflow show: each is related to the workflow as an attachment for it."""

from collections.abc import Iterable
from datetime import datetime

from niagara.accounts.actor import Actor
from niagara.accounts.operations import history
from niagara.records.models import Attachment, Relation
from niagara.records.operations.relating import make_relation
from workorders.models import Workflow


def attach_named(workflow: Workflow, *, by: Actor, at: datetime) -> None:
    """Relate a workflow that is held to what its steps name. What earlier versions named stays related: they run on."""
    if workflow.attachments:
        ours = Attachment.objects.filter(organization_id=workflow.organization_id)
        _relate([(workflow, one) for one in ours.named(*workflow.attachments)], by=by, at=at)


def attach_to_workflows(attachment: Attachment, *, by: Actor, at: datetime) -> None:
    """Relate a file that was just uploaded to the workflows whose steps name it already."""
    names = {attachment.label, str(attachment.pk)}
    ours = Workflow.objects.filter(organization_id=attachment.organization_id)
    _relate([(workflow, attachment) for workflow in ours if names & workflow.attachments], by=by, at=at)


def _relate(pairs: Iterable[tuple[Workflow, Attachment]], *, by: Actor, at: datetime) -> None:
    pairs = list(pairs)
    related = Relation.objects.filter(relation=Relation.Type.FILE, target_id__in=[workflow.pk for workflow, _ in pairs])
    known = set(related.values_list("target_id", "source_id"))
    new = [(workflow, one) for workflow, one in pairs if (workflow.pk, one.pk) not in known]
    Relation.objects.bulk_create(make_relation(workflow, Relation.Type.FILE, one, at=at) for workflow, one in new)
    history.record_all(
        history.entry(workflow, "related", by=by, at=at, changes={Relation.Type.FILE: (None, one)})
        for workflow, one in new
    )
