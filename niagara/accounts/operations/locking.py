"""Holding a row, so that nobody else changes it until the transaction ends."""

from typing import Any, TypeVar

from django.db import models

from niagara.refusals import Missing

_Model = TypeVar("_Model", bound=models.Model)


class RemovedMeanwhile(Missing):
    """Somebody removed it since the asker last looked."""


def hold(rows: models.QuerySet[_Model], value: Any, *, field: str = "pk", to_remove: bool = False) -> _Model:
    """The row with this value of a unique field as it is now, held until the transaction ends; `rows` says what is
    read along with it.

    Others may go on referring to it, unless it is held `to_remove` it. Raises RemovedMeanwhile.
    """
    held = rows if not rows.query.select_related else rows.model._default_manager.values_list("pk")
    found = list(held.select_for_update(no_key=not to_remove).filter(**{field: value}).order_by())
    if not found:
        raise RemovedMeanwhile(f"This {rows.model._meta.verbose_name} was removed meanwhile.")
    # A statement of its own for what is read along: one that joins would, after waiting for the row, join what the
    # row referred to before the wait, and find nothing at all if that has changed.
    return found[0] if held is rows else rows.get(**{field: value})
