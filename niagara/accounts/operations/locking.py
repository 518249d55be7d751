"""Holding a row, so that nobody else changes it until the transaction ends."""

from collections.abc import Hashable, Sequence
from typing import Any, TypeVar

from django.db import models, transaction

from niagara.refusals import Missing
from niagara.statements import Instances, Is, Statement

_Model = TypeVar("_Model", bound=models.Model)


class RemovedMeanwhile(Missing):
    """Somebody removed it since the asker last looked."""


def hold(rows: models.QuerySet[_Model], value: Any, *, field: str = "pk", to_remove: bool = False) -> _Model:
    """The row with this value of a unique field as it is now, held until the transaction ends; `rows` are all there
    are, and say what is read along with one.

    Others may go on referring to it, unless it is held `to_remove` it. Raises RemovedMeanwhile.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A row can only be held in a transaction.")
    held, along = _statements(rows, field, to_remove)
    found: Sequence[Any] = held.read(id=value)
    if found and along is not None:
        found = along.read(id=value)
    if not found:
        raise RemovedMeanwhile(f"This {rows.model._meta.verbose_name} was removed meanwhile.")
    row: _Model = found[0]
    return row


def _statements(rows: Any, field: str, to_remove: bool) -> tuple[Instances[Any] | Statement, Instances[Any] | None]:
    """What holds a row, and what then reads it if something is read along."""
    key = (rows.model, repr(rows.query.select_related), field, to_remove)
    if key not in _KEPT:
        assert not rows.query.where.children
        chosen = rows.filter(Is(field)).order_by()
        if rows.query.select_related:
            # A statement of its own for what is read along: one that joins would, after waiting for the row, join what
            # the row referred to before the wait, and find nothing at all if that has changed.
            held = rows.model._default_manager.filter(Is(field)).order_by().values_list("pk")
            _KEPT[key] = (Statement(held.select_for_update(no_key=not to_remove)), Instances(chosen))
        else:
            _KEPT[key] = (Instances(chosen.select_for_update(no_key=not to_remove)), None)
    return _KEPT[key]


_KEPT: dict[Hashable, tuple[Instances[Any] | Statement, Instances[Any] | None]] = {}
