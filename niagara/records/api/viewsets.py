from collections.abc import Sequence
from typing import Any, ClassVar

import django_filters
from django.http import HttpResponse
from rest_framework.request import Request

from niagara.api.filters import NiagaraFilterSet
from niagara.api.paging import Key
from niagara.api.rows import RowViewSet
from niagara.api.viewsets import NiagaraViewSet, NothingThere, Page
from niagara.records.api.inputs import NoteInput, RelationInput
from niagara.records.api.representations import (
    RELATABLE,
    NoteRepresentation,
    NotificationRepresentation,
    RelationRepresentation,
    draw_notifications,
    draw_relations,
)
from niagara.records.models import INWARD, OUTWARD, Note, Notification, Relation, read_relation_id
from niagara.records.operations.notifying import dismiss
from niagara.records.operations.noting import change_note, remove_note, write_note
from niagara.records.operations.relating import attach, detach


class RelationFilterSet(NiagaraFilterSet):
    entity_type = django_filters.ChoiceFilter(field_name="other_type", choices=[(code, code) for code in RELATABLE])
    relation = django_filters.ChoiceFilter(choices=Relation.Type.choices)
    direction = django_filters.ChoiceFilter(choices=[(INWARD, INWARD), (OUTWARD, OUTWARD)])


def relation_scopes(resource: str) -> dict[str, str]:
    """The scopes of the relations of a resource."""
    return {
        "list": f"{resource}:read",
        "create": f"{resource}:attach",
        "retrieve": f"{resource}:read",
        "destroy": f"{resource}:detach",
    }


LIST: dict[str, Any] = {"get": "list", "post": "create"}
SINGLE: dict[str, Any] = {"get": "retrieve", "delete": "destroy"}


class RelationViewSet(NiagaraViewSet):
    """The relations of one row. Subclasses name its model, the id in the address and the scopes."""

    model: ClassVar[Any]
    representation = RelationRepresentation
    pages = {"list": Page(RelationRepresentation, "nter:relations", RelationFilterSet)}
    inputs = {"create": RelationInput}
    answers = {"create": (201, None)}

    def list(self, request: Request, **ids: str) -> HttpResponse:
        """Fetches the relations."""
        row = self.get_row(self.model)
        relations = Relation.objects.seen_from(row.pk).select_related("source_user")
        return self.page(relations, draw=lambda found: self._draw(found, row))

    def create(self, request: Request, **ids: str) -> HttpResponse:
        """Creates a relation."""
        row = self.get_row(self.model)
        given = self.read()
        relation = attach(row, given["relation"], given["entity"], by=self.actor, at=self.now)
        return self.single(1, self._draw_one(relation, row), status=201)

    def retrieve(self, request: Request, **ids: str) -> HttpResponse:
        """Fetches a relation."""
        row = self.get_row(self.model)
        return self.single(1, self._draw_one(self._relation(row), row))  # a relation never changes

    def destroy(self, request: Request, **ids: str) -> HttpResponse:
        """Deletes a relation, and answers with what it was."""
        row = self.get_row(self.model)
        relation = self._relation(row)
        answer = self._draw_one(relation, row)
        detach(row, relation, by=self.actor, at=self.now)
        return self.respond(answer)

    def _relation(self, row: Any) -> Relation:
        relation_id = read_relation_id(self.kwargs["relation_id"])
        relation = Relation.objects.of(row.pk).filter(pk=relation_id).first() if relation_id else None
        if relation is None:
            raise NothingThere("There is no relation with this id here.")
        return relation

    def _draw_one(self, relation: Relation, row: Any) -> dict[str, Any]:
        drawn = self._draw([relation], row)
        if not drawn:  # the thing at its other end is gone
            raise NothingThere("There is no relation with this id here.")
        return drawn[0]

    def _draw(self, relations: Sequence[Relation], row: Any) -> Sequence[dict[str, Any]]:
        address = self.request.path
        if "relation_id" in self.kwargs:
            address = address.rpartition("/")[0]
        path = f"{self.api_root.removesuffix('/api')}{address}"
        return draw_relations(relations, row.pk, self.api_root, path)


_NOTES = Page(NoteRepresentation, "nter:notes", sort=(Key.id(descending=True),))


class NoteViewSet(RowViewSet):
    """The notes on whatever the user may see, newest first."""

    representation = NoteRepresentation
    id_name = "note_id"
    scopes = {"list": "note:read", "retrieve": "note:read", "update": "note:create", "destroy": "note:delete"}
    inputs = {"update": NoteInput}
    pages = {"list": _NOTES}
    parts = ("is_closed",)
    change_row = staticmethod(change_note)
    remove_row = staticmethod(remove_note)

    def list(self, request: Request) -> HttpResponse:
        """Fetches the notes."""
        return self.page(self.rows(Note).permitted(self.user, "note:read"))


class NotesViewSet(NiagaraViewSet):
    """The notes on one row, newest first. Subclasses name its model, the id in the address and the scopes."""

    model: ClassVar[Any]
    representation = NoteRepresentation
    inputs = {"create": NoteInput}
    pages = {"list": _NOTES}

    def list(self, request: Request, **ids: str) -> HttpResponse:
        """Fetches the notes."""
        subject = self.get_row(self.model)
        return self.page(Note.objects.visible_to(self.user).on(subject))

    def create(self, request: Request, **ids: str) -> HttpResponse:
        """Creates a note."""
        subject = self.get_row(self.model)
        return self.answer(write_note(subject, **self.read(), by=self.actor, at=self.now))


def note_scopes(resource: str) -> dict[str, str]:
    """The scopes of the notes on a resource."""
    return {"list": f"{resource}:read note:read", "create": "note:create"}


class NotificationViewSet(NiagaraViewSet):
    """What the signed-in user was told, newest first."""

    representation = NotificationRepresentation
    id_name = "notification_id"
    scopes = dict.fromkeys(("list", "retrieve", "destroy"), "me:profile")
    pages = {"list": Page(NotificationRepresentation, "nter:notifications", sort=(Key.id(descending=True),))}
    answers = {"destroy": (205, None)}
    operation_ids = {
        "list": "fetchMyNotifications",
        "retrieve": "fetchMyNotification",
        "destroy": "dismissMyNotification",
    }

    def list(self, request: Request) -> HttpResponse:
        """Fetches the notifications of the signed-in user."""
        return self.page(self.rows(Notification), draw=self._draw)

    def retrieve(self, request: Request, notification_id: str) -> HttpResponse:
        """Fetches a notification."""
        notification = self.get_row()
        return self.single(notification.version, self._draw([notification])[0])

    def destroy(self, request: Request, notification_id: str) -> HttpResponse:
        """Dismisses a notification."""
        dismiss(self.get_row(), by=self.actor, at=self.now, if_version=self.if_version)
        return self.nothing(205)

    def rows(self, model: Any) -> Any:
        return model.objects.in_organization_of(self.user).related_to(self.user)

    def _draw(self, notifications: Sequence[Notification]) -> Sequence[dict[str, Any]]:
        return draw_notifications(notifications, self.user, self.api_root)
