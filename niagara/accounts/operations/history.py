"""History entries, written in the transaction of the change they tell of."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from niagara.accounts.actor import Actor
from niagara.accounts.models import HistoryEntry

Changes = Mapping[str, tuple[Any, Any]]


def entry(
    row: Any, verb: str, *, by: Actor, at: datetime, changes: Changes | None = None, reason: str = ""
) -> HistoryEntry:
    """An entry not yet written, for operations that write many at once with `record_all`."""
    return HistoryEntry(
        organization_id=row.organization_id,
        at=at,
        user=by.user,
        via=by.via,
        client=by.client,
        entity_type=row.entity_type,
        entity_id=str(row.pk),
        label=str(row)[:300],
        verb=verb,
        changes={name: [_plain(old), _plain(new)] for name, (old, new) in (changes or {}).items()},
        reason=reason,
    )


def record(row: Any, verb: str, *, by: Actor, at: datetime, changes: Changes | None = None, reason: str = "") -> None:
    """Write that `row` was `verb` ("changed", "removed", …)."""
    entry(row, verb, by=by, at=at, changes=changes, reason=reason).save(force_insert=True)


def record_all(entries: Iterable[HistoryEntry]) -> None:
    HistoryEntry.objects.bulk_create(entries)


def _plain(value: Any) -> Any:
    """The value as JSON holds it: rows by their label, times as text."""
    if value is None or isinstance(value, (bool, int, float, str, list, dict)):
        return value
    return value.isoformat() if isinstance(value, datetime) else str(value)
