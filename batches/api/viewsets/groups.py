from batches.api.representations import BatchGroupRepresentation
from niagara.api.viewsets import Page, ReadViewSet


class BatchGroupViewSet(ReadViewSet):
    representation = BatchGroupRepresentation
    pages = {"list": Page(BatchGroupRepresentation, "nter:batch-groups")}
    id_name = "batch_group_id"
    scopes = {"list": "batch-group:all", "retrieve": "batch-group:read"}
