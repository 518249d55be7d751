from django.core.validators import RegexValidator
from django.db import models

from niagara.accounts.access import RowQuerySet
from niagara.accounts.models import Row

validate_country = RegexValidator(r"\A[A-Z]{3}\Z", "Use the three letters of ISO 3166, such as USA.")


class Location(Row):
    """A place of production, with an address after xNAL.

    The parts of the address and what they stand for are those of Google's libaddressinput.
    """

    class Type(models.TextChoices):
        FACILITY = "facility", "Facility"
        WAREHOUSE = "warehouse", "Warehouse"
        OTHER = "other", "Other"

    entity_type = "LOC"
    resource = "location"
    location_path = "pk"

    label = models.CharField(max_length=200)
    location_type = models.CharField(max_length=10, choices=Type.choices, default=Type.FACILITY)
    country = models.CharField(max_length=3, validators=[validate_country])
    administrative_area = models.CharField(max_length=100, blank=True)
    sub_administrative_area = models.CharField(max_length=100, blank=True)
    locality = models.CharField(max_length=100, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    thoroughfare = models.CharField(max_length=200, blank=True)
    premise = models.CharField(max_length=100, blank=True)
    sub_premise = models.CharField(max_length=100, blank=True)

    objects = RowQuerySet["Location"].as_manager()

    class Meta:
        ordering = ("label",)

    def __str__(self) -> str:
        return self.label

    @property
    def formatted_address(self) -> str:
        return format_address(
            self.label,
            self.thoroughfare,
            self.premise,
            self.locality,
            self.administrative_area,
            self.postal_code,
            self.country,
        )


def format_address(
    label: str,
    thoroughfare: str,
    premise: str,
    locality: str,
    administrative_area: str,
    postal_code: str,
    country: str,
) -> str:
    """The address as it is written on a parcel: label, street, town."""
    street = " ".join(filter(None, (thoroughfare, premise)))
    town = " ".join(filter(None, (locality, administrative_area, postal_code, country)))
    return "\n".join(filter(None, (label, street, town)))
