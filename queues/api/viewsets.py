from django.http import HttpResponse
from rest_framework.request import Request

from niagara.api.filters import LabelFilterSet
from niagara.api.paging import Key
from niagara.api.rows import RowViewSet, whole
from niagara.api.viewsets import NiagaraViewSet, Page
from niagara.directory.models import Location
from niagara.records.api.viewsets import RelationViewSet, relation_scopes
from queues.api.inputs import QueueInput
from queues.api.representations import QueueRepresentation
from queues.models import Queue
from queues.operations.queueing import change_queue, create_queue

BY_PRIORITY = (Key("priority"), Key.id())


class QueueViewSet(RowViewSet):
    representation = QueueRepresentation
    id_name = "queue_id"
    scopes = whole("queue")
    inputs = {"create": QueueInput, "update": QueueInput}
    pages = {"list": Page(QueueRepresentation, "nter:queues", LabelFilterSet, BY_PRIORITY)}
    create_row = staticmethod(create_queue)
    change_row = staticmethod(change_queue)


class LocationQueuesViewSet(NiagaraViewSet):
    """The queues of one location, in order of priority."""

    id_name = "location_id"
    scopes = {"list": "location:read"}
    pages = {"list": Page(QueueRepresentation, "nter:queues", sort=BY_PRIORITY)}
    operation_ids = {"list": "fetchQueuesOfLocation"}

    def list(self, request: Request, location_id: str) -> HttpResponse:
        """Fetches the queues of a location, in order of priority."""
        return self.page(Queue.objects.visible_to(self.user).filter(location=self.get_row(Location)))


class QueueRelationViewSet(RelationViewSet):
    model = Queue
    id_name = "queue_id"
    scopes = relation_scopes("queue")
