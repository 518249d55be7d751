"""The history of a row, property by property."""

from collections.abc import Sequence
from itertools import islice
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from niagara.accounts.api.representations import PersonRepresentation
from niagara.accounts.models import HistoryEntry
from niagara.api.paging import Key
from niagara.api.representations import Representation, utc_text
from niagara.api.viewsets import NiagaraViewSet, Page


class ChangeRepresentation(Representation):
    """The keys of a changed property."""

    model = HistoryEntry

    property = serializers.CharField()
    old_value = serializers.JSONField(allow_null=True)
    new_value = serializers.JSONField(allow_null=True)
    by_user = PersonRepresentation(inline="user__")
    date = serializers.DateTimeField(source="at")


class Change(NamedTuple):
    """One changed property, and the entry that tells of it."""

    entry_id: UUID
    property: str
    entry: HistoryEntry


class DiffViewSet(NiagaraViewSet):
    """The changes of one row, newest first. Subclasses name its model, the id in the address and the scopes."""

    model: ClassVar[Any]
    pages = {
        "list": Page(
            ChangeRepresentation, "nter:diffs", sort=(Key("entry_id", descending=True, read=UUID), Key("property"))
        )
    }

    def list(self, request: Request, **ids: str) -> HttpResponse:
        """Fetches the history, one row per changed property."""
        entries = HistoryEntry.objects.of(self.get_row(self.model)).with_changes()
        rows, wanted, keys = self.asked(entries)
        found = changes_behind(wanted.last_shown(keys), rows, wanted.limit + 1)
        return self.paged(found, wanted, keys, total=entries.number_of_changes(), draw=_draw)


def changes_behind(last_shown: Sequence[Any] | None, entries: Any, number: int) -> list[Change]:
    """So many changes, of the entry and the property last shown on."""
    if last_shown is not None:
        entries = entries.filter(id__lte=last_shown[0])
    # Every entry tells of one property at least, all but that which was shown to its end.
    changes = (
        Change(entry.pk, name, entry)
        for entry in entries.select_related("user")[: number + 1]
        for name in sorted(entry.changes)
        if last_shown is None or entry.pk != last_shown[0] or name > last_shown[1]
    )
    return list(islice(changes, number))


def _draw(changes: Sequence[Change]) -> list[dict[str, Any]]:
    return [
        {
            "property": change.property,
            "old_value": change.entry.changes[change.property][0],
            "new_value": change.entry.changes[change.property][1],
            "by_user": {
                "user_id": change.entry.user.user_id,
                "name": change.entry.user.name,
                "email": change.entry.user.email,
            },
            "date": utc_text(change.entry.at),
            "_links": {},
        }
        for change in changes
    ]
