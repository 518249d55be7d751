"""The screens of webhooks."""

from django.urls import path

from niagara.webhooks.views import changing
from niagara.webhooks.views.looking import DeliveryPage, WebhookPage, WebhooksPage

ONE = "webhooks/<uuid:webhook_id>"
DELIVERY = f"{ONE}/deliveries/<uuid:delivery_id>"

urlpatterns = [
    path("webhooks", WebhooksPage.as_view(), name="webhooks-page"),
    path("webhooks/new", changing.NewWebhookPage.as_view(), name="new-webhook-page"),
    path(ONE, WebhookPage.as_view(), name="webhook-page"),
    path(f"{ONE}/change", changing.ChangeWebhookPage.as_view(), name="change-webhook-page"),
    path(f"{ONE}/pause", changing.PauseWebhookPage.as_view(), name="pause-webhook-page"),
    path(f"{ONE}/resume", changing.ResumeWebhookPage.as_view(), name="resume-webhook-page"),
    path(f"{ONE}/ping", changing.PingPage.as_view(), name="ping-webhook-page"),
    path(f"{ONE}/secret", changing.RenewSecretPage.as_view(), name="renew-secret-page"),
    path(f"{ONE}/remove", changing.RemoveWebhookPage.as_view(), name="remove-webhook-page"),
    path(f"{ONE}/send-again", changing.SendDeadPage.as_view(), name="send-dead-page"),
    path(DELIVERY, DeliveryPage.as_view(), name="delivery-page"),
    path(f"{DELIVERY}/send-again", changing.SendAgainPage.as_view(), name="send-again-page"),
]
