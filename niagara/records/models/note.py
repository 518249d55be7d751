from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q

from niagara.accounts.access import RowQuerySet
from niagara.accounts.models import Row, User
from niagara.records.entities import models_by_type

MAX_LENGTH = 1000
SUBJECTS = {"WOR": "work order", "UNIT": "unit", "BGR": "batch group"}


class NoteQuerySet(RowQuerySet["Note"]):
    def permitted(self, user: User, permission: str) -> Self:
        """Those on which the user holds the permission, on what the user may see."""
        return super().permitted(user, permission)._on_what_is_visible_to(user)

    def visible_to(self, user: User) -> Self:
        """Those that the user may read, on what the user may see."""
        return super().visible_to(user)._on_what_is_visible_to(user)

    def on(self, subject: Any) -> Self:
        return self.filter(subject_type=subject.entity_type, subject_id=subject.pk)

    def _on_what_is_visible_to(self, user: User) -> Self:
        return self.filter(_subject_among(lambda rows: rows.visible_to(user)))

    def _at_locations_of(self, user: User) -> Q:
        """A note is where its subject is."""
        return _subject_among(lambda rows: rows.filter(rows._at_locations_of(user)))


def _subject_among(chosen: Callable[[Any], models.QuerySet]) -> Q:
    kinds = ((code, chosen(models_by_type()[code]._default_manager.order_by())) for code in SUBJECTS)
    return reduce(or_, (Q(subject_type=code, subject_id__in=rows.values("pk")) for code, rows in kinds))


class Note(Row):
    """Text on a work order, unit or batch group; perhaps an issue, which is open or closed."""

    entity_type = "NOTE"
    resource = "note"

    subject_type = models.CharField(max_length=4, choices=list(SUBJECTS.items()))
    subject_id = models.UUIDField()
    content = models.TextField(validators=[MaxLengthValidator(MAX_LENGTH)])
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notes")
    is_issue = models.BooleanField("is an issue", default=False)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = NoteQuerySet.as_manager()

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

    @property
    def place_id(self) -> UUID | None:
        subjects: Any = models_by_type()[self.subject_type]._default_manager
        subject = subjects.filter(pk=self.subject_id).first()
        return subject and subject.place_id
