"""The journals of the groups of the bulk."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from batches.management.demo.founding import COMMAND
from batches.models import Batch, BatchGroup, Cycle
from batches.operations import journal
from niagara.accounts.actor import Actor
from niagara.accounts.models import User
from niagara.directory.models import Category
from niagara.webhooks.models import Event


class Finish(NamedTuple):
    """What a batch came to so far, in one event where the operations write one for each cycle."""

    at: datetime
    batch: Batch
    by: User


def finish_of(batch: Batch, cycles: Iterable[Cycle], technicians: Iterable[User]) -> list[Finish]:
    """When the last of the batch's cycles was completed, and by whom; nothing if none was."""
    complete = [cycle for cycle in cycles if cycle.category == Category.COMPLETE]
    if not complete:
        return []
    last = max(complete, key=lambda cycle: cycle.updated)
    [by] = [technician for technician in technicians if technician.pk == last.technician_id]
    return [Finish(last.updated, batch, by)]


def write_journal(group: BatchGroup, batches: Iterable[Batch], finished: Iterable[Finish], *, by: Actor) -> list[Event]:
    """The events of a new group, which is told how many there are."""
    happened = [(journal.created(group), by, group.created)]
    for batch in batches:
        happened += [(happening, by, group.created) for happening in journal.batch_made(batch)]
    for at, batch, technician in sorted(finished, key=lambda finish: finish.at):
        happened.append((journal.actual_changed(batch), Actor.in_command(technician, COMMAND), at))
    group.last_version = len(happened)
    return [
        journal.event(happening, group.pk, version, group.organization_id, by=who, at=at)
        for version, (happening, who, at) in enumerate(happened, start=1)
    ]
