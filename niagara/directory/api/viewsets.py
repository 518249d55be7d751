from niagara.api.viewsets import Page, ReadViewSet
from niagara.directory.api.representations import (
    CustomerRepresentation,
    LocationRepresentation,
    ProgramRepresentation,
    ProjectRepresentation,
    ResourceRepresentation,
    UnitRepresentation,
)


class CustomerViewSet(ReadViewSet):
    representation = CustomerRepresentation
    pages = {"list": Page(CustomerRepresentation, "nter:customers")}
    id_name = "customer_id"
    scopes = {"list": "customer:all", "retrieve": "customer:read"}


class ProgramViewSet(ReadViewSet):
    representation = ProgramRepresentation
    pages = {"list": Page(ProgramRepresentation, "nter:programs")}
    id_name = "program_id"
    scopes = {"list": "program:all", "retrieve": "program:read"}


class ProjectViewSet(ReadViewSet):
    representation = ProjectRepresentation
    pages = {"list": Page(ProjectRepresentation, "nter:projects")}
    id_name = "project_id"
    scopes = {"list": "project:all", "retrieve": "project:read"}


class LocationViewSet(ReadViewSet):
    representation = LocationRepresentation
    pages = {"list": Page(LocationRepresentation, "nter:locations")}
    id_name = "location_id"
    scopes = {"list": "location:all", "retrieve": "location:read"}


class ResourceViewSet(ReadViewSet):
    representation = ResourceRepresentation
    pages = {"list": Page(ResourceRepresentation, "nter:resources")}
    id_name = "resource_id"
    scopes = {"list": "resource:all", "retrieve": "resource:read"}


class UnitViewSet(ReadViewSet):
    representation = UnitRepresentation
    pages = {"list": Page(UnitRepresentation, "nter:units")}
    id_name = "unit_id"
    scopes = {"list": "unit:all", "retrieve": "unit:read"}
