"""Importing a file in two steps: look at its rows and mend them, then write all of them."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction

from niagara.accounts.actor import Actor
from niagara.accounts.operations.importing import Report, RowsAreFaulty
from niagara.accounts.operations.locking import hold
from niagara.records.models import Draft
from niagara.refusals import Conflict
from niagara.tables.table import Table

# Makes and changes the rows of a table, all or none: `import_units` and its like.
Import = Callable[..., Report]

KEPT = timedelta(days=2)
NAME_LENGTH = 200


class ImportedAlready(Conflict):
    """The rows were imported before."""


class NoRowIsLeft(Conflict):
    """Every row was left out."""


@transaction.atomic
def keep_draft(table: Table, kind: str, file_name: str, carry_out: Import, *, by: Actor, at: datetime) -> Draft:
    """Keep the rows of a file, looked at; what was kept long ago is forgotten."""
    Draft.objects.filter(user=by.user, created__lt=at - KEPT).delete()
    draft = Draft(user=by.user, kind=kind, file_name=file_name[:NAME_LENGTH].replace("\0", ""), created=at)
    draft.keep(table)
    draft.report = asdict(carry_out(table, by=by, at=at, dry_run=True))
    draft.save(force_insert=True)
    return draft


@transaction.atomic
def mend_draft(
    draft: Draft,
    cells: Mapping[tuple[int, int], str],
    left_out: set[int],
    carry_out: Import,
    *,
    by: Actor,
    at: datetime,
) -> Draft:
    """Put other text into cells, leave rows out, and look at all of them again.

    Raises RemovedMeanwhile, ImportedAlready, NoRowIsLeft.
    """
    draft = _hold(draft)
    draft.mend(dict(cells), left_out)
    if not draft.lines:
        raise NoRowIsLeft("Every row is left out, so there is nothing to import. Keep one at least.")
    draft.report = asdict(carry_out(draft.table, by=by, at=at, dry_run=True))
    draft.save(update_fields=["lines", "report"])
    return draft


@transaction.atomic
def import_draft(draft: Draft, carry_out: Import, *, by: Actor, at: datetime) -> Report:
    """Write all rows of a draft. Raises RemovedMeanwhile, ImportedAlready, RowsAreFaulty."""
    draft = _hold(draft)
    report = carry_out(draft.table, by=by, at=at, dry_run=False)
    if report.faults:
        raise RowsAreFaulty(report)
    draft.report, draft.imported = asdict(report), at
    draft.save(update_fields=["report", "imported"])
    return report


def _hold(draft: Draft) -> Draft:
    draft = hold(Draft.objects.all(), draft.pk)
    if draft.imported:
        raise ImportedAlready(f"{draft} was imported already. Choose the file again to import it once more.")
    return draft
