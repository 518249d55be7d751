from django.core.exceptions import ValidationError
from django.db import models

from niagara.accounts.access import RowQuerySet
from niagara.accounts.models import Row
from niagara.directory.models.customer import Customer
from niagara.directory.models.location import Location
from niagara.directory.models.status import Status


class Unit(Row):
    """One device."""

    entity_type = "UNIT"
    resource = "unit"
    location_path = "location"

    label = models.CharField(max_length=200)
    serial_number = models.CharField(max_length=100)
    part_number = models.CharField(max_length=100, blank=True)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="units")
    location = models.ForeignKey(Location, models.PROTECT, related_name="units")
    current_status = models.ForeignKey(Status, models.PROTECT, related_name="+", null=True, blank=True)
    attributes = models.JSONField(default=dict, blank=True)

    objects = RowQuerySet["Unit"].as_manager()

    class Meta:
        ordering = ("serial_number",)
        constraints = [
            models.UniqueConstraint(fields=["organization", "serial_number"], name="unit_has_its_own_serial_number"),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.serial_number}"

    def clean(self) -> None:
        super().clean()
        others = Unit.objects.filter(organization_id=self.organization_id, serial_number=self.serial_number)
        if other := others.exclude(pk=self.pk).first():
            message = f"The unit “{other.label}” has this serial number already."
            raise ValidationError({"serial_number": ValidationError(message, code="unique")})
