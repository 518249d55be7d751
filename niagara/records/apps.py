from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "niagara.records"
    label = "records"
    verbose_name = "Records"
