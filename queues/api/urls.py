from django.urls import path

from niagara.api.rows import LIST, SINGLE
from niagara.records.api import viewsets as records
from queues.api.viewsets import QueueRelationViewSet, QueueViewSet

urlpatterns = [
    path("queues", QueueViewSet.as_view(LIST), name="queues"),
    path("queues/<slug:queue_id>", QueueViewSet.as_view(SINGLE), name="queue"),
    path("queues/<slug:queue_id>/relations", QueueRelationViewSet.as_view(records.LIST), name="queue-relations"),
    path(
        "queues/<slug:queue_id>/relations/<slug:relation_id>",
        QueueRelationViewSet.as_view(records.SINGLE),
        name="queue-relation",
    ),
]
