from niagara.api.viewsets import ReadViewSet
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
    page_key = "nter:customers"
    id_name = "customer_id"
    scopes = {"list": "customer:all", "retrieve": "customer:read"}


class ProgramViewSet(ReadViewSet):
    representation = ProgramRepresentation
    page_key = "nter:programs"
    id_name = "program_id"
    scopes = {"list": "program:all", "retrieve": "program:read"}


class ProjectViewSet(ReadViewSet):
    representation = ProjectRepresentation
    page_key = "nter:projects"
    id_name = "project_id"
    scopes = {"list": "project:all", "retrieve": "project:read"}


class LocationViewSet(ReadViewSet):
    representation = LocationRepresentation
    page_key = "nter:locations"
    id_name = "location_id"
    scopes = {"list": "location:all", "retrieve": "location:read"}


class ResourceViewSet(ReadViewSet):
    representation = ResourceRepresentation
    page_key = "nter:resources"
    id_name = "resource_id"
    scopes = {"list": "resource:all", "retrieve": "resource:read"}


class UnitViewSet(ReadViewSet):
    representation = UnitRepresentation
    page_key = "nter:units"
    id_name = "unit_id"
    scopes = {"list": "unit:all", "retrieve": "unit:read"}
