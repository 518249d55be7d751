"""The relations of what the directory holds, which knows nothing of relations itself, and notes on it."""

from niagara.directory.models import Customer, Location, Program, Project, Resource, Unit
from niagara.records.api.viewsets import NotesViewSet, RelationViewSet, note_scopes, relation_scopes


class CustomerRelationViewSet(RelationViewSet):
    model = Customer
    id_name = "customer_id"
    scopes = relation_scopes("customer")


class ProgramRelationViewSet(RelationViewSet):
    model = Program
    id_name = "program_id"
    scopes = relation_scopes("program")


class ProjectRelationViewSet(RelationViewSet):
    model = Project
    id_name = "project_id"
    scopes = relation_scopes("project")


class LocationRelationViewSet(RelationViewSet):
    """Who is related to a location: it is one of their own from then on."""

    model = Location
    id_name = "location_id"
    scopes = relation_scopes("location")


class ResourceRelationViewSet(RelationViewSet):
    model = Resource
    id_name = "resource_id"
    scopes = relation_scopes("resource")


class UnitRelationViewSet(RelationViewSet):
    model = Unit
    id_name = "unit_id"
    scopes = relation_scopes("unit")


class UnitNotesViewSet(NotesViewSet):
    model = Unit
    id_name = "unit_id"
    scopes = note_scopes("unit")
    operation_ids = {"list": "fetchNotesOfUnit", "create": "createNoteOnUnit"}
