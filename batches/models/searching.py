"""Finding things of several kinds by what they are called."""

from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from batches.models.batch import Batch
from batches.models.batch_group import BatchGroup
from niagara.accounts.models import User
from niagara.directory.models import Unit
from queues.models import Queue
from workorders.models import WorkOrder

# Model → the columns that are looked through; joined they are what a thing of it is called.
SEARCHED: dict[Any, tuple[str, ...]] = {
    Batch: ("label",),
    BatchGroup: ("name", "container_label"),
    Queue: ("label",),
    Unit: ("label", "serial_number"),
    WorkOrder: ("label",),
}


def holding(model: Any, text: str, user: User, *, row_id: UUID | None = None) -> QuerySet:
    """What the user may know of that holds the text in what it is called, or has this id."""
    return _looked_through(model, text, user, "icontains", row_id)


def called(model: Any, text: str, user: User, *, row_id: UUID | None = None) -> QuerySet:
    """What the user may know of of which one column is this text, or that has this id."""
    return _looked_through(model, text, user, "iexact", row_id)


def _looked_through(model: Any, text: str, user: User, lookup: str, row_id: UUID | None) -> QuerySet:
    matches = reduce(or_, (Q(**{f"{column}__{lookup}": text}) for column in SEARCHED[model]))
    if row_id is not None:
        matches |= Q(pk=row_id)
    rows: QuerySet = model.objects.visible_to(user).filter(matches)
    return rows
