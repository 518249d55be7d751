"""Making, changing and removing batch groups, and moving all that is in one."""

from collections.abc import Sequence
from copy import copy
from datetime import datetime
from typing import Any, TypedDict

from django.db import transaction
from django.db.models import F

from batches.models import Batch, BatchGroup, GroupEquipment
from batches.operations import journal
from batches.operations.creating import require_same_organization
from batches.operations.following import lock_work_order
from niagara.accounts import access
from niagara.accounts.actor import Actor
from niagara.accounts.operations import history, saving
from niagara.accounts.operations.locking import hold
from niagara.accounts.operations.saving import check_version
from niagara.directory.models import Resource
from niagara.records.models import Note
from niagara.refusals import Conflict, Fault, Invalid
from workorders.models import WorkOrder


class OwnGroup(Conflict):
    """Every work order keeps the group it has of its own."""


class HoldsBatches(Conflict):
    """Every batch is in a group, so one that holds some has to stay."""


class BatchesCame(Conflict):
    """Batches were put into the group while all of it was moved."""


class NotesTaken(Conflict):
    """Notes on the group are being changed."""


class Container(TypedDict):
    """What the batches of a group stand in."""

    container_type: str
    label: str


class GroupChanges(TypedDict, total=False):
    """What may be said about a group; what is absent stays, or is nothing in a new one."""

    name: str
    tags: Sequence[str]
    settings: dict[str, Any]
    equipment: Sequence[Resource]
    container: Container | None
    delivery_status: str


_COLUMNS = ("name", "settings", "tags", "delivery_status", "container_type", "container_label")


@transaction.atomic
def create_group(
    *, work_order: WorkOrder, changes: GroupChanges, by: Actor, at: datetime, reason: str = ""
) -> BatchGroup:
    """Make a group of a work order, for batches to be put into. Raises RemovedMeanwhile, PermissionMissing, Invalid."""
    work_order = lock_work_order(work_order)
    group = BatchGroup(organization_id=work_order.organization_id, work_order=work_order)
    access.require(by, "batch-group:create", group)
    _apply(group, changes)
    saving.validate(group)
    group.created = group.updated = at
    group.save(force_insert=True)
    equipment = _equip(group, changes.get("equipment", ()))
    history.record(group, "created", by=by, at=at, reason=reason)
    nothing = BatchGroup(name=group.name)
    happened = [journal.created(group), *_told(nothing, group), *equipment]
    journal.write(group.pk, happened, by=by, at=at, reason=reason)
    return group


@transaction.atomic
def change_group(
    *,
    group: BatchGroup,
    changes: GroupChanges,
    by: Actor,
    at: datetime,
    reason: str = "",
    if_version: int | None = None,
) -> BatchGroup:
    """Change a group. Raises RemovedMeanwhile, PermissionMissing, ChangedMeanwhile, Invalid."""
    stored = hold(BatchGroup.objects.select_related("work_order"), group.pk)
    check_version(stored, if_version)
    access.require(by, "batch-group:update", stored)
    group = copy(stored)
    _apply(group, changes)
    changed: dict[str, tuple[Any, Any]] = dict(saving.differences(stored, group))
    happened = _told(stored, group)
    if "equipment" in changes:
        before = [str(one) for one in _equipment_of(group)]
        if equipped := _equip(group, changes["equipment"]):
            happened += equipped
            changed["equipment"] = (before, [str(one) for one in _equipment_of(group)])
    if not changed:
        return group
    saving.validate(group)
    group.updated = at
    group.version += 1
    # All but what the journal counts.
    group.save(update_fields=[*_COLUMNS, "updated", "version"])
    history.record(group, "changed", by=by, at=at, changes=changed, reason=reason)
    journal.write(group.pk, happened, by=by, at=at, reason=reason)
    return group


