from django.urls import path

from niagara.api.rows import LIST, SINGLE
from niagara.webhooks.api.viewsets import DeliveryViewSet, WebhookViewSet

urlpatterns = [
    path("webhooks", WebhookViewSet.as_view(LIST), name="webhooks"),
    path("webhooks/<slug:webhook_id>", WebhookViewSet.as_view(SINGLE), name="webhook"),
    path("webhooks/<slug:webhook_id>/secrets", WebhookViewSet.as_view({"post": "secrets"}), name="webhook-secrets"),
    path("webhooks/<slug:webhook_id>/pings", WebhookViewSet.as_view({"post": "pings"}), name="webhook-pings"),
    path("webhooks/<slug:webhook_id>/retries", WebhookViewSet.as_view({"post": "retries"}), name="webhook-retries"),
    path("webhooks/<slug:webhook_id>/deliveries", DeliveryViewSet.as_view({"get": "list"}), name="webhook-deliveries"),
    path(
        "webhooks/<slug:webhook_id>/deliveries/<slug:delivery_id>",
        DeliveryViewSet.as_view({"get": "retrieve"}),
        name="webhook-delivery",
    ),
    path(
        "webhooks/<slug:webhook_id>/deliveries/<slug:delivery_id>/retries",
        DeliveryViewSet.as_view({"post": "retries"}),
        name="webhook-delivery-retries",
    ),
]
