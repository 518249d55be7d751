from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import F, FilteredRelation, Q
from django.db.models.functions import Coalesce
from rest_framework import serializers

from niagara.api.representations import Constant, Derived, Gathered, IdText, Representation
from niagara.directory.models import Category, Customer, Location, Program, Project, Reason, Resource, Status, Unit
from niagara.directory.models.location import format_address
from niagara.statements import Among, Statement


class StatusRepresentation(Representation):
    model = Status

    category = serializers.ChoiceField(choices=Category.choices)
    description = serializers.CharField(allow_null=True)
    status = serializers.CharField()
    order = serializers.IntegerField()


class ReasonRepresentation(Representation):
    model = Reason

    reason = serializers.CharField(source="label")
    kind = serializers.ChoiceField(choices=Reason.Kind.choices)
    order = serializers.IntegerField()


_ALLOWED = Statement(
    Status.objects.annotate(
        here=FilteredRelation(
            "allowances",
            condition=Q(Among("allowances__customer_id"))
            | Q(Among("allowances__program_id"))
            | Q(Among("allowances__project_id")),
        ),
        row_id=Coalesce("here__customer_id", "here__program_id", "here__project_id"),
    )
    .filter(Among("organization_id", "organizations"))
    .order_by("order", "status")
    .values_list("id", "organization_id", IdText(F("row_id")), "category", "description", "status", "order")
)


def allowed_statuses_of(keys: Mapping[type[models.Model], set[Any]]) -> dict[Any, list[dict[str, Any]]]:
    """The allowed statuses of customers, programs and projects, by (id, organization id).

    One that allows none in particular allows all of its organization.
    """
    levels = set().union(*keys.values())
    ids, organizations = ({key[at] for key in levels} for at in (0, 1))
    rows = _ALLOWED.read(ids=ids, organizations=organizations)
    by_row: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    by_organization: dict[Any, dict[Any, dict[str, Any]]] = defaultdict(dict)
    for status_id, organization, row_id, *shown in rows:
        status = dict(zip(("category", "description", "status", "order"), shown, strict=True))
        by_organization[organization][status_id] = status
        if row_id is not None:
            by_row[row_id].append(status)
    return {
        (row_id, organization): by_row.get(row_id) or list(by_organization[organization].values())
        for row_id, organization in levels
    }


def _allowed_statuses() -> Gathered:
    return Gathered(
        allowed_statuses_of,
        columns=("pk", "organization_id"),
        shown=StatusRepresentation(many=True),
        otherwise=[],
    )


def _input_filter() -> Constant:
    return Constant([], shown=serializers.ListField())


class CustomerRepresentation(Representation):
    model = Customer
    links = {
        "self": "customers/{pk}",
        "nter:customer-programs": "customers/{pk}/programs",
        "nter:customer-projects": "customers/{pk}/projects",
        "nter:customer-units": "customers/{pk}/units",
    }

    customer_id = serializers.UUIDField(source="pk")
    label = serializers.CharField()
    created = serializers.DateTimeField()
    updated = serializers.DateTimeField()
    external_platform = serializers.DictField()
    total_programs = serializers.IntegerField()
    total_projects = serializers.IntegerField()
    allowed_statuses = _allowed_statuses()
    input_filter = _input_filter()

    @classmethod
    def annotated(cls, rows: Any) -> models.QuerySet:
        return rows.with_totals()


class ProgramRepresentation(Representation):
    model = Program
    links = {
        "self": "programs/{pk}",
        "nter:program-customer": "customers/{customer_id}",
        "nter:program-projects": "programs/{pk}/projects",
    }

    program_id = serializers.UUIDField(source="pk")
    label = serializers.CharField()
    created = serializers.DateTimeField()
    updated = serializers.DateTimeField()
    customer = CustomerRepresentation()
    end_date = serializers.DateTimeField(allow_null=True)
    start_date = serializers.DateTimeField(allow_null=True)
    allowed_statuses = _allowed_statuses()
    input_filter = _input_filter()


class ProjectRepresentation(Representation):
    model = Project
    links = {
        "self": "projects/{pk}",
        "nter:project-customer": "customers/{customer_id}",
        "nter:project-program": "programs/{program_id}",
        "nter:project-work-orders": "projects/{pk}/work-orders",
    }

    project_id = serializers.UUIDField(source="pk")
    label = serializers.CharField()
    description = serializers.CharField()
    created = serializers.DateTimeField()
    updated = serializers.DateTimeField()
    customer = CustomerRepresentation()
    # In the project's own row, not read on its own: a page of batches needs one query less.
    program = ProgramRepresentation(inline="program__", allow_null=True)
    end_date = serializers.DateTimeField(allow_null=True)
    start_date = serializers.DateTimeField(allow_null=True)
    allowed_statuses = _allowed_statuses()
    input_filter = _input_filter()


class AddressRepresentation(Representation):
    model = Location

    country = serializers.CharField()
    administrative_area = serializers.CharField()
    sub_administrative_area = serializers.CharField()
    locality = serializers.CharField()
    postal_code = serializers.CharField()
    thoroughfare = serializers.CharField()
    premise = serializers.CharField()
    sub_premise = serializers.CharField()


class LocationRepresentation(Representation):
    model = Location
    links = {
        "self": "locations/{pk}",
        "nter:location-queues": "locations/{pk}/queues",
        "nter:location-resources": "locations/{pk}/resources",
        "nter:location-units": "locations/{pk}/units",
        "nter:location-work-orders": "locations/{pk}/work-orders",
    }

    location_id = serializers.UUIDField(source="pk")
    label = serializers.CharField()
    created = serializers.DateTimeField()
    updated = serializers.DateTimeField()
    location_type = serializers.ChoiceField(choices=Location.Type.choices)
    formatted_address = Derived(
        format_address,
        "label",
        "thoroughfare",
        "premise",
        "locality",
        "administrative_area",
        "postal_code",
        "country",
        shown=serializers.CharField(),
    )
    address = AddressRepresentation(inline="")
    input_filter = _input_filter()


class ResourceRepresentation(Representation):
    model = Resource
    links = {"self": "resources/{pk}", "nter:resource-location": "locations/{location_id}"}

    resource_id = serializers.UUIDField(source="pk")
    label = serializers.CharField()
    created = serializers.DateTimeField()
    updated = serializers.DateTimeField()
    resource_type = serializers.CharField()
    location = LocationRepresentation()
    parent_id = serializers.UUIDField(allow_null=True)


class UnitRepresentation(Representation):
    model = Unit
    links = {
        "self": "units/{pk}",
        "nter:unit-customer": "customers/{customer_id}",
        "nter:unit-location": "locations/{location_id}",
        "nter:unit-notes": "units/{pk}/notes",
    }

    unit_id = serializers.UUIDField(source="pk")
    label = serializers.CharField()
    created = serializers.DateTimeField()
    updated = serializers.DateTimeField()
    serial_number = serializers.CharField()
    part_number = serializers.CharField()
    customer = CustomerRepresentation()
    location = LocationRepresentation()
    current_status = StatusRepresentation(inline="current_status__", allow_null=True)
    attributes = serializers.DictField()
