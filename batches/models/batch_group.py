from django.db import models
from django.db.models import Q

from niagara.accounts.access import RowQuerySet
from niagara.accounts.models import Row
from workorders.models import WorkOrder


class BatchGroup(Row):
    """Batches that are tracked, noted, containered and delivered together.

    A work order has one of its own, in which its batches are unless somebody wishes otherwise.
    """

    class DeliveryStatus(models.TextChoices):
        NOT_READY = "not-ready", "Not ready"
        READY = "ready", "Ready"
        IN_TRANSIT = "in-transit", "In transit"
        DELIVERED = "delivered", "Delivered"
        RETURNED = "returned", "Returned"

    entity_type = "BGR"
    resource = "batch-group"
    location_path = "work_order__location"

    name = models.CharField(max_length=200)
    work_order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="batch_groups")
    is_default = models.BooleanField(default=False, editable=False)
    delivery_status = models.CharField(max_length=10, choices=DeliveryStatus.choices, default=DeliveryStatus.NOT_READY)

    objects = RowQuerySet["BatchGroup"].as_manager()

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=["work_order"], condition=Q(is_default=True), name="work_order_has_one_group_of_its_own"
            ),
        ]

    def __str__(self) -> str:
        return self.name
