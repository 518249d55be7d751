from django.db import models
from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber

from batches.models.batch_group import BatchGroup
from batches.models.counts import CycleCounts
from niagara.accounts.access import RowQuerySet
from niagara.accounts.models import Row, User
from niagara.directory.models import Resource, Status
from niagara.ranks import RankField
from niagara.records.models import Relation
from queues.models import Queue
from workorders.models import Holdable, WorkOrder


class BatchQuerySet(RowQuerySet["Batch"]):
    def in_queue(self, queue: Queue) -> "BatchQuerySet":
        return self.filter(queue=queue)

    def named(self, status: str) -> "BatchQuerySet":
        """Those whose status has this label or category."""
        return self.filter(Q(current_status__status=status) | Q(current_status__category=status))

    def in_processing_order(self) -> "BatchQuerySet":
        return self.order_by("order", "id")

    def active(self) -> "BatchQuerySet":
        return self.filter(active__gt=0)

    def assigned_to(self, technician: User) -> "BatchQuerySet":
        assignments = technician.relations.filter(target_type="BAT", relation="tech")
        return self.filter(pk__in=assignments.values("target_id"))

    def startable(self) -> "BatchQuerySet":
        """Those with a cycle that somebody could start."""
        return self.filter(pending__gt=0, queue__is_active=True, hold_reason="", work_order__hold_reason="")

    def on_hold(self) -> "BatchQuerySet":
        """Those with something left to be done that are held back, by themselves or with their work order."""
        return self.active().exclude(hold_reason="", work_order__hold_reason="")

    def heads_of_queues(self, number: int) -> "BatchQuerySet":
        """The first so many of each queue, with `in_all`: how many of these there are in the queue."""
        placed = Window(RowNumber(), partition_by="queue", order_by=["order", "id"])
        counted = Window(Count("pk"), partition_by="queue")
        return self.annotate(place=placed, in_all=counted).filter(place__lte=number)

    def free_for(self, technician: User) -> "BatchQuerySet":
        """Those that are nobody's, in queues the technician may use."""
        assigned = Relation.objects.filter(target_type="BAT", relation="tech")
        return self.filter(queue__in=Queue.objects.open_to(technician)).exclude(pk__in=assigned.values("target_id"))

    def in_order_of_queues(self) -> "BatchQuerySet":
        """In processing order over several queues: the queue that comes first, first."""
        return self.order_by("queue__priority", "queue", "order", "id")


class Batch(Row, CycleCounts, Holdable):
    """A part of a work order, placed in a queue."""

    entity_type = "BAT"
    resource = "batch"
    location_path = "queue__location"

    label = models.CharField(max_length=250)
    work_order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="batches")
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="batches", db_index=False)
    order = RankField()
    number_cycles = models.PositiveIntegerField("cycles")
    current_status = models.ForeignKey(Status, models.PROTECT, related_name="+")
    mixing_station = models.ForeignKey(Resource, models.PROTECT, related_name="batches", null=True, blank=True)
    batch_group = models.ForeignKey(BatchGroup, models.PROTECT, related_name="batches")

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        verbose_name_plural = "batches"
        constraints = [
            models.CheckConstraint(condition=Q(number_cycles__gte=1), name="batch_has_at_least_one_cycle"),
            models.CheckConstraint(
                condition=Q(number_cycles__gte=F("active") + F("complete")),
                name="batch_never_holds_more_cycles_than_planned",
            ),
            models.UniqueConstraint(fields=["queue", "order"], name="batch_has_its_own_place_in_the_queue"),
        ]
        indexes = [
            models.Index(fields=["organization", "id"], name="batches_in_order"),
            models.Index(
                fields=["queue", "work_order", "active"],
                condition=Q(active__gt=0),
                name="batches_active_in_a_queue",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def why_on_hold(self) -> str:
        return self.hold_reason or self.work_order.hold_reason
