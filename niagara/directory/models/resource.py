from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from niagara.accounts.access import RowQuerySet
from niagara.accounts.models import Row
from niagara.directory.models.location import Location

validate_kebab_case = RegexValidator(
    r"\A[a-z0-9]+(-[a-z0-9]+)*\Z", "Use small letters and digits with - between words, such as work-station."
)


class Resource(Row):
    """A thing at a location that production uses: a work station, a machine, a cart."""

    entity_type = "RES"
    resource = "resource"
    location_path = "location"

    label = models.CharField(max_length=200)
    resource_type = models.CharField(max_length=60, validators=[validate_kebab_case])
    location = models.ForeignKey(Location, models.PROTECT, related_name="resources")
    parent = models.ForeignKey("self", models.PROTECT, related_name="parts", null=True, blank=True)

    objects = RowQuerySet["Resource"].as_manager()

    class Meta:
        ordering = ("label",)
        constraints = [
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("pk")), name="resource_is_not_inside_itself"),
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        super().clean()
        above = self.parent
        while above is not None:
            if above.pk == self.pk:
                raise ValidationError({"parent": "A resource can't stand inside itself."})
            above = above.parent
