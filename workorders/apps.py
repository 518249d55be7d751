from django.apps import AppConfig


class WorkOrdersConfig(AppConfig):
    name = "workorders"
    verbose_name = "Work orders"

    def ready(self) -> None:
        from niagara.records.operations import uploading
        from workorders.operations.attaching import attach_to_workflows

        uploading.followers.append(attach_to_workflows)
