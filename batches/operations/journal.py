"""The journal of a batch group: all that happened to it, event by event, for other systems to follow.

An operation that changes a group, or a batch in one, writes what happened as its last step. The group's
row gives out the versions, so it is held from there until the transaction ends, and it is the last row
that anybody waits for: cycle, unit, batch, work order, queue, note, batch group; of two groups the one
with the lower id first.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from batches.models import Batch, BatchGroup
from niagara.accounts.actor import Actor
from niagara.accounts.models import SYSTEM_ID
from niagara.accounts.operations.locking import RemovedMeanwhile
from niagara.directory.models import Resource
from niagara.records.models import Note
from niagara.webhooks.models import Event
from niagara.webhooks.operations import publishing

NAME = "BatchChanged"


@dataclass(frozen=True)
class Happening:
    """One of the sixteen kinds, and the keys it has of its own."""

    kind: str
    told: dict[str, Any] = field(default_factory=dict)


def created(group: BatchGroup) -> Happening:
    return Happening("Created", {"name": group.name, "workOrderId": str(group.work_order_id)})


def deleted() -> Happening:
    return Happening("Deleted")


def name_changed(name: str) -> Happening:
    return Happening("NameChanged", {"name": name})


def settings_changed(settings: dict[str, Any]) -> Happening:
    return Happening("SettingsChanged", {"settings": settings})


def tag_added(tag: str) -> Happening:
    return Happening("TagAdded", {"tag": tag})


def tag_removed(tag: str) -> Happening:
    return Happening("TagRemoved", {"tag": tag})


def note_added(note: Note) -> Happening:
    told = {
        "id": str(note.pk),
        "content": note.content,
        "type": "issue" if note.is_issue else "note",
        "user": "" if note.author_id == SYSTEM_ID else note.author.name,
        "observedDateTime": note.created.astimezone(UTC).isoformat(timespec="microseconds"),
    }
    return Happening("NoteAdded", {"note": told})


def note_removed(note: Note) -> Happening:
    return Happening("NoteRemoved", {"noteId": str(note.pk)})


def equipment_changed(equipment: Iterable[Resource]) -> Happening:
    return Happening("EquipmentChanged", {"equipment": [_named(one) for one in equipment]})


def container_changed(container: dict[str, str] | None) -> Happening:
    return Happening("ContainerChanged", {"container": container})


def delivery_status_changed(delivery_status: str) -> Happening:
    return Happening("DeliveryStatusChanged", {"deliveryStatus": delivery_status})


def batch_made(batch: Batch) -> list[Happening]:
    """A batch came, and the station that it is at, if it is at one."""
    added = Happening("BatchAdded", {"batchId": str(batch.pk)})
    return [added, *([station_changed(batch)] if batch.mixing_station else [])]


def batch_entered(batch: Batch) -> list[Happening]:
    """A batch came from another group: what is done in it was done elsewhere, and is now done here."""
    return [*batch_made(batch), *([actual_changed(batch)] if batch.complete else [])]


def batch_removed(batch: Batch) -> Happening:
    return Happening("BatchRemoved", {"batchId": str(batch.pk)})


def station_changed(batch: Batch) -> Happening:
    station = batch.mixing_station
    return Happening("BatchMixingStationChanged", {"batchId": str(batch.pk), "mixingStation": _named(station)})


def all_stations_changed(station: Resource | None) -> Happening:
    return Happening("AllMixingStationsChanged", {"mixingStation": _named(station)})


def actual_changed(batch: Batch) -> Happening:
    actual = {"planned": batch.number_cycles, "complete": batch.complete}
    return Happening("ActualChanged", {"batchId": str(batch.pk), "actual": actual})


def write(group_id: UUID, happened: Sequence[Happening], *, by: Actor, at: datetime, reason: str = "") -> None:
    """Write what happened to a group as its next events. Raises RemovedMeanwhile."""
    if not happened:
        return
    last, organization_id = _give_out(group_id, len(happened))
    publishing.publish(
        [
            event(one, group_id, version, organization_id, by=by, at=at, reason=reason)
            for version, one in enumerate(happened, start=last - len(happened) + 1)
        ]
    )


def event(
    happened: Happening,
    group_id: UUID,
    version: int,
    organization_id: int,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> Event:
    """The event that tells what happened, not yet written."""
    body = {
        "kind": f"{settings.EVENT_KIND_PREFIX}{happened.kind}",
        "id": str(group_id),
        **happened.told,
        "metadata": {
            "version": version,
            "dateTime": at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "user": {"id": by.user.pk, "name": by.user.name},
            "organizationId": organization_id,
            "reason": reason or None,
        },
    }
    return Event(
        organization_id=organization_id,
        name=NAME,
        subject_id=group_id,
        version=version,
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        created=at,
    )


def follow_note(before: Note | None, after: Note | None, *, by: Actor, at: datetime) -> None:
    """Write that a note on a group was written (there was none before), changed or removed (there is none after).

    There is no kind for a changed note: one is removed, and another, with the same id, is added. That an
    issue was closed is none of what an event tells of a note.
    """
    if before and after and (before.content, before.is_issue) == (after.content, after.is_issue):
        return
    note = before or after
    assert note is not None  # that is no change
    happened = [*([note_removed(before)] if before else []), *([note_added(after)] if after else [])]
    write(note.subject_id, happened, by=by, at=at)


def _give_out(group_id: UUID, number: int) -> tuple[int, int]:
    """So many versions, for who holds the group from now on: the last of them, and the group's organization."""
    # One statement: everybody who works on the group's batches waits as long as the group is held.
    statement = (
        "UPDATE batches_batchgroup SET last_version = last_version + %s WHERE id = %s "
        "RETURNING last_version, organization_id"
    )
    pk = BatchGroup._meta.pk.get_db_prep_value(group_id, connection)
    with connection.cursor() as cursor:
        cursor.execute(statement, [number, pk])
        found = cursor.fetchall()
    if not found:
        raise RemovedMeanwhile("This batch group was removed meanwhile.")
    [(last, organization_id)] = found
    return last, organization_id


def _named(resource: Resource | None) -> dict[str, str] | None:
    return None if resource is None else {"id": str(resource.pk), "name": resource.label}
