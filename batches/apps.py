from django.apps import AppConfig


class BatchesConfig(AppConfig):
    name = "batches"

    def ready(self) -> None:
        from batches.models import BatchGroup
        from batches.operations import journal
        from niagara.records.operations import noting

        noting.followers[BatchGroup.entity_type] = journal.follow_note
