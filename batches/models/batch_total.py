from django.db import models
from django.db.models import Sum

from niagara.accounts.access import RowQuerySet
from niagara.accounts.models import Organization, User


class BatchTotalQuerySet(RowQuerySet["BatchTotal"]):
    def known_to(self, user: User) -> int:
        """How many batches there are that could be this user's to see: of their organization, or of all."""
        number: int = self.in_organization_of(user).aggregate(number=Sum("number", default=0))["number"]
        return number


class BatchTotal(models.Model):
    """How many batches came to an organization, less those that went; its rows added up are how many there are.

    To count two hundred thousand batches takes longer than to show a hundred of them. The database writes these rows
    itself, with each statement that makes or removes batches (migration 0011). On PostgreSQL that is a new row each
    time, so nobody who makes batches waits for somebody else who does; `fold_totals` makes one of them again.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    number = models.IntegerField()

    objects = BatchTotalQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.number:+}"
