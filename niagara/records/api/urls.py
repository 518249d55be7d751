from django.urls import path

from niagara.api.rows import SINGLE
from niagara.records.api.viewsets import LIST, NoteViewSet, UnitNotesViewSet

urlpatterns = [
    path("units/<slug:unit_id>/notes", UnitNotesViewSet.as_view(LIST), name="unit-notes"),
    path("notes", NoteViewSet.as_view({"get": "list"}), name="notes"),
    path("notes/<slug:note_id>", NoteViewSet.as_view(SINGLE), name="note"),
]
