"""Columns that several lists show."""

from typing import Any

from niagara.accounts.models import User
from niagara.admin import due
from niagara.clock import now
from niagara.directory.models import ACTIVE
from niagara.records.models import Relation


def fetch_technicians(rows: list[Any]) -> None:
    """Give each row its `technicians`, with one query for all."""
    found: dict[Any, list[User]] = {row.pk: [] for row in rows}
    relations = Relation.objects.technicians().filter(target_id__in=found).select_related("source_user")
    for relation in relations.order_by("source_user__name"):
        found[relation.target_id].append(relation.source_user)  # type: ignore[arg-type]
    for row in rows:
        row.technicians = found[row.pk]


def names_of(technicians: list[User]) -> str:
    return ", ".join(map(str, technicians)) or "nobody"


def due_with_work_order(batch: Any) -> str:
    at = batch.work_order.due_date
    return due(at, late=at < now() and batch.current_status.category in ACTIVE)
