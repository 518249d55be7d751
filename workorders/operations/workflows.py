"""Making and changing workflows; they are removed as any row is. Each version is kept: contexts run it."""

from datetime import datetime

from django.db import transaction

from niagara.accounts.actor import Actor
from niagara.accounts.operations import saving
from niagara.accounts.operations.locking import hold
from workorders.models import Workflow, WorkflowVersion
from workorders.operations.attaching import attach_named


@transaction.atomic
def create_workflow(workflow: Workflow, *, by: Actor, at: datetime) -> None:
    """Write a new workflow, as its version 1. Raises PermissionMissing, Invalid."""
    saving.create_row(workflow, by=by, at=at)
    keep_version(workflow, at=at)
    attach_named(workflow, by=by, at=at)


@transaction.atomic
def change_workflow(workflow: Workflow, *, by: Actor, at: datetime, if_version: int | None = None) -> None:
    """Write what was changed on a workflow, as its next version; what runs goes on with the one it has.

    Raises RemovedMeanwhile, PermissionMissing, ChangedMeanwhile, Invalid.
    """
    stored = hold(Workflow.objects.all(), workflow.pk)
    is_changed = bool(saving.differences(stored, workflow))
    workflow.workflow_version = stored.workflow_version + is_changed
    saving.change_row(workflow, by=by, at=at, if_version=if_version)
    if is_changed:
        keep_version(workflow, at=at)
        attach_named(workflow, by=by, at=at)


def keep_version(workflow: Workflow, *, at: datetime) -> WorkflowVersion:
    """Keep the workflow as it is now, for what will be started with it."""
    kept = ("workflow_version", "label", "schema_version", "applies_to", "starts_at", "metadata", "steps")
    return WorkflowVersion.objects.create(
        workflow=workflow,
        created=at,
        triggered_by=workflow.triggered_by,
        **{name: getattr(workflow, name) for name in kept},
    )
