from django.db import models


class Holdable(models.Model):
    """What can be held back: while it is, nothing of it is started. It is on hold for as long as there is a reason."""

    hold_reason = models.CharField("on hold because", max_length=200, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_on_hold(self) -> bool:
        return bool(self.hold_reason)

    @property
    def why_on_hold(self) -> str:
        """Why nothing of it is started; empty unless it is on hold, by itself or with the whole it is part of."""
        return self.hold_reason
