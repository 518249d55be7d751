from django.urls import path

from niagara.api.rows import LIST, SINGLE
from niagara.directory.api.viewsets import (
    CustomerViewSet,
    LocationViewSet,
    MyLocationsViewSet,
    ProgramViewSet,
    ProjectViewSet,
    ReasonViewSet,
    ResourceViewSet,
    StatusViewSet,
    UnitViewSet,
)

urlpatterns = [
    path("customers", CustomerViewSet.as_view(LIST), name="customers"),
    path("customers/<slug:customer_id>", CustomerViewSet.as_view(SINGLE), name="customer"),
    path(
        "customers/<slug:customer_id>/programs", CustomerViewSet.as_view({"get": "programs"}), name="customer-programs"
    ),
    path(
        "customers/<slug:customer_id>/projects", CustomerViewSet.as_view({"get": "projects"}), name="customer-projects"
    ),
    path("customers/<slug:customer_id>/units", CustomerViewSet.as_view({"get": "units"}), name="customer-units"),
    path("programs", ProgramViewSet.as_view(LIST), name="programs"),
    path("programs/<slug:program_id>", ProgramViewSet.as_view(SINGLE), name="program"),
    path("programs/<slug:program_id>/projects", ProgramViewSet.as_view({"get": "projects"}), name="program-projects"),
    path("projects", ProjectViewSet.as_view(LIST), name="projects"),
    path("projects/<slug:project_id>", ProjectViewSet.as_view(SINGLE), name="project"),
    path("locations", LocationViewSet.as_view(LIST), name="locations"),
    path("locations/<slug:location_id>", LocationViewSet.as_view(SINGLE), name="location"),
    path(
        "locations/<slug:location_id>/resources",
        LocationViewSet.as_view({"get": "resources"}),
        name="location-resources",
    ),
    path("locations/<slug:location_id>/units", LocationViewSet.as_view({"get": "units"}), name="location-units"),
    path("resources", ResourceViewSet.as_view(LIST), name="resources"),
    path("resources/<slug:resource_id>", ResourceViewSet.as_view(SINGLE), name="resource"),
    path("units", UnitViewSet.as_view(LIST), name="units"),
    path("units/<slug:unit_id>", UnitViewSet.as_view(SINGLE), name="unit"),
    path("me/locations", MyLocationsViewSet.as_view({"get": "list"}), name="me-locations"),
    path("settings/statuses", StatusViewSet.as_view(LIST), name="statuses"),
    path("settings/reasons", ReasonViewSet.as_view(LIST), name="reasons"),
]
