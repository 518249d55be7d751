from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from batches.api.filters import BatchGroupFilterSet, BatchOfOneFilterSet, EventFilterSet
from batches.api.groups import BatchGroupRepresentation, EventRepresentation, draw_events
from batches.api.inputs import AllStationsInput, BatchGroupInput, NewBatchGroupInput
from batches.api.representations import BatchRepresentation
from batches.models import Batch, BatchGroup
from batches.operations.grouping import GroupChanges, change_group, create_group, delete_group, move_all_stations
from niagara.api.inputs import uuid_in
from niagara.api.paging import Key
from niagara.api.rows import whole
from niagara.api.viewsets import Page, ReadViewSet
from niagara.records.api.viewsets import NotesViewSet, RelationViewSet, note_scopes, relation_scopes
from niagara.webhooks.models import Event


class BatchGroupViewSet(ReadViewSet):
    representation = BatchGroupRepresentation
    id_name = "batch_group_id"
    pages = {
        "list": Page(BatchGroupRepresentation, "nter:batch-groups", BatchGroupFilterSet),
        "batches": Page(BatchRepresentation, "nter:batches", BatchOfOneFilterSet),
        "events": Page(EventRepresentation, "nter:events", EventFilterSet, (Key("version", read=int),)),
    }
    inputs = {"create": NewBatchGroupInput, "update": BatchGroupInput, "move_all": AllStationsInput}
    answers = {"destroy": (205, None)}
    operation_ids = {
        "batches": "fetchBatchesOfBatchGroup",
        "events": "fetchEventsOfBatchGroup",
        "move_all": "moveAllBatchesOfBatchGroup",
    }
    scopes = {
        **whole("batch-group"),
        "batches": "batch-group:read",
        "events": "batch-group:read",
        "move_all": "batch-group:update batch:update",
    }

    def create(self, request: Request) -> HttpResponse:
        """Creates a batch group of a work order, for batches to be put into."""
        given = self.read()
        work_order, reason = given.pop("work_order"), given.pop("reason")
        changes: GroupChanges = given  # type: ignore[assignment]
        return self.answer(
            create_group(work_order=work_order, changes=changes, reason=reason, by=self.actor, at=self.now)
        )

    def update(self, request: Request, batch_group_id: str) -> HttpResponse:
        """Replaces what is said of a batch group: what is left out takes its default, if it has one."""
        group = self.get_row()
        given = self.read()
        reason = given.pop("reason")
        changes: GroupChanges = given  # type: ignore[assignment]
        group = change_group(
            group=group, changes=changes, reason=reason, by=self.actor, at=self.now, if_version=self.if_version
        )
        return self.answer(group)

    def destroy(self, request: Request, batch_group_id: str) -> HttpResponse:
        """Deletes a batch group that holds no batches; its journal stays."""
        delete_group(group=self.get_row(), by=self.actor, at=self.now, if_version=self.if_version)
        return self.nothing(205)

    def move_all(self, request: Request, batch_group_id: str) -> HttpResponse:
        """Moves all batches of a group to a station, or away from theirs."""
        group = self.get_row()
        given = self.read()
        group = move_all_stations(
            group=group,
            station=given["mixing_station"],
            reason=given["reason"],
            by=self.actor,
            at=self.now,
            if_version=self.if_version,
        )
        return self.answer(group)

    def batches(self, request: Request, batch_group_id: str) -> HttpResponse:
        """Fetches the batches of a group."""
        group = self.get_row()
        return self.page(Batch.objects.visible_to(self.user).filter(batch_group=group))

    def events(self, request: Request, batch_group_id: str) -> HttpResponse:
        """Fetches the journal of a group, event by event as they were sent, from any version on."""
        return self.page(Event.objects.of(self._journal_id()), draw=draw_events)

    def _journal_id(self) -> UUID:
        """The id of the group; also of one that was removed, whose last events somebody may have missed."""
        group_id = uuid_in(self.kwargs["batch_group_id"])
        if group_id and not BatchGroup.objects.filter(pk=group_id).exists():
            events = Event.objects.permitted(self.user, "batch-group:read").of(group_id)
            if events.exists():
                return group_id
        group: BatchGroup = self.get_row()
        return group.pk


class BatchGroupNotesViewSet(NotesViewSet):
    model = BatchGroup
    id_name = "batch_group_id"
    scopes = note_scopes("batch-group")
    operation_ids = {"list": "fetchNotesOfBatchGroup", "create": "createNoteOnBatchGroup"}


class BatchGroupRelationViewSet(RelationViewSet):
    model = BatchGroup
    id_name = "batch_group_id"
    scopes = relation_scopes("batch-group")
