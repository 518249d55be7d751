from django.urls import path

from niagara.api.rows import LIST, SINGLE
from niagara.records.api import viewsets as records
from queues.api.viewsets import LocationQueuesViewSet, QueueRelationViewSet, QueueViewSet

urlpatterns = [
    path("queues", QueueViewSet.as_view(LIST), name="queues"),
    path("queues/<slug:queue_id>", QueueViewSet.as_view(SINGLE), name="queue"),
    path("queues/<slug:queue_id>/relations", QueueRelationViewSet.as_view(records.LIST), name="queue-relations"),
    path(
        "queues/<slug:queue_id>/relations/<slug:relation_id>",
        QueueRelationViewSet.as_view(records.SINGLE),
        name="queue-relation",
    ),
    path("locations/<slug:location_id>/queues", LocationQueuesViewSet.as_view({"get": "list"}), name="location-queues"),
]
