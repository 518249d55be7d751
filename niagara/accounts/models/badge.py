from __future__ import annotations

from django.conf import settings
from django.db import models

from niagara.accounts.access import RowQuerySet
from niagara.accounts.models.row import Row


class BadgeQuerySet(RowQuerySet["Badge"]):
    def valid(self) -> BadgeQuerySet:
        return self.filter(revoked=None)


class Badge(Row):
    """What a person signs in with at a shared tablet, together with a PIN. Of both only a hash is stored."""

    entity_type = "BDG"
    resource = "resource"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="badges")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    pin = models.CharField("PIN", max_length=128, editable=False)
    last_used = models.DateTimeField(null=True, editable=False)
    revoked = models.DateTimeField(null=True, editable=False)

    objects = BadgeQuerySet.as_manager()

    class Meta:
        ordering = ("user__name", "-id")
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=models.Q(revoked=None), name="user_has_one_badge"),
        ]

    def __str__(self) -> str:
        return f"Badge of {self.user}"
