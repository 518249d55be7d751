"""Columns that several lists show."""

from typing import Any

from niagara.accounts.models import User
from niagara.admin import due
from niagara.clock import now
from niagara.directory.models import ACTIVE


def names_of(technicians: list[User]) -> str:
    return ", ".join(map(str, technicians)) or "nobody"


def due_with_work_order(batch: Any) -> str:
    at = batch.work_order.due_date
    return due(at, late=at < now() and batch.current_status.category in ACTIVE)
