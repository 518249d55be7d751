"""Who works on several batches, read at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS

from niagara.accounts.models import User
from niagara.records.models import Relation

NAMED = ("id", "email", "name")


def fetch_technicians(rows: Sequence[Any]) -> None:
    """Give each row its `technicians`, with one query for all."""
    found = technicians_of(row.pk for row in rows)
    for row in rows:
        row.technicians = found.get(row.pk, [])


def technicians_of(batches: Iterable[UUID]) -> dict[UUID, list[User]]:
    """Batch → who works on it, in the order of their names."""
    found: dict[UUID, list[User]] = defaultdict(list)
    people: dict[int, User] = {}
    relations = Relation.objects.technicians().filter(target_id__in=list(batches))
    relations = relations.order_by("source_user__name", "source_user")
    for batch, *named in relations.values_list("target_id", *(f"source_user__{name}" for name in NAMED)):
        # Made once for all of their batches.
        person = people.get(named[0]) or people.setdefault(named[0], User.from_db(DEFAULT_DB_ALIAS, NAMED, named))
        found[batch].append(person)
    return found
