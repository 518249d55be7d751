"""Files are what their bytes say, and are there exactly as long as their rows."""

from hashlib import sha256
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from niagara.accounts.access import PermissionMissing
from niagara.accounts.models import HistoryEntry, User
from niagara.records.models import Attachment, Relation
from niagara.records.operations.relating import attach
from niagara.records.operations.uploading import StillAttached, remove_attachment, upload_attachment
from niagara.refusals import Invalid
from tests.factories import AT, Floor, via_api
from tests.records.files import pdf, picture, upload


@pytest.fixture(autouse=True)
def empty_storage(settings: Any) -> None:
    settings.STORAGES = {**settings.STORAGES}


def names_in_storage(floor: Floor) -> set[str]:
    place = f"attachments/{floor.organization.pk}"
    return set(default_storage.listdir(place)[1]) if default_storage.exists(place) else set()


@pytest.mark.parametrize(
    ("content", "kind", "suffix"),
    [
        (pdf(), "application/pdf", "pdf"),
        (picture("PNG"), "image/png", "png"),
        (picture("JPEG"), "image/jpeg", "jpeg"),
        (picture("WEBP"), "image/webp", "webp"),
    ],
)
def test_a_file_is_what_its_bytes_say(floor: Floor, content: bytes, kind: str, suffix: str) -> None:
    attachment = upload(floor, "Foil", content)

    stored = Attachment.objects.get()
    assert (stored.content_type, stored.size, stored.uploaded_by) == (kind, len(content), floor.manager)
    assert stored.digest == sha256(content).hexdigest()
    assert stored.file.read() == content
    assert names_in_storage(floor) == {f"{attachment.pk}.{suffix}"}
    assert HistoryEntry.objects.of(attachment).get().verb == "created"


@pytest.mark.parametrize(
    "content",
    [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html>%PDF-1.7", b"GIF89a", picture()[:40], b"\x89PNG\r\n", b"x"],
)
def test_anything_else_is_refused_in_a_sentence(floor: Floor, content: bytes) -> None:
    with pytest.raises(Invalid, match=r"neither a PDF nor a PNG, JPEG or WebP picture\. Save it as one of these\."):
        upload(floor, "Foil", content)

    assert not Attachment.objects.exists()
    assert names_in_storage(floor) == set()


def test_a_large_file_is_refused_in_a_sentence(floor: Floor, settings: Any) -> None:
    settings.ATTACHMENT_MAX_MB = 1

    with pytest.raises(Invalid, match=r"larger than 1 MB\. Make it smaller, or split it\."):
        upload(floor, "Foil", pdf() + b"\n" * 1024 * 1024)


def test_no_two_have_one_label(floor: Floor) -> None:
    upload(floor, "Foil", pdf())
    before = names_in_storage(floor)

    with pytest.raises(Invalid, match="Another attachment has this label"):
        upload(floor, "Foil", picture())

    assert names_in_storage(floor) == before


def test_a_file_whose_row_is_refused_goes_again(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise Invalid([])

    monkeypatch.setattr("niagara.records.operations.uploading.followers", [refuse])

    with pytest.raises(Invalid):
        upload(floor, "Foil", pdf())

    assert names_in_storage(floor) == set()
    assert not Attachment.objects.exists()


def test_who_may_not_write_workflows_uploads_and_removes_nothing(floor: Floor, tom: User) -> None:
    attachment = upload(floor, "Foil", pdf())

    with pytest.raises(PermissionMissing, match="work-flow:create"):
        upload_attachment(
            Attachment(organization=floor.organization, label="Own", file=attachment.file), by=via_api(tom), at=AT
        )
    with pytest.raises(PermissionMissing, match="work-flow:delete"):
        remove_attachment(attachment, by=via_api(tom), at=AT)


def test_what_explains_something_stays(floor: Floor) -> None:
    attachment, work_order = upload(floor, "Foil", pdf()), floor.make_work_order()
    attach(work_order, Relation.Type.FILE, attachment, by=floor.by, at=AT)

    with pytest.raises(StillAttached, match=r"an attachment for 1 thing\. Remove those relations first\."):
        remove_attachment(attachment, by=floor.by, at=AT)

    assert names_in_storage(floor)


def test_a_file_goes_once_its_row_is_gone(floor: Floor, django_capture_on_commit_callbacks: Any) -> None:
    attachment = upload(floor, "Foil", pdf())

    with django_capture_on_commit_callbacks() as callbacks, transaction.atomic():
        remove_attachment(attachment, by=floor.by, at=AT)
    assert names_in_storage(floor)
    for callback in callbacks:
        callback()

    assert names_in_storage(floor) == set()
    assert not Attachment.objects.exists()
