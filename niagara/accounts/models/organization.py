from django.db import models

from niagara import clock


class Organization(models.Model):
    """The tenant: every other row belongs to one, and nothing crosses from one to another."""

    name = models.CharField(max_length=200, unique=True)
    created = models.DateTimeField(default=clock.now, editable=False)
    updated = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
