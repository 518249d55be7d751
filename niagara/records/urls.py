"""The screens of records."""

from django.urls import path

from niagara.records.views.attachments import AttachmentPage

urlpatterns = [
    path("attachments/<uuid:attachment_id>", AttachmentPage.as_view(), name="attachment-page"),
]
