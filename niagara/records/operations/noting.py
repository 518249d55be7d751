"""Writing notes on things, closing those that are issues, and removing them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from niagara.accounts.actor import Actor
from niagara.accounts.operations import saving
from niagara.accounts.operations.locking import hold
from niagara.records.models import Note

# Type code of what notes are on → what else is done, in the same transaction, when a note on it was written
# (there is none before), changed or removed (there is none after). Apps further right add to it.
followers: dict[str, Callable[..., None]] = {}


@transaction.atomic
def write_note(
    subject: Any, content: str, *, is_issue: bool = False, is_closed: bool = False, by: Actor, at: datetime
) -> Note:
    """A new note on a work order, unit or batch group. Raises RemovedMeanwhile, PermissionMissing, Invalid."""
    hold(type(subject)._default_manager.all(), subject.pk)
    note = Note(
        organization_id=subject.organization_id,
        subject_type=subject.entity_type,
        subject_id=subject.pk,
        content=content,
        author=by.user,
        is_issue=is_issue,
        closed_at=at if is_closed else None,
    )
    saving.create_row(note, by=by, at=at)
    _follow(None, note, by=by, at=at)
    return note


@transaction.atomic
def change_note(note: Note, *, is_closed: bool, by: Actor, at: datetime, if_version: int | None = None) -> None:
    """Write what was changed on a note. An issue that is closed already keeps the time of it.

    Raises RemovedMeanwhile, PermissionMissing, ChangedMeanwhile, Invalid.
    """
    stored = hold(Note.objects.all(), note.pk)
    note.closed_at = (stored.closed_at or at) if is_closed else None
    saving.change_row(note, by=by, at=at, if_version=if_version, permission="note:create")
    _follow(stored, note, by=by, at=at)


@transaction.atomic
def remove_note(note: Note, *, by: Actor, at: datetime, if_version: int | None = None) -> None:
    """Delete a note. Raises RemovedMeanwhile, PermissionMissing, ChangedMeanwhile."""
    saving.remove_row(note, by=by, at=at, if_version=if_version)
    _follow(note, None, by=by, at=at)


def _follow(before: Note | None, after: Note | None, *, by: Actor, at: datetime) -> None:
    note = after or before
    assert note is not None  # that is no change
    if note.subject_type in followers:
        followers[note.subject_type](before, after, by=by, at=at)