@transaction.atomic
def move_all_stations(
    *,
    group: BatchGroup,
    station: Resource | None,
    by: Actor,
    at: datetime,
    reason: str = "",
    if_version: int | None = None,
) -> BatchGroup:
    """Move all batches of a group to a station, or away from theirs.

    Raises RemovedMeanwhile, PermissionMissing, ChangedMeanwhile, BatchesCame, Invalid.
    """
    access.require(by, "batch-group:update", group)
    require_same_organization(group.work_order, mixing_station=station)
    rows = Batch.objects.filter(batch_group=group.pk)
    ids = list(rows.order_by("pk").select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))
    batches = Batch.objects.select_related("queue", "mixing_station").in_bulk(ids).values()
    for batch in batches:
        access.require(by, "batch:update", batch)
    moved = [batch for batch in batches if batch.mixing_station != station]
    Batch.objects.filter(pk__in=[batch.pk for batch in moved]).update(
        mixing_station=station, updated=at, version=F("version") + 1
    )
    history.record_all(
        history.entry(
            batch, "changed", by=by, at=at, changes={"mixing_station": (batch.mixing_station, station)}, reason=reason
        )
        for batch in moved
    )
    stored = hold(BatchGroup.objects.select_related("work_order"), group.pk)
    check_version(stored, if_version)
    # Nobody can put one in from here on. To lock those that came would be to wait for who waits for the group.
    if rows.count() > len(ids):
        raise BatchesCame(f"Batches were put into {stored} just now. Try again.")
    if moved:
        journal.write(stored.pk, [journal.all_stations_changed(station)], by=by, at=at, reason=reason)
    return stored


@transaction.atomic
def delete_group(
    *, group: BatchGroup, by: Actor, at: datetime, reason: str = "", if_version: int | None = None
) -> None:
    """Remove a group that holds nothing, with the notes on it; its journal stays.

    Raises RemovedMeanwhile, PermissionMissing, ChangedMeanwhile, OwnGroup, HoldsBatches, NotesTaken.
    """
    group = hold(BatchGroup.objects.select_related("work_order"), group.pk, to_remove=True)
    check_version(group, if_version)
    access.require(by, "batch-group:delete", group)
    if group.is_default:
        raise OwnGroup(f"{group} is the work order's own group; it stays as long as the work order.")
    number = group.batches.count()
    if number:
        told = "a batch" if number == 1 else f"{number} batches"
        raise HoldsBatches(f"{group} can't be deleted: it holds {told}. Put them into another group first.")
    notes = Note.objects.on(group)
    if len(notes.select_for_update(skip_locked=True).values_list("pk")) < notes.count():
        raise NotesTaken(f"{group} can't be deleted: a note on it is being changed just now. Try again.")
    journal.write(group.pk, [journal.deleted()], by=by, at=at, reason=reason)
    saving.remove_row(group, by=by, at=at)


def _apply(group: BatchGroup, changes: GroupChanges) -> None:
    """Write on the group what was said, but for the equipment."""
    for name in ("name", "settings", "delivery_status"):
        if name in changes:
            setattr(group, name, changes[name])
    if "tags" in changes:
        # Events tell which tags came and went, and nothing of an order, so those that stay keep theirs.
        kept = [tag for tag in group.tags if tag in changes["tags"]]
        group.tags = [*kept, *(tag for tag in changes["tags"] if tag not in kept)]
    if "container" in changes:
        container = changes["container"]
        group.container_type = container["container_type"] if container else ""
        group.container_label = container["label"] if container else ""


def _told(before: BatchGroup, after: BatchGroup) -> list[journal.Happening]:
    """What became of a group, but for its equipment: a happening for each thing that is not as it was."""
    happened = []
    if after.name != before.name:
        happened.append(journal.name_changed(after.name))
    if after.settings != before.settings:
        happened.append(journal.settings_changed(after.settings))
    happened += [journal.tag_removed(tag) for tag in before.tags if tag not in after.tags]
    happened += [journal.tag_added(tag) for tag in after.tags if tag not in before.tags]
    if after.container != before.container:
        happened.append(journal.container_changed(after.container))
    if after.delivery_status != before.delivery_status:
        happened.append(journal.delivery_status_changed(after.delivery_status))
    return happened


def _equipment_of(group: BatchGroup) -> list[Resource]:
    return list(group.equipment.order_by("label", "pk"))


def _equip(group: BatchGroup, equipment: Sequence[Resource]) -> list[journal.Happening]:
    """Let a held, saved group need these things and no others. Returns what happened, if anything did."""
    if any(one.organization_id != group.organization_id for one in equipment):
        raise Invalid([Fault("enum", ("equipment",), "Choose equipment of the work order's organization.")])
    before, wanted = {one.pk for one in _equipment_of(group)}, {one.pk for one in equipment}
    if wanted == before:
        return []
    group.needs.filter(needed__in=before - wanted).delete()
    GroupEquipment.objects.bulk_create(
        GroupEquipment(batch_group=group, needed_id=pk) for pk in sorted(wanted - before)
    )
    return [journal.equipment_changed(_equipment_of(group))]
