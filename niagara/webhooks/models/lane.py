from datetime import datetime

from django.db import models
from django.db.models import F, OuterRef, Q

from niagara.accounts.models import time_ordered_id
from niagara.webhooks.models.subscription import Subscription


class LaneQuerySet(models.QuerySet["Lane"]):
    def due(self, at: datetime) -> "LaneQuerySet":
        """Those with an event to send that nobody is sending."""
        return self.filter(sent_version__lt=F("last_version"), next_at__lte=at)

    def of_outer_subscription(self) -> "LaneQuerySet":
        return self.filter(subscription_id=OuterRef("pk"))


class Lane(models.Model):
    """How far a subscription was told of one subject: its events are sent one after the other.

    `next_at` is when the lane is to be looked at: at once when there is an event and nobody sends it;
    after a failure the time of the next try; while a worker sends, the end of its lease. So a lane
    whose worker died is due again by itself, and what is due is one condition on one index.

    An event that is published moves `last_version` and nothing else.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_id, editable=False)
    # Without a constraint in the database, and not removed with it: no change on the floor may wait for, or
    # fail with, a subscription that is being removed. What it leaves behind a worker forgets.
    subscription = models.ForeignKey(
        Subscription, models.DO_NOTHING, related_name="lanes", db_constraint=False, db_index=False
    )
    subject_id = models.UUIDField()
    last_version = models.PositiveIntegerField()
    sent_version = models.PositiveIntegerField()
    fails = models.PositiveSmallIntegerField(default=0)  # of the event in hand
    next_at = models.DateTimeField()
    lease_by = models.UUIDField(null=True)  # of one claim of one worker

    objects = LaneQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "subject_id"], name="lane_is_the_only_one_of_its_subject"),
            models.CheckConstraint(
                condition=Q(sent_version__lte=F("last_version")), name="lane_sent_no_more_than_there_is"
            ),
        ]
        indexes = [
            # By subscription first: what is due of one is found whatever piles up in another.
            models.Index(
                fields=["subscription", "next_at"],
                condition=Q(sent_version__lt=F("last_version")),
                name="lanes_to_send",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} to {self.subscription_id}"
