from typing import Any, ClassVar

from rest_framework import serializers

from niagara.api.fields import Choice, Json, Number, Text, Time, Whole, fault, pattern
from niagara.api.inputs import Identifier, Input, Reference, keys_of
from niagara.directory.api.representations import (
    CustomerRepresentation,
    LocationRepresentation,
    ProgramRepresentation,
    ProjectRepresentation,
    ResourceRepresentation,
    UnitRepresentation,
)
from niagara.directory.models import Category, Customer, Location, Program, Reason, Resource, Status
from niagara.directory.models.location import validate_country
from niagara.directory.models.resource import validate_kebab_case
from niagara.directory.models.status import validate_status


class StatusReferenceInput(Input):
    """A status by label and category; its value is the organization's status."""

    status = Text()
    category = Choice(choices=Category.choices)
    description = Text(required=False, allow_null=True, allow_blank=True)
    order = Number(required=False)

    def validate(self, data: dict[str, Any]) -> Any:
        statuses = Status.objects.in_organization_of(self.context["user"])
        found = statuses.filter(status=data["status"], category=data["category"]).first()
        if found is None:
            message = f"There is no status “{data['status']}” of the category {data['category']}."
            raise serializers.ValidationError({"status": fault("does_not_exist", message).detail})
        return found


class StatusInput(Input):
    """A new status of the organization."""

    status = Text(max_length=60, validators=[pattern(validate_status)])
    category = Choice(choices=Category.choices)
    description = Text(max_length=300, default="", allow_blank=True)
    order = Whole(min_value=0, max_value=10_000, default=1)


class ReasonInput(Input):
    """A new reason of the organization, for blocking a cycle or for failing it."""

    reason = Text(max_length=100, source="label")
    kind = Choice(choices=Reason.Kind.choices)
    order = Whole(min_value=0, max_value=10_000, default=1)


def customer_reference() -> Reference:
    return Reference("customer_id", Customer, shown_as=CustomerRepresentation)


def location_reference(**kwargs: Any) -> Reference:
    return Reference("location_id", Location, shown_as=LocationRepresentation, **kwargs)


def check_dates(data: dict[str, Any], first: str, last: str, sentence: str) -> None:
    """Raise ValidationError unless the two times, where both are given, are in order."""
    if data[first] and data[last] and data[last] < data[first]:
        raise serializers.ValidationError({last: fault("formatMinimum", sentence).detail})


class CustomerInput(Input):
    label = Text(max_length=200)
    external_platform = Json(default=dict)

    ignored: ClassVar[set[str]] = keys_of(CustomerRepresentation)


class ProgramInput(Input):
    label = Text(max_length=200)
    customer = customer_reference()
    start_date = Time(default=None, allow_null=True)
    end_date = Time(default=None, allow_null=True)

    ignored: ClassVar[set[str]] = keys_of(ProgramRepresentation)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        check_dates(data, "start_date", "end_date", "A program ends after it starts.")
        return data


class ProjectInput(Input):
    label = Text(max_length=200)
    description = Text(max_length=2000, default="", allow_blank=True)
    customer = customer_reference()
    program = Reference("program_id", Program, shown_as=ProgramRepresentation, default=None, allow_null=True)
    start_date = Time(default=None, allow_null=True)
    end_date = Time(default=None, allow_null=True)

    ignored: ClassVar[set[str]] = keys_of(ProjectRepresentation)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        check_dates(data, "start_date", "end_date", "A project ends after it starts.")
        return data


class AddressInput(Input):
    country = Text(max_length=3, validators=[pattern(validate_country)])
    administrative_area = Text(max_length=100, default="", allow_blank=True)
    sub_administrative_area = Text(max_length=100, default="", allow_blank=True)
    locality = Text(max_length=100, default="", allow_blank=True)
    postal_code = Text(max_length=20, default="", allow_blank=True)
    thoroughfare = Text(max_length=200, default="", allow_blank=True)
    premise = Text(max_length=100, default="", allow_blank=True)
    sub_premise = Text(max_length=100, default="", allow_blank=True)


class LocationInput(Input):
    label = Text(max_length=200)
    location_type = Choice(choices=Location.Type.choices)
    address = AddressInput()

    ignored: ClassVar[set[str]] = keys_of(LocationRepresentation)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        address = data.pop("address")
        return {**data, **address}


class ResourceInput(Input):
    label = Text(max_length=200)
    resource_type = Text(max_length=60, validators=[pattern(validate_kebab_case)])
    location = location_reference()
    parent_id = Identifier(Resource, source="parent", default=None, allow_null=True)

    ignored: ClassVar[set[str]] = keys_of(ResourceRepresentation)


class UnitInput(Input):
    label = Text(max_length=200)
    serial_number = Text(max_length=100)
    part_number = Text(max_length=100, default="", allow_blank=True)
    customer = customer_reference()
    location = location_reference()
    current_status = StatusReferenceInput(default=None, allow_null=True)
    attributes = Json(default=dict)

    ignored: ClassVar[set[str]] = keys_of(UnitRepresentation)
