from django.urls import path

from niagara.api.rows import SINGLE as ROW
from niagara.records.api.directory import (
    CustomerRelationViewSet,
    LocationRelationViewSet,
    ProgramRelationViewSet,
    ProjectRelationViewSet,
    ResourceRelationViewSet,
    UnitNotesViewSet,
    UnitRelationViewSet,
)
from niagara.records.api.viewsets import LIST, SINGLE, NoteViewSet, NotificationViewSet

urlpatterns = [
    path("customers/<slug:customer_id>/relations", CustomerRelationViewSet.as_view(LIST), name="customer-relations"),
    path(
        "customers/<slug:customer_id>/relations/<slug:relation_id>",
        CustomerRelationViewSet.as_view(SINGLE),
        name="customer-relation",
    ),
    path("programs/<slug:program_id>/relations", ProgramRelationViewSet.as_view(LIST), name="program-relations"),
    path(
        "programs/<slug:program_id>/relations/<slug:relation_id>",
        ProgramRelationViewSet.as_view(SINGLE),
        name="program-relation",
    ),
    path("projects/<slug:project_id>/relations", ProjectRelationViewSet.as_view(LIST), name="project-relations"),
    path(
        "projects/<slug:project_id>/relations/<slug:relation_id>",
        ProjectRelationViewSet.as_view(SINGLE),
        name="project-relation",
    ),
    path("locations/<slug:location_id>/relations", LocationRelationViewSet.as_view(LIST), name="location-relations"),
    path(
        "locations/<slug:location_id>/relations/<slug:relation_id>",
        LocationRelationViewSet.as_view(SINGLE),
        name="location-relation",
    ),
    path("resources/<slug:resource_id>/relations", ResourceRelationViewSet.as_view(LIST), name="resource-relations"),
    path(
        "resources/<slug:resource_id>/relations/<slug:relation_id>",
        ResourceRelationViewSet.as_view(SINGLE),
        name="resource-relation",
    ),
    path("units/<slug:unit_id>/notes", UnitNotesViewSet.as_view(LIST), name="unit-notes"),
    path("units/<slug:unit_id>/relations", UnitRelationViewSet.as_view(LIST), name="unit-relations"),
    path(
        "units/<slug:unit_id>/relations/<slug:relation_id>", UnitRelationViewSet.as_view(SINGLE), name="unit-relation"
    ),
    path("notes", NoteViewSet.as_view({"get": "list"}), name="notes"),
    path("notes/<slug:note_id>", NoteViewSet.as_view(ROW), name="note"),
    path("me/notifications", NotificationViewSet.as_view({"get": "list"}), name="me-notifications"),
    path("me/notifications/<slug:notification_id>", NotificationViewSet.as_view(SINGLE), name="me-notification"),
]
