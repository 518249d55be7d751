"""Files that steps show, in the admin: uploaded and deleted, never changed."""

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from niagara.records.models import Attachment, Relation
from niagara.records.operations.relating import attach
from tests.admin.helpers import change, told, url
from tests.factories import AT, Floor
from tests.records.files import pdf, reading, upload


def send(client: Client, label: str, content: bytes) -> Any:
    return client.post(url(Attachment, "add"), {"label": label, "file": SimpleUploadedFile("a.pdf", content)})


def test_a_manager_uploads_a_file(marias: Client, floor: Floor) -> None:
    assert "multipart/form-data" in marias.get(url(Attachment, "add")).content.decode()

    assert send(marias, "Foil", pdf()).status_code == 302

    attachment = Attachment.objects.get()
    assert (attachment.label, attachment.organization, attachment.uploaded_by.name) == (
        "Foil",
        floor.organization,
        floor.manager.name,
    )
    page = marias.get(url(Attachment, "change", attachment.pk)).content.decode()
    assert f'href="/attachments/{attachment.pk}"' in page
    assert 'type="file"' not in page
    assert f'href="/attachments/{attachment.pk}"' in marias.get(url(Attachment, "changelist")).content.decode()


def test_what_is_refused_is_said_beside_the_file(marias: Client, settings: Any) -> None:
    settings.ATTACHMENT_MAX_MB = 5  # as much as tables may have

    for content, sentence in (
        (b"", "The file is empty. Choose another one."),
        (b"<html>", "The file is neither a PDF nor a PNG, JPEG or WebP picture. Save it as one of these."),
        (pdf() + b"\n" * 5 * 1024 * 1024, "The file is larger than 5 MB. Make it smaller, or split it."),
    ):
        page = send(marias, "Foil", content)
        assert page.context["adminform"].form.errors == {"file": [sentence]}
        assert 'value="Foil"' in page.content.decode()
    assert "Choose a file." in marias.post(url(Attachment, "add"), {"label": "Foil"}).content.decode()
    assert not Attachment.objects.exists()


def test_a_workflow_that_names_what_is_not_there_is_saved_and_says_so(marias: Client, floor: Floor) -> None:
    upload(floor, "Foil", pdf())

    steps = reading("Foil", "Hinge", "https://floor.example/hinge.pdf")
    saved = change(marias, floor.workflow, steps=json.dumps(steps), starts_at="read-0")

    assert [one for one in told(saved) if "attachment" in one] == [
        "No attachment is called “Hinge” yet. Upload it under Attachments, so that its step shows it."
    ]
    floor.workflow.refresh_from_db()
    assert floor.workflow.attachments == {"Foil", "Hinge", "https://floor.example/hinge.pdf"}


def test_what_explains_a_workflow_is_not_deleted(marias: Client, floor: Floor) -> None:
    attachment = upload(floor, "Foil", pdf())
    attach(floor.workflow, Relation.Type.FILE, attachment, by=floor.by, at=AT)

    refused = marias.post(url(Attachment, "delete", attachment.pk), {"post": "yes"})
    assert told(refused) == ["Foil is an attachment for 1 thing. Remove those relations first."]

    Relation.objects.all().delete()
    marias.post(url(Attachment, "delete", attachment.pk), {"post": "yes"})
    assert not Attachment.objects.exists()
