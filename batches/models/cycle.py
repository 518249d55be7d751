from datetime import datetime, tzinfo
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate

from batches.models.batch import Batch
from niagara.accounts.access import RowQuerySet
from niagara.accounts.models import Row, User
from niagara.directory.models import ACTIVE, IN_FLIGHT, Category, Location, Resource, Unit
from workorders.models import Context, WorkOrder

# The status of a cycle that failed; a retry takes its place.
FAILED = "Failed"


class CycleQuerySet(RowQuerySet["Cycle"]):
    def related_to(self, user: User) -> "CycleQuerySet":
        """Those the user works on, or whose batch is assigned to the user."""
        return self.filter(self._related(user))

    def _related(self, user: User) -> Q:
        return Q(technician=user) | Q(batch__in=Batch.objects.assigned_to(user))

    def pending(self) -> "CycleQuerySet":
        return self.filter(category=Category.PENDING)

    def in_flight(self) -> "CycleQuerySet":
        return self.filter(category__in=sorted(IN_FLIGHT))

    def failed(self) -> "CycleQuerySet":
        return self.filter(category=Category.CANCELLED, status=FAILED)

    def ended_between(self, start: datetime, end: datetime) -> "CycleQuerySet":
        return self.filter(ended_at__gte=start, ended_at__lt=end)

    def first_tries_done_again(self) -> "CycleQuerySet":
        """Complete at the first try, but only after a step of it had failed."""
        failed_steps = apps.get_model("batches.StepRun").objects.filter(failed=True)
        return self.filter(category=Category.COMPLETE, is_retry=False, pk__in=failed_steps.order_by().values("cycle"))

    def endings(self, tz: tzinfo) -> Any:
        """How many were done or failed, by day, queue, whether it was a retry, and why it failed."""
        ended = self.filter(Q(category=Category.COMPLETE) | Q(category=Category.CANCELLED, status=FAILED))
        by = ("day", "batch__queue", "category", "is_retry", "reason")
        day = TruncDate("ended_at", tzinfo=tz)
        return ended.annotate(day=day).order_by().values_list(*by).annotate(number=Count("pk"))

    def named(self, status: str) -> "CycleQuerySet":
        """Those whose status has this label or category."""
        return self.filter(Q(status=status) | Q(category=status))

    def done_since(self, at: datetime) -> "CycleQuerySet":
        return self.filter(category=Category.COMPLETE, ended_at__gte=at)


class Cycle(Row):
    """One pass of the workflow over one unit.

    It stays with its work order when its batch goes. Its status is written out (label and
    category), since "Failed" and the like are words of the cycle alone.
    """

    entity_type = "CYC"
    resource = "work-order"
    location_path = "location"

    work_order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="cycles", db_index=False)
    batch = models.ForeignKey(Batch, models.SET_NULL, related_name="cycles", null=True, blank=True, db_index=False)
    number = models.PositiveIntegerField()
    category = models.CharField(max_length=12, choices=Category.choices, default=Category.PENDING)
    status = models.CharField(max_length=60)
    location = models.ForeignKey(Location, models.PROTECT, related_name="+", db_index=False)
    station = models.ForeignKey(Resource, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    technician = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="cycles", null=True, blank=True
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="cycles", null=True, blank=True)
    context = models.OneToOneField(Context, models.PROTECT, related_name="cycle", null=True, blank=True)
    is_retry = models.BooleanField(default=False)
    # Why it is blocked, or why it failed: the organization's own words, kept as they were then.
    reason = models.CharField(max_length=200, blank=True)
    comment = models.CharField(max_length=1000, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # Since when nobody works on it, blocked or given back, and how long nobody did before, in the step in hand.
    paused_at = models.DateTimeField(null=True, editable=False)
    paused_seconds = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    objects = CycleQuerySet.as_manager()

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["work_order", "number"], name="cycle_has_its_own_number"),
            models.CheckConstraint(condition=Q(category__in=Category.values), name="cycle_has_a_known_category"),
            models.CheckConstraint(
                condition=~Q(category__in=sorted(IN_FLIGHT)) | Q(technician__isnull=False, started_at__isnull=False),
                name="cycle_in_flight_is_held_by_a_technician",
            ),
            models.CheckConstraint(
                condition=Q(category__in=sorted(ACTIVE), ended_at=None)
                | Q(category__in=[Category.COMPLETE, Category.CANCELLED], ended_at__isnull=False),
                name="cycle_ends_when_it_is_no_longer_active",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(started_at=None) | Q(ended_at__gte=F("started_at")),
                name="cycle_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~Q(category=Category.BLOCKED) | ~Q(reason=""), name="cycle_is_blocked_for_a_reason"
            ),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(category__in=sorted(IN_FLIGHT)), name="unit_is_in_one_cycle_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["work_order", "unit"],
                condition=Q(category__in=sorted({*IN_FLIGHT, Category.COMPLETE})),
                name="work_order_counts_a_unit_once",
            ),
        ]
        indexes = [
            models.Index(fields=["batch", "number"], name="cycles_of_a_batch"),
            models.Index(fields=["batch", "number"], condition=Q(category=Category.PENDING), name="cycles_to_claim"),
            models.Index(
                fields=["work_order", "number"],
                condition=Q(category=Category.PENDING),
                name="cycles_to_claim_in_an_order",
            ),
            models.Index(
                fields=["work_order", "ended_at"],
                condition=Q(category=Category.COMPLETE),
                name="cycles_complete_in_an_order",
            ),
            models.Index(  # of all that is counted of many that ended, so that the rows themselves are not read
                fields=["organization", "ended_at"],
                include=["batch", "category", "status", "is_retry", "reason", "id"],
                condition=Q(ended_at__isnull=False),
                name="cycles_as_they_ended",
            ),
            models.Index(
                fields=["organization", "started_at"],
                condition=Q(category__in=sorted(IN_FLIGHT)),
                name="cycles_in_flight",
            ),
        ]

    def __str__(self) -> str:
        return f"Cycle {self.number} for work order: {self.work_order.label}"

    @property
    def is_active(self) -> bool:
        return self.category in ACTIVE

    @property
    def is_in_flight(self) -> bool:
        return self.category in IN_FLIGHT
