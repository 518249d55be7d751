from niagara.api.paging import Key
from niagara.api.viewsets import Page, ReadViewSet
from queues.api.representations import QueueRepresentation


class QueueViewSet(ReadViewSet):
    representation = QueueRepresentation
    pages = {"list": Page(QueueRepresentation, "nter:queues", sort=(Key("priority"), Key.id()))}
    id_name = "queue_id"
    scopes = {"list": "queue:all", "retrieve": "queue:read"}
