from typing import Any

from django.db import models
from django.db.models import Count

from batches.models.trace import Trace, TraceQuerySet


class BlockQuerySet(TraceQuerySet["Block"]):
    def by_reason(self) -> Any:
        """How many there were for each reason, the most first."""
        return self.values("reason").annotate(number=Count("pk")).order_by("-number", "reason")


class Block(Trace):
    """A cycle was blocked. The cycle itself forgets why when it goes on."""

    # The organization's own word, kept as it was then.
    reason = models.CharField(max_length=200)

    objects = BlockQuerySet.as_manager()

    class Meta(Trace.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.reason}, {self.at:%Y-%m-%d %H:%M}"
