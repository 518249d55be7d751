"""Changing workflows; they are made and removed as any row is."""

from datetime import datetime

from django.db import transaction

from niagara.accounts.actor import Actor
from niagara.accounts.operations import saving
from niagara.accounts.operations.locking import hold
from workorders.models import Workflow


@transaction.atomic
def change_workflow(workflow: Workflow, *, by: Actor, at: datetime, if_version: int | None = None) -> None:
    """Write what was changed on a workflow, as its next version.

    Raises RemovedMeanwhile, PermissionMissing, ChangedMeanwhile, Invalid.
    """
    stored = hold(Workflow.objects.all(), workflow.pk)
    workflow.workflow_version = stored.workflow_version + bool(saving.differences(stored, workflow))
    saving.change_row(workflow, by=by, at=at, if_version=if_version)
