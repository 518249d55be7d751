from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q

from niagara.accounts.access import RowQuerySet
from niagara.accounts.models import Row


class AttachmentQuerySet(RowQuerySet["Attachment"]):
    def named(self, *names: str) -> Self:
        """Those with these ids or labels, which is how steps of workflows name them."""
        ids = [found for name in names if (found := _id_in(name))]
        return self.filter(Q(label__in=[name.strip() for name in names]) | Q(pk__in=ids))


def _id_in(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None


def place_of(attachment: "Attachment", name: str) -> str:
    """Where the file lies; what it was called where it comes from plays no part."""
    suffix = Attachment.Kind(attachment.content_type).label.lower()
    return f"attachments/{attachment.organization_id}/{attachment.pk}.{suffix}"


class Attachment(Row):
    """A file to look at, such as the instructions that a step of a workflow shows.

    It never changes, so that what is under way goes on with what it began with; another edition is another
    attachment.
    """

    class Kind(models.TextChoices):
        PDF = "application/pdf", "PDF"
        PNG = "image/png", "PNG"
        JPEG = "image/jpeg", "JPEG"
        WEBP = "image/webp", "WebP"

    entity_type = "FILE"
    resource = "work-flow"  # who may read how devices are processed may read what that speaks of

    label = models.CharField(max_length=200)
    file = models.FileField(upload_to=place_of, max_length=200)
    content_type = models.CharField("kind", max_length=20, choices=Kind.choices, editable=False)
    size = models.PositiveIntegerField(editable=False)
    digest = models.CharField(max_length=64, editable=False)  # SHA-256
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ("label",)
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "label"],
                name="attachment_label_is_unique",
                violation_error_message="Another attachment has this label. Give this one a label of its own.",
            ),
            models.CheckConstraint(
                condition=Q(content_type__in=["application/pdf", "image/png", "image/jpeg", "image/webp"]),
                name="attachment_is_a_pdf_or_a_picture",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_picture(self) -> bool:
        return self.content_type != self.Kind.PDF
