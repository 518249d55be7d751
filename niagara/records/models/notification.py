from django.conf import settings
from django.db import models

from niagara.accounts.access import RowQuerySet
from niagara.accounts.models import Row, User


class NotificationQuerySet(RowQuerySet["Notification"]):
    def related_to(self, user: User) -> "NotificationQuerySet":
        """Those that speak to the user."""
        return self.filter(user=user)


class Notification(Row):
    """Tells a user what somebody else did that is about them, until the user dismisses it.

    What it speaks of may have gone since, so its label is kept.
    """

    class Kind(models.TextChoices):
        ASSIGNED = "assigned", "Made a technician"
        DELIVERY_DEAD = "delivery-dead", "A delivery was given up"
        WEBHOOK_PAUSED = "webhook-paused", "A webhook was paused"

    entity_type = "NTF"
    resource = "user"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications", db_index=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    message = models.CharField(max_length=600)
    subject_type = models.CharField(max_length=4)
    subject_id = models.UUIDField()
    label = models.CharField(max_length=300)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["user", "id"], name="notifications_of_a_user")]

    def __str__(self) -> str:
        return self.message
