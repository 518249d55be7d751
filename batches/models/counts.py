from collections.abc import Iterable

from django.db import models
from django.db.models import F

from niagara.directory.models import ACTIVE, IN_FLIGHT, Category
from workorders.models import COUNTED

# The column that counts the cycles of a category: PENDING → pending.
COLUMN = {Category[name.upper()]: name for name in COUNTED}


def total(categories: Iterable[Category]) -> models.expressions.Combinable:
    """An expression for the number of cycles in any of these categories."""
    first, *others = sorted(COLUMN[category] for category in categories)
    expression: models.expressions.Combinable = F(first)
    for name in others:
        expression = expression + F(name)
    return expression


class CycleCounts(models.Model):
    """How many cycles stand where. Kept by the operations, in the transaction of each change;
    `manage.py recount` compares them with the rows."""

    pending = models.PositiveIntegerField(default=0, editable=False)
    in_progress = models.PositiveIntegerField(default=0, editable=False)
    verifying = models.PositiveIntegerField(default=0, editable=False)
    complete = models.PositiveIntegerField(default=0, editable=False)
    blocked = models.PositiveIntegerField(default=0, editable=False)
    cancelled = models.PositiveIntegerField(default=0, editable=False)
    active = models.GeneratedField(
        expression=total(ACTIVE),  # type: ignore[arg-type]
        output_field=models.PositiveIntegerField(),
        db_persist=True,
    )

    class Meta:
        abstract = True

    @property
    def in_flight(self) -> int:
        return sum(getattr(self, COLUMN[category]) for category in IN_FLIGHT)

    @property
    def categories(self) -> set[Category]:
        """The categories of which there is at least one cycle."""
        return {category for category, name in COLUMN.items() if getattr(self, name)}
