from django.urls import path

from niagara.directory.api import viewsets

urlpatterns = [
    path("customers", viewsets.CustomerViewSet.as_view({"get": "list"}), name="customers"),
    path("customers/<slug:customer_id>", viewsets.CustomerViewSet.as_view({"get": "retrieve"}), name="customer"),
    path("programs", viewsets.ProgramViewSet.as_view({"get": "list"}), name="programs"),
    path("programs/<slug:program_id>", viewsets.ProgramViewSet.as_view({"get": "retrieve"}), name="program"),
    path("projects", viewsets.ProjectViewSet.as_view({"get": "list"}), name="projects"),
    path("projects/<slug:project_id>", viewsets.ProjectViewSet.as_view({"get": "retrieve"}), name="project"),
    path("locations", viewsets.LocationViewSet.as_view({"get": "list"}), name="locations"),
    path("locations/<slug:location_id>", viewsets.LocationViewSet.as_view({"get": "retrieve"}), name="location"),
    path("resources", viewsets.ResourceViewSet.as_view({"get": "list"}), name="resources"),
    path("resources/<slug:resource_id>", viewsets.ResourceViewSet.as_view({"get": "retrieve"}), name="resource"),
    path("units", viewsets.UnitViewSet.as_view({"get": "list"}), name="units"),
    path("units/<slug:unit_id>", viewsets.UnitViewSet.as_view({"get": "retrieve"}), name="unit"),
]
