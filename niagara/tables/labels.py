"""Rows that others refer to by their label."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q

from niagara.tables.cells import CellFault


class Labels:
    """What the labels in a file stand for, among the rows the user may see.

    Where several have the same label, `beside` (the label of their customer or location) tells them apart;
    where it does not, their id stands in place of the label.
    """

    def __init__(
        self,
        rows: Any,
        called: Iterable[str],
        *,
        beside: Callable[[Any], str] = lambda row: "",
        beside_word: str = "",
        field: str = "label",
    ) -> None:
        self.opts, self.beside, self.beside_word, self.field = rows.model._meta, beside, beside_word, field
        called = {text.strip() for text in called} - {""}
        ids = [pk for pk in map(_id, called) if pk]
        found = rows.filter(Q(**{f"{field}__in": called}) | Q(pk__in=ids)).order_by() if called else ()
        self.by_id = {row.pk: row for row in found}
        self.by_label: dict[str, list[Any]] = defaultdict(list)
        for row in self.by_id.values():
            self.by_label[getattr(row, field)].append(row)

    def find(self, cell: str, within: str = "") -> Any:
        """The one row the cell means. Raises CellFault."""
        cell, within = cell.strip(), within.strip()
        known = self.by_id.get(_id(cell))
        rows = [known] if known else [row for row in self.by_label[cell] if not within or self.beside(row) == within]
        if len(rows) == 1:
            return rows[0]
        if not rows:
            at = f" with the {self.beside_word} “{within}”" if within else ""
            raise CellFault(f"There is no {self.opts.verbose_name} “{cell}”{at}. Write its label as it is.")
        hint = f"Name the {self.beside_word}, or put" if self.beside_word and not within else "Put"
        raise CellFault(
            f"{len(rows)} {self.opts.verbose_name_plural} are called “{cell}”. {hint} the id in place of the label."
        )

    def name(self, row: Any) -> str:
        """What to write so that `find` finds the row, with what stands beside it."""
        if row is None:
            return ""
        label: str = getattr(row, self.field)
        alike = [one for one in self.by_label[label] if self.beside(one) == self.beside(row)]
        return label if len(alike) < 2 and label == label.strip() and _id(label) is None else str(row.pk)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
