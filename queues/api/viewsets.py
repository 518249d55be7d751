from niagara.api.paging import Key
from niagara.api.viewsets import ReadViewSet
from queues.api.representations import QueueRepresentation


class QueueViewSet(ReadViewSet):
    representation = QueueRepresentation
    page_key = "nter:queues"
    id_name = "queue_id"
    scopes = {"list": "queue:all", "retrieve": "queue:read"}
    sort = (Key("priority"), Key.id())
