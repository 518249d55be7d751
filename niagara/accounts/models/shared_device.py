from __future__ import annotations

import secrets
from hashlib import sha256

from django.conf import settings
from django.db import models

from niagara.accounts.access import RowQuerySet
from niagara.accounts.models.row import Row


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    return sha256(secret.encode(errors="replace")).hexdigest()


class SharedDeviceQuerySet(RowQuerySet["SharedDevice"]):
    def allowed(self) -> SharedDeviceQuerySet:
        """Those at which badges count."""
        return self.filter(revoked=None)

    def that_keeps(self, secret: str) -> SharedDevice | None:
        """The device whose browser keeps this secret."""
        return self.allowed().filter(digest=digest_of(secret)).first()


class SharedDevice(Row):
    """A tablet at which people sign in with badge and PIN. Its browser keeps a random secret, we a hash of it."""

    entity_type = "TAB"
    resource = "resource"

    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    allowed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    last_used = models.DateTimeField(null=True, editable=False)
    revoked = models.DateTimeField(null=True, editable=False)

    objects = SharedDeviceQuerySet.as_manager()

    class Meta:
        verbose_name = "shared tablet"
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "name"],
                condition=models.Q(revoked=None),
                name="shared_tablet_has_its_own_name",
                violation_error_message="Another tablet has this name. Choose another one.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
