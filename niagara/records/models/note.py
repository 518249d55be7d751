from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q

from niagara.accounts.access import RowQuerySet
from niagara.accounts.models import Row

MAX_LENGTH = 1000


class Note(Row):
    """Text on a work order, unit or batch group; perhaps an issue, which is open or closed."""

    entity_type = "NOTE"
    resource = "note"

    subject_type = models.CharField(
        max_length=4, choices=[("WOR", "work order"), ("UNIT", "unit"), ("BGR", "batch group")]
    )
    subject_id = models.UUIDField()
    content = models.TextField(validators=[MaxLengthValidator(MAX_LENGTH)])
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notes")
    is_issue = models.BooleanField("is an issue", default=False)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = RowQuerySet["Note"].as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(is_issue=True) | Q(closed_at=None), name="note_is_closed_only_as_an_issue"
            ),
        ]
        indexes = [models.Index(fields=["subject_id", "id"], name="notes_on_a_subject")]

    def __str__(self) -> str:
        return self.content[:60]
