from django.urls import path

from queues.api.viewsets import QueueViewSet

urlpatterns = [
    path("queues", QueueViewSet.as_view({"get": "list"}), name="queues"),
    path("queues/<slug:queue_id>", QueueViewSet.as_view({"get": "retrieve"}), name="queue"),
]
