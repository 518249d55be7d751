from django.db import models


class SignInTries(models.Model):
    """How often signing in failed lately, for one account, badge, device or address. In the database, so that
    every process knows it."""

    key = models.CharField(max_length=64, unique=True)  # a hash: what people type by mistake may be a password
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "sign-in tries"

    def __str__(self) -> str:
        return f"{self.failures} failures"
