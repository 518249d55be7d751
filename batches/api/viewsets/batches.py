from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework.request import Request

from batches.api.filters import BatchFilterSet, CycleFilterSet
from batches.api.inputs import BatchesInput, BatchInput, BatchPatchInput
from batches.api.representations import (
    BatchRepresentation,
    CycleRepresentation,
    all_technicians,
)
from batches.models import Batch, number_of_batches
from batches.operations.changing import Changes
from batches.operations.creating import Wishes, break_down, create_batch
from batches.operations.deleting import delete_batch
from batches.operations.leading import lead_batch
from niagara.accounts.api.representations import UserRepresentation
from niagara.api.inputs import uuid_in
from niagara.api.media import MergePatchParser, MultiBatchParser
from niagara.api.paging import Key
from niagara.api.viewsets import NothingThere, Page, ReadViewSet
from niagara.records.api.viewsets import RelationViewSet, relation_scopes
from niagara.records.models import Relation
from niagara.records.operations.relating import detach


class BatchViewSet(ReadViewSet):
    representation = BatchRepresentation
    id_name = "batch_id"
    pages = {
        "list": Page(BatchRepresentation, "nter:batches", BatchFilterSet),
        "cycles": Page(CycleRepresentation, "nter:work-order-cycles", CycleFilterSet, (Key("number", read=int),)),
        "techs": Page(UserRepresentation, "nter:users", sort=(Key("id", read=int),)),
    }
    inputs = {"create": BatchInput, "create_many": BatchesInput, "partial_update": BatchPatchInput}
    answers = {"create_many": (204, None), "destroy": (205, None), "detach_tech": (205, None)}
    operation_ids = {
        "list": "fetchAllBatches",
        "create": "createBatch",
        "create_many": "createMultipleBatches",
        "retrieve": "fetchBatchById",
        "partial_update": "changeBatch",
        "destroy": "deleteBatch",
        "cycles": "fetchCyclesForBatch",
        "techs": "fetchTechsForBatch",
        "detach_tech": "detachTechFromBatch",
    }
    parsers = {"create_many": MultiBatchParser, "partial_update": MergePatchParser}
    scopes = {
        "list": "batch:all",
        "create": "batch:create",
        "create_many": "batch:update",
        "retrieve": "batch:read",
        "partial_update": "batch:update",
        "destroy": "batch:delete",
        "cycles": "batch:read",
        "techs": "batch:read",
        "detach_tech": "batch:detach",
    }

    def total_of(self, rows: QuerySet) -> int:
        organization_id = self.user.organization_id
        if self.action == "list" and organization_id and self.user.grants["batch:all"]:  # everywhere, that is all
            return number_of_batches(organization_id)
        return super().total_of(rows)

    def create(self, request: Request) -> HttpResponse:
        """Creates a batch of a work order, in a queue."""
        given = self.read()
        work_order, queue, number_cycles = (given.pop(name) for name in ("work_order", "queue", "number_cycles"))
        batch = create_batch(
            work_order=work_order,
            queue=queue,
            number_cycles=number_cycles,
            by=self.actor,
            at=self.now,
            wishes=Wishes(**given),
        )
        return self.answer(batch)

    def create_many(self, request: Request) -> HttpResponse:
        """Creates many batches at once: `total`, or as many as the unassigned cycles need."""
        given = self.read()
        batches = break_down(
            work_order=given["work_order"],
            queue=given["queue"],
            number_cycles=given["number_cycles"],
            total=given.get("total"),
            by=self.actor,
            at=self.now,
            wishes=Wishes(
                technicians=tuple(dict.fromkeys(given.get("users", ()))),
                mixing_station=given.get("mixing_station"),
                batch_group=given.get("batch_group"),
            ),
        )
        return self.nothing(204, Location=f"{self.api_root}/batch-groups/{batches[0].batch_group_id}")

    def partial_update(self, request: Request, batch_id: str) -> HttpResponse:
        """Changes a batch, holds it (`hold_reason`) or releases it (the same, empty); what is absent stays."""
        batch = self.get_row()
        given = self.read()
        reason, hold_reason = given.pop("reason"), given.pop("hold_reason", None)
        changes: Changes = given  # type: ignore[assignment]
        batch = lead_batch(
            batch=batch,
            changes=changes,
            hold_reason=hold_reason,
            reason=reason,
            by=self.actor,
            at=self.now,
            if_version=self.if_version,
        )
        return self.answer(batch)

    def destroy(self, request: Request, batch_id: str) -> HttpResponse:
        """Deletes a batch; its cycles stay with the work order."""
        delete_batch(batch=self.get_row(), by=self.actor, at=self.now, if_version=self.if_version)
        return self.nothing(205)

    def cycles(self, request: Request, batch_id: str) -> HttpResponse:
        """Fetches the cycles of a batch."""
        return self.page(self.get_row().cycles.all())

    def techs(self, request: Request, batch_id: str) -> HttpResponse:
        """Fetches the technicians of a batch."""
        return self.page(all_technicians(self.get_row().pk))

    def detach_tech(self, request: Request, batch_id: str, tech_id: str) -> HttpResponse:
        """Removes a technician from a batch."""
        batch = self.get_row()
        user_id = uuid_in(tech_id)
        techs = Relation.objects.technicians().filter(target_id=batch.pk)
        tech = techs.filter(source_id=user_id).first() if user_id else None
        if tech is None:
            raise NothingThere("This batch has no technician with this id.")
        detach(batch, tech, by=self.actor, at=self.now)
        return self.nothing(205)


class BatchRelationViewSet(RelationViewSet):
    model = Batch
    id_name = "batch_id"
    scopes = relation_scopes("batch")
    operation_ids = {
        "list": "fetchRelationsForBatch",
        "create": "createRelationForBatch",
        "retrieve": "fetchRelationForBatch",
        "destroy": "deleteRelationForBatch",
    }
