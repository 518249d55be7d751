from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from niagara.accounts.access import RowQuerySet
from niagara.accounts.models import Row
from niagara.directory.models import ACTIVE, Category, Location, Project, Status
from workorders.models.holdable import Holdable
from workorders.models.workflow import Workflow

COUNTED = ("pending", "in_progress", "verifying", "complete", "blocked", "cancelled")


class WorkOrderQuerySet(RowQuerySet["WorkOrder"]):
    def named(self, status: str) -> "WorkOrderQuerySet":
        """Those whose status has this label or category."""
        return self.filter(Q(current_status__status=status) | Q(current_status__category=status))

    def active(self) -> "WorkOrderQuerySet":
        return self.filter(current_status__category__in=ACTIVE)

    def on_hold(self) -> "WorkOrderQuerySet":
        """Those with something left to be done that are held back."""
        return self.active().exclude(hold_reason="")

    def with_cycle_counts(self) -> "WorkOrderQuerySet":
        """Adds `all_pending`, `all_in_progress`, … and their sums `all_active` and `all_in_active`:
        the cycles in the work order's batches and outside of any."""
        counts = {name: F(f"loose_{name}") + Coalesce(Sum(f"batches__{name}"), 0) for name in COUNTED}
        loose = [F(f"loose_{name}") for name in COUNTED if Category[name.upper()] in ACTIVE]
        return self.annotate(
            **{f"all_{name}": expression for name, expression in counts.items()},
            all_active=sum(loose, start=Coalesce(Sum("batches__active"), 0)),
            all_in_active=counts["complete"] + counts["cancelled"],
        )


class WorkOrder(Row, Holdable):
    """A request for work: so many cycles of a workflow, for a project, at a location.

    `needed` cycles are asked for; `assigned` of them are in its batches (the sum of their
    `number_cycles`). The `loose_…` counters count the cycles outside of any batch: what came back
    from batches that were deleted.
    """

    entity_type = "WOR"
    resource = "work-order"
    location_path = "location"

    label = models.CharField(max_length=200)
    description = models.TextField(max_length=2000, blank=True)
    work_order_type = models.CharField(max_length=20, default="device", choices=[("device", "Device")])
    begin_date = models.DateTimeField("planned begin")
    due_date = models.DateTimeField("due", db_index=True)
    start_date = models.DateTimeField("started", null=True, blank=True, editable=False)
    end_date = models.DateTimeField("ended", null=True, blank=True, editable=False)
    # When somebody decided that nothing more is made of it.
    closed_at = models.DateTimeField("closed", null=True, blank=True, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="work_orders")
    location = models.ForeignKey(Location, models.PROTECT, related_name="work_orders")
    workflow = models.ForeignKey(Workflow, models.PROTECT, related_name="work_orders")
    current_status = models.ForeignKey(Status, models.PROTECT, related_name="+")

    needed = models.PositiveIntegerField("cycles needed")
    assigned = models.PositiveIntegerField("cycles in batches", default=0, editable=False)
    batches_made = models.PositiveIntegerField(default=0, editable=False)
    cycles_made = models.PositiveIntegerField(default=0, editable=False)

    loose_pending = models.PositiveIntegerField(default=0, editable=False)
    loose_in_progress = models.PositiveIntegerField(default=0, editable=False)
    loose_verifying = models.PositiveIntegerField(default=0, editable=False)
    loose_complete = models.PositiveIntegerField(default=0, editable=False)
    loose_blocked = models.PositiveIntegerField(default=0, editable=False)
    loose_cancelled = models.PositiveIntegerField(default=0, editable=False)

    objects = WorkOrderQuerySet.as_manager()

    class Meta:
        ordering = ("due_date", "id")
        constraints = [
            models.CheckConstraint(condition=Q(needed__gte=1), name="work_order_needs_at_least_one_cycle"),
            models.CheckConstraint(
                condition=Q(
                    needed__gte=F("assigned")
                    + F("loose_in_progress")
                    + F("loose_verifying")
                    + F("loose_blocked")
                    + F("loose_complete")
                ),
                name="work_order_never_gives_out_more_than_it_needs",
            ),
            models.CheckConstraint(
                condition=Q(due_date__gte=F("begin_date")), name="work_order_is_due_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(end_date=None) | Q(end_date__gte=F("start_date")),
                name="work_order_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None)
                | Q(loose_pending=0, loose_in_progress=0, loose_verifying=0, loose_blocked=0, hold_reason=""),
                name="work_order_is_closed_with_nothing_active",
            ),
        ]
        indexes = [models.Index(fields=["organization", "id"], name="work_orders_in_order")]

    def __str__(self) -> str:
        return self.label

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def unassigned(self) -> int:
        """How many cycles can still be put in batches.

        What was done outside of any batch is not done again; what is pending there is taken over
        by the next batch.
        """
        begun = self.loose_in_progress + self.loose_verifying + self.loose_blocked + self.loose_complete
        return self.needed - self.assigned - begun

    @property
    def loose_categories(self) -> set[Category]:
        """The categories of which there are cycles outside of any batch.

        Pending ones that no batch will take over any more hold nothing up.
        """
        found = {Category[name.upper()] for name in COUNTED if getattr(self, f"loose_{name}")}
        return found if self.unassigned else found - {Category.PENDING}
