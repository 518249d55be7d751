from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.admin import display, register
from django.http import HttpRequest

from niagara.accounts.actor import Actor
from niagara.admin import NiagaraAdmin
from niagara.records.models import Attachment
from workorders.models import Workflow
from workorders.operations.workflows import change_workflow, create_workflow


@register(Workflow)
class WorkflowAdmin(NiagaraAdmin):
    list_display = ("label", "workflow_version", "applies_to", "number_steps", "starts_at")
    list_filter = ("applies_to",)
    search_fields = ("label",)
    date_hierarchy = "created"
    fields = ("label", "applies_to", "starts_at", "steps", "metadata", "triggered_by", "workflow_version")
    readonly_fields = ("workflow_version",)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "steps":
            field.widget.attrs["rows"] = 30
        return field

    @display(description="steps")
    def number_steps(self, workflow: Any) -> str:
        return str(len(workflow.steps))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        ours = Attachment.objects.filter(organization_id=obj.organization_id)
        known = {text for one in ours.named(*obj.attachments) for text in (one.label, str(one.pk))}
        for name in sorted(obj.attachments - known):
            if not name.startswith(("https://", "http://")):
                told = f"No attachment is called “{name}” yet. Upload it under Attachments, so that its step shows it."
                self.message_user(request, told, messages.WARNING)

    def create(self, row: Any, form: Any, *, by: Actor, at: datetime) -> None:
        create_workflow(row, by=by, at=at)

    def change(self, row: Any, form: Any, *, by: Actor, at: datetime, if_version: int | None) -> None:
        change_workflow(row, by=by, at=at, if_version=if_version)
