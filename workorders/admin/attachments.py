from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin import display, register
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html

from niagara.accounts.actor import Actor
from niagara.admin import NiagaraAdmin, NiagaraForm, moment
from niagara.records.models import Attachment
from niagara.records.operations.uploading import remove_attachment, upload_attachment


class AttachmentForm(NiagaraForm):
    file = forms.FileField(
        help_text=f"A PDF, or a PNG, JPEG or WebP picture, of up to {settings.ATTACHMENT_MAX_MB} MB.",
        error_messages={"required": "Choose a file.", "empty": "The file is empty. Choose another one."},
    )

    class Meta:
        model = Attachment
        fields = ("label", "file")
        help_texts = {"label": "A step of a workflow shows it when its attachment is this label."}


@register(Attachment)
class AttachmentAdmin(NiagaraAdmin):
    """Files are uploaded and deleted, never changed."""

    form = AttachmentForm
    list_display = ("label", "content_type", "how_large", "uploaded_by", "uploaded", "to_look_at")
    list_filter = ("content_type", "uploaded_by")
    list_select_related = ("uploaded_by",)
    search_fields = ("label",)
    date_hierarchy = "created"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return ["label", "file"]
        return ["label", "content_type", "how_large", "digest", "uploaded_by", "uploaded", "to_look_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        shown = [] if obj is None else self.get_fields(request, obj)
        return [*super().get_readonly_fields(request, obj), *shown]

    @display(description="size", ordering="size")
    def how_large(self, attachment: Any) -> str:
        return filesizeformat(attachment.size)

    @display(description="uploaded", ordering="created")
    def uploaded(self, attachment: Any) -> str:
        return moment(attachment.created)

    @display(description="file")
    def to_look_at(self, attachment: Any) -> str:
        address = reverse("attachment-page", args=[attachment.pk])
        return format_html('<a class="niagara-link" href="{}" target="_blank" rel="noopener">Open</a>', address)

    def create(self, row: Any, form: Any, *, by: Actor, at: datetime) -> None:
        upload_attachment(row, by=by, at=at)

    def remove(self, row: Any, *, by: Actor, at: datetime) -> None:
        remove_attachment(row, by=by, at=at)
