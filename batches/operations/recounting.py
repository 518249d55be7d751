"""Comparing every stored count with the rows it counts, and writing it right."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db import models, transaction
from django.db.models import Count, F, Max, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from batches.models import COLUMN, Batch, BatchTotal
from batches.operations import journal
from batches.operations.changing import lock_batch
from batches.operations.following import follow_batches, follow_cycles, lock_work_order
from niagara.accounts.actor import Actor
from niagara.accounts.models import Organization
from niagara.accounts.operations import history
from niagara.directory.models import Category
from niagara.refusals import Missing
from workorders.models import WorkOrder

Counted = Batch | WorkOrder | Organization
Counts = Mapping[str, models.expressions.Combinable]


@dataclass(frozen=True)
class Difference:
    """A stored count that is not the number of rows."""

    row: Counted
    name: str
    stored: int
    counted: int

    def __str__(self) -> str:
        kind = str(self.row._meta.verbose_name).capitalize()
        return f"{kind} {self.row} ({self.row.pk}): {self.name} is {self.stored}, but should be {self.counted}."


# A join each: what is counted over the cycles can't be summed over the batches in the same query.
_OF_BATCHES: Counts = {name: Count("cycles", Q(cycles__category=category)) for category, name in COLUMN.items()}
_OF_WORK_ORDERS: tuple[Counts, ...] = (
    {
        "assigned": Coalesce(Sum("batches__number_cycles"), 0),
        "batches_made": Count("batches"),
    },
    {
        "cycles_made": Coalesce(Max("cycles__number"), 0),
        **{
            f"loose_{name}": Count("cycles", Q(cycles__batch=None, cycles__category=category))
            for category, name in COLUMN.items()
        },
    },
)
# New batches and cycles are numbered on from these, so they may be ahead of the rows, never behind.
_MAY_BE_AHEAD = frozenset({"batches_made", "cycles_made"})
_IN_ORDER = (Batch, WorkOrder, Organization)  # a whole after its parts


def differences() -> Iterator[Difference]:
    """Every stored count that is wrong, in all organizations.

    A query reads the stored counts and the rows at the same moment, so nothing that goes on
    meanwhile is mistaken for a difference.
    """
    yield from _wrong(Batch.objects.order_by("pk"), _OF_BATCHES)
    for counts in _OF_WORK_ORDERS:
        yield from _wrong(WorkOrder.objects.order_by("pk"), counts)
    yield from _wrong_totals(Organization.objects.order_by("pk"))


def write_right(found: Iterable[Difference], *, by: Actor, at: datetime) -> None:
    """Count the rows again that these differences are about, and write what they say."""
    rows = {(_IN_ORDER.index(type(difference.row)), difference.row.pk): difference.row for difference in found}
    for _, row in sorted(rows.items()):
        if isinstance(row, Organization):
            _write_total_right(row)
        else:
            with suppress(Missing):  # removed meanwhile
                _write_right(row, by=by, at=at)


@transaction.atomic
def fold_totals() -> None:
    """Make one row of those that say how many batches came to an organization and went; none where all went."""
    rows = list(BatchTotal.objects.select_for_update(skip_locked=True))
    numbers: Counter[int] = Counter()
    for row in rows:
        numbers[row.organization_id] += row.number
    if len(rows) > len(numbers):
        BatchTotal.objects.filter(pk__in=[row.pk for row in rows]).delete()
        BatchTotal.objects.bulk_create(
            BatchTotal(organization_id=one, number=number) for one, number in numbers.items() if number
        )


def _write_total_right(organization: Organization) -> None:
    """With one row more, which says by how many batches the others are wrong at this moment."""
    for one in _wrong_totals(Organization.objects.filter(pk=organization.pk)):
        BatchTotal.objects.create(organization=organization, number=one.counted - one.stored)


@transaction.atomic
def _write_right(row: Batch | WorkOrder, *, by: Actor, at: datetime) -> None:
    locked = lock_batch(row) if isinstance(row, Batch) else lock_work_order(row)
    rows: Any = type(locked)._default_manager.filter(pk=locked.pk)
    found = [
        difference
        for counts in ([_OF_BATCHES] if isinstance(locked, Batch) else _OF_WORK_ORDERS)
        for difference in _wrong(rows, counts)
    ]
    if not found:
        return
    for difference in found:
        setattr(locked, difference.name, difference.counted)
    locked.updated = at
    locked.save(update_fields=[*(difference.name for difference in found), "updated"])
    changes = {difference.name: (difference.stored, difference.counted) for difference in found}
    history.record(locked, "recounted", by=by, at=at, changes=changes)
    if isinstance(locked, Batch):
        follow_cycles(locked, by=by, at=at)
        if COLUMN[Category.COMPLETE] in changes:
            journal.write(locked.batch_group_id, [journal.actual_changed(locked)], by=by, at=at)
    else:
        follow_batches(locked, by=by, at=at)


def _wrong_totals(organizations: Any) -> Iterator[Difference]:
    def of_each(model: Any, number: Any) -> Coalesce:
        rows = model.objects.filter(organization=OuterRef("pk")).order_by().values("organization")
        return Coalesce(Subquery(rows.annotate(number=number).values("number")), 0)

    both = organizations.annotate(stored=of_each(BatchTotal, Sum("number")), counted=of_each(Batch, Count("*")))
    for organization in both.exclude(stored=F("counted")):
        yield Difference(organization, "batches", organization.stored, organization.counted)


def _wrong(rows: Any, counts: Counts) -> Iterator[Difference]:
    is_wrong = reduce(
        or_,
        (
            Q(**{f"{name}__lt": F(f"counted_{name}")}) if name in _MAY_BE_AHEAD else ~Q(**{name: F(f"counted_{name}")})
            for name in counts
        ),
    )
    counted = rows.only("label", *counts).annotate(**{f"counted_{name}": count for name, count in counts.items()})
    for row in counted.filter(is_wrong):
        for name in counts:
            stored, number = getattr(row, name), getattr(row, f"counted_{name}")
            if stored < number or (stored > number and name not in _MAY_BE_AHEAD):
                yield Difference(row, name, stored, number)
