import base64
import binascii
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, Value, When

from niagara import clock
from niagara.accounts.access import RowQuerySet
from niagara.accounts.models import Organization, time_ordered_id

INWARD, OUTWARD = "INWARD", "OUTWARD"


class RelationQuerySet(RowQuerySet["Relation"]):
    def of(self, entity_id: UUID) -> "RelationQuerySet":
        """Every relation from or to this entity."""
        return self.filter(Q(source_id=entity_id) | Q(target_id=entity_id))

    def seen_from(self, entity_id: UUID) -> "RelationQuerySet":
        """The same, with the `direction` and the type of the `other` end as seen from the entity."""
        inward = When(target_id=entity_id, then=Value(INWARD))
        return self.of(entity_id).annotate(
            direction=Case(inward, default=Value(OUTWARD)),
            other_type=Case(When(target_id=entity_id, then="source_type"), default="target_type"),
        )

    def technicians(self) -> "RelationQuerySet":
        return self.filter(relation=Relation.Type.TECH, source_type="USER")


class Relation(models.Model):
    """A typed, directed link: its source is the `relation` ("tech") of its target.

    The two ends may be of any kind, so they are held as a type code and an id. Where the source is
    a user it is a foreign key as well: what a user may see hangs on it.
    """

    class Type(models.TextChoices):
        CREATED = "created", "Created By"
        BACKUP = "backup", "Backup For"
        OWNER = "owner", "Owner Of"
        TECH = "tech", "Technician For"
        ALLOCATED = "allocated", "Allocated To"
        CONTACT = "contact", "Contact For"
        NOTE = "note", "Note For"
        FILE = "file", "Attachment For"
        VIEWER = "viewer", "Viewer For"
        EDITOR = "editor", "Editor For"
        COLLABORATOR = "collaborator", "Collaborator On"
        CO_CREATOR = "co_creator", "Co-Creator For"

    id = models.UUIDField(primary_key=True, default=time_ordered_id, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    relation = models.CharField(max_length=12, choices=Type.choices)
    source_type = models.CharField(max_length=4)
    source_id = models.UUIDField()
    source_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="relations", null=True, blank=True
    )
    target_type = models.CharField(max_length=4)
    target_id = models.UUIDField()
    created = models.DateTimeField(default=clock.now, editable=False)
    updated = models.DateTimeField(default=clock.now, editable=False)

    objects = RelationQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["target_id", "relation", "source_id", "target_type", "source_type"],
                name="relation_exists_once",
            ),
            models.CheckConstraint(
                condition=Q(source_type="USER", source_user__isnull=False)
                | (~Q(source_type="USER") & Q(source_user=None)),
                name="relation_of_a_user_names_the_user",
            ),
        ]
        indexes = [
            models.Index(fields=["source_id", "id"], name="relations_from"),
            models.Index(fields=["source_user", "target_type", "target_id"], name="relations_of_a_user"),
        ]

    def __str__(self) -> str:
        return f"{self.get_relation_display()} {self.target_type}"


def public_relation_id(other_type: str, relation: str, id: UUID) -> str:
    """The id as seen from one end: URL-safe base64, unpadded, of ``TYPE#rel:relation#uuid``.

    TYPE is that of the entity at the other end.
    """
    return base64.urlsafe_b64encode(f"{other_type}#rel:{relation}#{id}".encode()).decode().rstrip("=")


def read_relation_id(public_id: str) -> UUID | None:
    """The relation's own id, or None if `public_id` was not made by `public_relation_id`."""
    try:
        text = base64.urlsafe_b64decode(public_id + "=" * (-len(public_id) % 4)).decode()
        return UUID(text.split("#")[2])
    except (binascii.Error, UnicodeError, ValueError, IndexError):
        return None
