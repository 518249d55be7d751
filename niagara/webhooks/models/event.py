from uuid import UUID

from django.db import models

from niagara import clock
from niagara.accounts.access import RowQuerySet
from niagara.accounts.models import Organization, time_ordered_id


class EventQuerySet(RowQuerySet["Event"]):
    def of(self, subject_id: UUID) -> "EventQuerySet":
        """The journal of one subject, in order."""
        return self.filter(subject_id=subject_id).order_by("version")

    def after(self, version: int) -> "EventQuerySet":
        return self.filter(version__gt=version)


class Event(models.Model):
    """Something that happened to a subject (a batch group), as other systems are told of it.

    Written in the transaction of the change and never changed: a subject's events are its journal,
    numbered from 1 without a gap, and they stay when the subject goes. `body` is the JSON as it is
    signed and sent, to the byte; the event's own id is the `webhook-id` of every delivery of it.
    """

    resource = "batch-group"
    location_path = None

    id = models.UUIDField(primary_key=True, default=time_ordered_id, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=60)  # "BatchChanged"
    subject_id = models.UUIDField()
    version = models.PositiveIntegerField()
    body = models.TextField()
    created = models.DateTimeField(default=clock.now, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ("subject_id", "version")
        constraints = [
            models.UniqueConstraint(fields=["subject_id", "version"], name="event_has_its_own_version"),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="event_counts_from_one"),
        ]
        indexes = [models.Index(fields=["organization", "id"], name="events_of_an_organization")]

    def __str__(self) -> str:
        return f"{self.name} {self.version} of {self.subject_id}"
