"""Giving batches to technicians: each batch to all of them, or spread by what they have to do."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from batches.models import Batch
from niagara.accounts.actor import Actor
from niagara.accounts.models import User
from niagara.records.models import Relation
from niagara.records.operations.relating import attach_technicians


@transaction.atomic
def spread_technicians(
    batches: Sequence[Batch], technicians: Sequence[User], *, by: Actor, at: datetime
) -> dict[User, list[Batch]]:
    """Make one of the users a technician of each batch, so that all come to about the same work. Returns
    whose each became.

    Raises RemovedMeanwhile, PermissionMissing, OfAnotherOrganization.
    """
    biggest_first = sorted(batches, key=lambda batch: (-batch.active, batch.order))
    shares: dict[User, list[Batch]] = defaultdict(list)
    loads = loads_of(technicians, beside=batches)
    for batch, technician in zip(biggest_first, share_out([one.active for one in biggest_first], loads), strict=True):
        shares[technician].append(batch)
    for technician, share in shares.items():
        attach_technicians(share, [technician], by=by, at=at)
    return shares


def share_out(sizes: Sequence[int], loads: Mapping[User, int]) -> list[User]:
    """For each batch whoever has least to do by then."""
    waiting = dict(loads)
    chosen = []
    for size in sizes:
        technician = min(waiting, key=lambda user: (waiting[user], user.pk))
        waiting[technician] += size
        chosen.append(technician)
    return chosen


def loads_of(technicians: Sequence[User], *, beside: Sequence[Batch] = ()) -> dict[User, int]:
    """How many active cycles stand in the batches of each, beside those given. A batch of several is counted for
    each of them."""
    loads = dict.fromkeys(technicians, 0)
    by_id = {technician.pk: technician for technician in technicians}
    ours = Relation.objects.technicians().filter(source_user__in=technicians, target_type="BAT")
    pairs = ours.exclude(target_id__in=[batch.pk for batch in beside]).values_list("target_id", "source_user_id")
    active = dict(Batch.objects.active().filter(pk__in=ours.values("target_id")).values_list("pk", "active"))
    for batch_id, user_id in pairs:
        loads[by_id[user_id]] += active.get(batch_id, 0)
    return loads
