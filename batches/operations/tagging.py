"""Adding and taking away tags of a batch group, whatever other tags it has meanwhile."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from batches.models import BatchGroup
from batches.operations.grouping import change_group
from niagara.accounts.actor import Actor
from niagara.accounts.operations.locking import hold


@transaction.atomic
def change_tags(
    *,
    group: BatchGroup,
    add: Collection[str] = (),
    remove: Collection[str] = (),
    by: Actor,
    at: datetime,
    reason: str = "",
) -> BatchGroup:
    """Let a group have these tags and be without those; the others stay.

    Raises RemovedMeanwhile, PermissionMissing, Invalid.
    """
    stored = hold(BatchGroup.objects.select_related("work_order"), group.pk)
    kept = [tag for tag in stored.tags if tag not in remove]
    tags = [*kept, *(tag for tag in add if tag not in kept)]
    return change_group(group=stored, changes={"tags": tags}, by=by, at=at, reason=reason)
