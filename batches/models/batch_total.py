from functools import cache

from django.db import models

from niagara.accounts.models import Organization
from niagara.statements import Among, Statement


class BatchTotal(models.Model):
    """How many batches came to an organization, less those that went; its rows added up are how many there are.

    To count two hundred thousand batches takes longer than to show a hundred of them. The database writes these rows
    itself, with each statement that makes or removes batches (migration 0011). On PostgreSQL that is a new row each
    time, so nobody who makes batches waits for somebody else who does; `fold_totals` makes one of them again.
    """

    # Not kept by the database: the batches that go with an organization are counted after it is gone.
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_constraint=False)
    number = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.number:+}"


def number_of_batches(organization_id: int) -> int:
    """How many batches an organization has."""
    return sum(number for (number,) in _numbers().read(ids=[organization_id]))


@cache
def _numbers() -> Statement:
    return Statement(BatchTotal.objects.filter(Among("organization_id")).values_list("number"))
