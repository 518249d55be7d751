from django.conf import settings
from django.db import models

from niagara import clock


class IdempotentAnswer(models.Model):
    """The answer a client got for an `Idempotency-Key`, written with the change itself.

    The semantics are those of draft-ietf-httpapi-idempotency-key-header-07.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    client = models.CharField(max_length=255)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")
    created = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "client", "key"], name="idempotency_key_is_used_once"),
        ]

    def __str__(self) -> str:
        return self.key
