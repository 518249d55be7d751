"""Making, changing and removing a row that has no rules beyond its own fields and constraints.

Customers, locations, units and the like are kept with these three, whoever asks: API, admin or
command. A row whose change touches others (a batch, a work order) has operations of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError, RestrictedError

from niagara.accounts import access
from niagara.accounts.actor import Actor
from niagara.accounts.models import User
from niagara.accounts.operations import history
from niagara.accounts.operations.locking import hold
from niagara.refusals import Conflict, Fault, Invalid, Outdated

# Changed by an operation of its own, `people.set_password`, and never written into the history.
APART = frozenset({"password"})


class StillInUse(Conflict):
    """Other rows refer to it."""


class TakenMeanwhile(Conflict):
    """Somebody else wrote, at the same moment, a row that can't stand beside it."""


class ChangedMeanwhile(Outdated):
    """The version the asker looked at is not the newest."""


def check_version(row: Any, version: int | None) -> None:
    """Raise ChangedMeanwhile if the asker saw another version; None says the asker does not mind."""
    if version is not None and row.version != version:
        raise ChangedMeanwhile(f"{row} was changed meanwhile. Fetch it again and repeat your change.")


@transaction.atomic
def create_row(row: Any, *, by: Actor, at: datetime, changes: history.Changes | None = None) -> None:
    """Write a new row; `changes` is what its history tells beside that. Raises PermissionMissing, Invalid,
    TakenMeanwhile."""
    access.require(by, f"{row.resource}:create", row)
    row.created = row.updated = at
    validate(row)
    _write(row, force_insert=True)
    history.record(row, "created", by=by, at=at, changes=changes)


@transaction.atomic
def change_row(
    row: Any, *, by: Actor, at: datetime, if_version: int | None = None, permission: str | None = None
) -> None:
    """Write what was changed on `row`; the permission is that to update it, unless it is another. Who moves
    it needs that at the old place and at the new one.

    Raises RemovedMeanwhile, PermissionMissing, Invalid, ChangedMeanwhile, TakenMeanwhile.
    """
    stored = hold(type(row)._default_manager.all(), row.pk)
    check_version(stored, if_version)
    for place in (stored, row):
        access.require(by, permission or f"{row.resource}:update", place)
    changes = differences(stored, row)
    if not changes:
        return
    validate(row)
    row.updated = at
    row.version = stored.version + 1
    _write(row, force_update=True)
    history.record(row, "changed", by=by, at=at, changes=changes)


@transaction.atomic
def create_rows(rows: Sequence[Any], *, by: Actor, at: datetime) -> None:
    """Write new rows of one kind, which were checked and allowed before, at once. Raises TakenMeanwhile."""
    if not rows:
        return
    with _taken_meanwhile(rows[0]._meta.verbose_name_plural):
        type(rows[0])._default_manager.bulk_create(rows, batch_size=500)
    history.record_all(history.entry(row, "created", by=by, at=at) for row in rows)


@transaction.atomic
def change_rows(pairs: Sequence[tuple[Any, Any]], *, by: Actor, at: datetime) -> None:
    """Write what is changed on rows of one kind, which are held, were checked and allowed before, at once.
    Each pair is the row as it stands and as it shall be. Raises TakenMeanwhile."""
    if not pairs:
        return
    told = [(new, differences(old, new)) for old, new in pairs]
    for row, _ in told:
        row.updated, row.version = at, row.version + 1
    names = {name for _, changes in told for name in changes}
    with _taken_meanwhile(pairs[0][0]._meta.verbose_name_plural):
        rows = type(pairs[0][0])._default_manager
        rows.bulk_update([row for row, _ in told], [*names, "updated", "version"], batch_size=500)
    history.record_all(history.entry(row, "changed", by=by, at=at, changes=changes) for row, changes in told)


@transaction.atomic
def remove_row(row: Any, *, by: Actor, at: datetime, if_version: int | None = None) -> None:
    """Delete `row`. Raises RemovedMeanwhile, PermissionMissing, StillInUse, ChangedMeanwhile."""
    stored = hold(type(row)._default_manager.all(), row.pk, to_remove=True)
    check_version(stored, if_version)
    access.require(by, f"{row.resource}:delete", stored)
    history.record(stored, "removed", by=by, at=at)
    relations_of(stored).delete()
    notes_on(stored).delete()
    try:
        stored.delete()
    except (ProtectedError, RestrictedError) as error:
        holders = sorted({str(holder._meta.verbose_name_plural) for holder in _holders(error)})
        raise StillInUse(f"{stored} is still used by {', '.join(holders)}. Remove or move those first.") from error


def differences(old: models.Model, new: models.Model) -> dict[str, tuple[Any, Any]]:
    """What a person could have changed between the two: property → (old, new)."""
    return {
        field.name: (getattr(old, field.name), getattr(new, field.name))
        for field in new._meta.concrete_fields
        if field.editable and field.name not in APART and field.value_from_object(old) != field.value_from_object(new)
    }


def relations_of(row: Any) -> models.QuerySet:
    """The relations from and to a row. They stand further right, so they are reached from the user's."""
    relations: Any = User._meta.get_field("relations").related_model
    return relations.objects.of(getattr(row, "user_id", row.pk))


def notes_on(row: Any) -> models.QuerySet:
    """The notes on a row. They stand further right as well."""
    notes: Any = User._meta.get_field("notes").related_model
    return notes.objects.on(row)


def _holders(error: ProtectedError | RestrictedError) -> Any:
    return error.protected_objects if isinstance(error, ProtectedError) else error.restricted_objects


def validate(row: models.Model) -> None:
    """Raise Invalid for what the fields and constraints of a row do not allow."""
    try:
        row.full_clean()
    except ValidationError as error:
        raise Invalid(faults_of(error)) from error


def _write(row: Any, **how: bool) -> None:
    with _taken_meanwhile(row):
        row.save(**how)


@contextmanager
def _taken_meanwhile(what: object) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:  # validation found nothing, so it came a moment ago
        raise TakenMeanwhile(
            f"Something like {what} was written at the same moment. Look again, then repeat."
        ) from error


def faults_of(error: ValidationError) -> list[Fault]:
    """Django's validation messages as faults."""
    by_field: Mapping[str, list[ValidationError]]
    by_field = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
    return [
        Fault(str(one.code or "invalid"), () if name in ("", "__all__") else (name,), message, _params_of(one))
        for name, errors in by_field.items()
        for one in errors
        for message in one.messages
    ]


def _params_of(error: ValidationError) -> Mapping[str, Any]:
    limit = (error.params or {}).get("limit_value")
    return {} if limit is None else {"limit": limit}
