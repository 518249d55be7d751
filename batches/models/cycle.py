from django.conf import settings
from django.db import models
from django.db.models import F, Q

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
        return self.filter(Q(technician=user) | Q(batch__in=Batch.objects.assigned_to(user)))

    def pending(self) -> "CycleQuerySet":
        return self.filter(category=Category.PENDING)

    def named(self, status: str) -> "CycleQuerySet":
        """Those whose status has this label or category."""
        return self.filter(Q(status=status) | Q(category=status))


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
        ]

    def __str__(self) -> str:
        return f"Cycle {self.number} for work order: {self.work_order.label}"

    @property
    def is_active(self) -> bool:
        return self.category in ACTIVE

    @property
    def is_in_flight(self) -> bool:
        return self.category in IN_FLIGHT
