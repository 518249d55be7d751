import django_filters
from django.http import HttpResponse
from rest_framework.request import Request

from niagara.api.filters import LabelFilterSet, NiagaraFilterSet, VisibleFilter
from niagara.api.paging import Key
from niagara.api.rows import RowViewSet, whole
from niagara.api.viewsets import NiagaraViewSet, Page
from niagara.directory.api import inputs
from niagara.directory.api.representations import (
    AddressRepresentation,
    CustomerRepresentation,
    LocationRepresentation,
    ProgramRepresentation,
    ProjectRepresentation,
    ReasonRepresentation,
    ResourceRepresentation,
    StatusRepresentation,
    UnitRepresentation,
)
from niagara.directory.models import Customer, Location, Program, Project, Reason, Resource, Status, Unit


class UnitFilterSet(LabelFilterSet):
    serial_number = django_filters.CharFilter()
    customer_id = VisibleFilter(Customer, field_name="customer")
    location_id = VisibleFilter(Location, field_name="location")


class CustomerViewSet(RowViewSet):
    representation = CustomerRepresentation
    id_name = "customer_id"
    scopes = whole("customer") | dict.fromkeys(("programs", "projects", "units"), "customer:read")
    inputs = {"create": inputs.CustomerInput, "update": inputs.CustomerInput}
    pages = {
        "list": Page(CustomerRepresentation, "nter:customers", LabelFilterSet),
        "programs": Page(ProgramRepresentation, "nter:programs"),
        "projects": Page(ProjectRepresentation, "nter:projects"),
        "units": Page(UnitRepresentation, "nter:units"),
    }
    operation_ids = {
        "programs": "fetchProgramsOfCustomer",
        "projects": "fetchProjectsOfCustomer",
        "units": "fetchUnitsOfCustomer",
    }

    def programs(self, request: Request, customer_id: str) -> HttpResponse:
        """Fetches the programs of a customer."""
        return self.page(Program.objects.visible_to(self.user).filter(customer=self.get_row()))

    def projects(self, request: Request, customer_id: str) -> HttpResponse:
        """Fetches the projects of a customer."""
        return self.page(Project.objects.visible_to(self.user).filter(customer=self.get_row()))

    def units(self, request: Request, customer_id: str) -> HttpResponse:
        """Fetches the units of a customer."""
        return self.page(Unit.objects.visible_to(self.user).filter(customer=self.get_row()))


class ProgramViewSet(RowViewSet):
    representation = ProgramRepresentation
    id_name = "program_id"
    scopes = whole("program") | {"projects": "program:read"}
    inputs = {"create": inputs.ProgramInput, "update": inputs.ProgramInput}
    pages = {
        "list": Page(ProgramRepresentation, "nter:programs", LabelFilterSet),
        "projects": Page(ProjectRepresentation, "nter:projects"),
    }
    operation_ids = {"projects": "fetchProjectsOfProgram"}

    def projects(self, request: Request, program_id: str) -> HttpResponse:
        """Fetches the projects of a program."""
        return self.page(Project.objects.visible_to(self.user).filter(program=self.get_row()))


class ProjectViewSet(RowViewSet):
    representation = ProjectRepresentation
    id_name = "project_id"
    scopes = whole("project")
    inputs = {"create": inputs.ProjectInput, "update": inputs.ProjectInput}
    pages = {"list": Page(ProjectRepresentation, "nter:projects", LabelFilterSet)}


class LocationViewSet(RowViewSet):
    representation = LocationRepresentation
    id_name = "location_id"
    scopes = whole("location") | {"resources": "location:read", "units": "location:read"}
    places = {part: ("address", part) for part in AddressRepresentation._declared_fields}
    inputs = {"create": inputs.LocationInput, "update": inputs.LocationInput}
    pages = {
        "list": Page(LocationRepresentation, "nter:locations", LabelFilterSet),
        "resources": Page(ResourceRepresentation, "nter:resources"),
        "units": Page(UnitRepresentation, "nter:units"),
    }
    operation_ids = {"resources": "fetchResourcesOfLocation", "units": "fetchUnitsOfLocation"}

    def resources(self, request: Request, location_id: str) -> HttpResponse:
        """Fetches the resources at a location."""
        return self.page(Resource.objects.visible_to(self.user).filter(location=self.get_row()))

    def units(self, request: Request, location_id: str) -> HttpResponse:
        """Fetches the units at a location."""
        return self.page(Unit.objects.visible_to(self.user).filter(location=self.get_row()))


class MyLocationsViewSet(NiagaraViewSet):
    """The user's own locations, where permissions count that are given for those."""

    scopes = {"list": "me:profile"}
    pages = {"list": Page(LocationRepresentation, "nter:locations")}
    operation_ids = {"list": "fetchMyLocations"}

    def list(self, request: Request) -> HttpResponse:
        """Fetches the locations of the signed-in user."""
        return self.page(Location.objects.visible_to(self.user).related_to(self.user))


class ResourceViewSet(RowViewSet):
    representation = ResourceRepresentation
    id_name = "resource_id"
    scopes = whole("resource")
    places = {"parent": ("parent_id",)}
    inputs = {"create": inputs.ResourceInput, "update": inputs.ResourceInput}
    pages = {"list": Page(ResourceRepresentation, "nter:resources", LabelFilterSet)}


class UnitViewSet(RowViewSet):
    representation = UnitRepresentation
    id_name = "unit_id"
    scopes = whole("unit")
    inputs = {"create": inputs.UnitInput, "update": inputs.UnitInput}
    pages = {"list": Page(UnitRepresentation, "nter:units", UnitFilterSet)}


class StatusViewSet(RowViewSet):
    """The organization's statuses, its own words for the six categories."""

    representation = StatusRepresentation
    scopes = {"list": "work-order:read", "create": "work-order:create"}
    inputs = {"create": inputs.StatusInput}
    pages = {"list": Page(StatusRepresentation, "nter:statuses", sort=(Key("order", read=int), Key.id()))}
    operation_ids = {"list": "fetchAllStatuses"}

    def list(self, request: Request) -> HttpResponse:
        """Fetches the statuses in order."""
        return self.page(Status.objects.in_organization_of(self.user))


class ReasonFilterSet(NiagaraFilterSet):
    kind = django_filters.ChoiceFilter(choices=Reason.Kind.choices)


IN_ORDER = (Key("kind"), Key("order", read=int), Key.id())


class ReasonViewSet(RowViewSet):
    """Why cycles are blocked, and why they fail, in the organization's own words."""

    representation = ReasonRepresentation
    scopes = {"list": "work-order:read", "create": "work-order:create"}
    places = {"label": ("reason",)}
    inputs = {"create": inputs.ReasonInput}
    pages = {
        "list": Page(
            ReasonRepresentation, "nter:reasons", ReasonFilterSet, (Key("kind"), Key("order", read=int), Key.id())
        )
    }

    def list(self, request: Request) -> HttpResponse:
        """Fetches the reasons in order."""
        return self.page(Reason.objects.in_organization_of(self.user))
