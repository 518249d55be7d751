from typing import Any

from django.conf import settings
from django.db import models

from niagara import clock
from niagara.accounts.models import User
from niagara.accounts.models.row import time_ordered_id
from niagara.tables.table import Line, Table


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible_to(self, user: User) -> "DraftQuerySet":
        return self.filter(user=user)


class Draft(models.Model):
    """The rows of a file somebody is about to import: kept until they are right, and a while after.

    `report` is what came of them when they were last looked at, or imported.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    file_name = models.CharField(max_length=200)
    headers = models.JSONField(default=list)
    lines = models.JSONField(default=list)  # [number, cell, cell, …]
    report = models.JSONField(default=dict)
    created = models.DateTimeField(default=clock.now, db_index=True)
    imported = models.DateTimeField(null=True)

    objects = DraftQuerySet.as_manager()

    def __str__(self) -> str:
        return self.file_name

    @property
    def table(self) -> Table:
        return Table(self.headers, [Line(number, cells) for number, *cells in self.lines])

    @property
    def faulty(self) -> list[int]:
        """The numbers of the rows in which something is wrong."""
        return sorted({fault["row"] for fault in self.report["faults"]})

    def keep(self, table: Table) -> None:
        self.headers = table.headers
        self.lines = [[line.number, *line.cells] for line in table.lines]

    def mend(self, cells: dict[tuple[int, int], str], left_out: set[int]) -> None:
        """Put other text into some cells (row number, column from 0), and leave some rows out."""
        lines: list[list[Any]] = [line for line in self.lines if line[0] not in left_out]
        for line in lines:
            for column in range(len(self.headers)):
                line[column + 1] = cells.get((line[0], column), line[column + 1])
        self.lines = lines
