from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Count, FilteredRelation, Max, Min, Q, Sum
from django.db.models.functions import Coalesce

from niagara.accounts.access import RowQuerySet, allowed
from niagara.accounts.models import Row, User
from niagara.directory.models import Location
from niagara.ranks import RankField


class QueueQuerySet(RowQuerySet["Queue"]):
    def in_order(self) -> "QueueQuerySet":
        return self.order_by("priority", "id")

    def open_to(self, user: User) -> "QueueQuerySet":
        """Those that `Queue.is_open_to` says the user may use."""
        related = user.relations.filter(target_type="QUE").values("target_id")
        return self.permitted(user, "queue:all") | self.in_organization_of(user).filter(
            Q(location__in=user.location_ids) | Q(pk__in=related)
        )

    def with_load(self) -> "QueueQuerySet":
        """Adds what is active in each queue, and the first and last due date of that."""
        return self.annotate(
            # Joined by their condition, not counted by it: the index holds the active ones only.
            of_it=FilteredRelation("batches", condition=Q(batches__active__gt=0)),
            active_work_orders=Count("of_it__work_order", distinct=True),
            active_batches=Count("of_it"),
            active_cycles=Coalesce(Sum("of_it__active"), 0),
            min_due_date=Min("of_it__work_order__due_date"),
            max_due_date=Max("of_it__work_order__due_date"),
        )


class Queue(Row):
    """A bucket of work at one location."""

    entity_type = "QUE"
    resource = "queue"
    location_path = "location"

    label = models.CharField(max_length=200)
    location = models.ForeignKey(Location, models.PROTECT, related_name="queues")
    priority = RankField()
    is_active = models.BooleanField("in use", default=True)
    capacity = models.PositiveIntegerField(
        "capacity, cycles a day",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="How many cycles it can do on a day, where that is known.",
    )

    objects = QueueQuerySet.as_manager()

    class Meta:
        ordering = ("priority", "id")
        constraints = [
            models.UniqueConstraint(fields=["location", "priority"], name="queue_has_its_own_priority"),
            models.CheckConstraint(
                condition=Q(capacity=None) | Q(capacity__gte=1), name="queue_can_do_at_least_one_cycle_a_day"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def is_open_to(self, user: User) -> bool:
        """Whether the user may place batches in it: through `queue:all`, or a relation to it or its location."""
        return (
            allowed(user, "queue:all", self)
            or self.location_id in user.location_ids
            or user.relations.filter(target_type="QUE", target_id=self.pk).exists()
        )
