"""Keeping files that people look at, and forgetting them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction
from PIL import Image

from niagara.accounts.actor import Actor
from niagara.accounts.operations import saving
from niagara.accounts.operations.locking import hold
from niagara.records.models import Attachment, Relation
from niagara.refusals import Conflict, Fault, Invalid
from niagara.wording import counted

MB = 1024 * 1024
_PICTURES = [Attachment.Kind.PNG, Attachment.Kind.JPEG, Attachment.Kind.WEBP]

# What else is done, in the same transaction, when a file was uploaded. Apps further right add to it.
followers: list[Callable[..., None]] = []


class StillAttached(Conflict):
    """Something is explained with it."""


@transaction.atomic
def upload_attachment(attachment: Attachment, *, by: Actor, at: datetime) -> None:
    """Keep a file under a label. What kind it is its bytes say, whatever it is called.

    Raises PermissionMissing, Invalid, TakenMeanwhile.
    """
    content = attachment.file
    attachment.content_type = _checked_kind(content)
    attachment.size = content.size
    attachment.digest = sha256(b"".join(content.chunks())).hexdigest()
    attachment.uploaded_by = by.user
    with _forgotten_if_refused(content):
        saving.create_row(attachment, by=by, at=at)
        for follow in followers:
            follow(attachment, by=by, at=at)


@transaction.atomic
def remove_attachment(attachment: Attachment, *, by: Actor, at: datetime, if_version: int | None = None) -> None:
    """Delete an attachment that nothing is explained with, and its file.

    Raises RemovedMeanwhile, PermissionMissing, StillAttached, ChangedMeanwhile.
    """
    stored = hold(Attachment.objects.all(), attachment.pk, to_remove=True)
    attached = Relation.objects.filter(source_id=stored.pk, relation=Relation.Type.FILE).count()
    if attached:
        told = counted(attached, "thing")
        raise StillAttached(f"{stored} is an attachment for {told}. Remove those relations first.")
    saving.remove_row(stored, by=by, at=at, if_version=if_version)
    # The file goes last: no row ever speaks of one that is gone.
    transaction.on_commit(partial(stored.file.storage.delete, str(stored.file.name)))


def _checked_kind(content: Any) -> str:
    """Raises Invalid."""
    if content.size > settings.ATTACHMENT_MAX_MB * MB:
        message = f"The file is larger than {settings.ATTACHMENT_MAX_MB} MB. Make it smaller, or split it."
        raise Invalid([Fault("maxLength", ("file",), message, {"limit": settings.ATTACHMENT_MAX_MB * MB})])
    kind = _kind_of(content)
    if kind is None:
        message = "The file is neither a PDF nor a PNG, JPEG or WebP picture. Save it as one of these."
        raise Invalid([Fault("enum", ("file",), message)])
    return kind


def _kind_of(content: Any) -> str | None:
    """What its bytes say that it is."""
    content.seek(0)
    if content.read(5) == b"%PDF-":
        return Attachment.Kind.PDF
    content.seek(0)
    try:
        with Image.open(content, formats=[kind.label for kind in _PICTURES]) as picture:
            picture.verify()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
    return Image.MIME[str(picture.format)]


@contextmanager
def _forgotten_if_refused(content: Any) -> Iterator[None]:
    """The file is stored before its row; without the row it goes again."""
    try:
        yield
    except Exception:
        if content._committed:
            content.storage.delete(content.name)
        raise
