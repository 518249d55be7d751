from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "niagara.webhooks"
    label = "webhooks"
    verbose_name = "Webhooks"
