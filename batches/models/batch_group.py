from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Func, Q, Value

from niagara.accounts.access import RowQuerySet
from niagara.accounts.models import Row
from niagara.directory.models import Resource
from workorders.models import WorkOrder

MAX_TAGS = 50
MAX_TAG_LENGTH = 100


class _Holds(Func):
    """Whether a list of JSON holds a text."""

    output_field = models.BooleanField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self._among(compiler, "json_each({})")

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self._among(compiler, "jsonb_array_elements_text({}) AS one(value)")

    def _among(self, compiler: Any, values: str) -> Any:
        (held, params), (text, params_of_text) = map(compiler.compile, self.source_expressions)
        sql = f"{text} IN (SELECT value FROM {values.format(held)})"  # noqa: S608  # of compiled parts
        return sql, [*params_of_text, *params]


class BatchGroupQuerySet(RowQuerySet["BatchGroup"]):
    def tagged(self, tag: str) -> "BatchGroupQuerySet":
        return self.filter(_Holds(F("tags"), Value(tag)))


def validate_tags(tags: Any) -> None:
    """A list of different texts, none of them blank."""
    if not isinstance(tags, list) or not all(isinstance(tag, str) and tag.strip() for tag in tags):
        raise ValidationError("Give a list of texts.")
    for tag in tags:
        MaxLengthValidator(MAX_TAG_LENGTH)(tag)
    if len(tags) > MAX_TAGS:
        raise ValidationError(f"Give {MAX_TAGS} tags at most.")
    if len(set(tags)) < len(tags):
        raise ValidationError("Give each tag once.")


def validate_settings(settings: Any) -> None:
    if not isinstance(settings, dict):
        raise ValidationError("Give an object, such as {}.")


class BatchGroup(Row):
    """Batches that are tracked, noted, containered and delivered together.

    A work order has one of its own, in which its batches are unless somebody wishes otherwise.
    """

    class DeliveryStatus(models.TextChoices):
        NOT_READY = "not-ready", "Not ready"
        READY = "ready", "Ready"
        IN_TRANSIT = "in-transit", "In transit"
        DELIVERED = "delivered", "Delivered"
        RETURNED = "returned", "Returned"

    entity_type = "BGR"
    resource = "batch-group"
    location_path = "work_order__location"

    name = models.CharField(max_length=200)
    work_order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="batch_groups")
    is_default = models.BooleanField(default=False, editable=False)
    delivery_status = models.CharField(max_length=10, choices=DeliveryStatus.choices, default=DeliveryStatus.NOT_READY)
    tags = models.JSONField(default=list, blank=True, validators=[validate_tags])
    settings = models.JSONField(default=dict, blank=True, validators=[validate_settings])
    # What the batches stand in; neither is told when they stand in nothing.
    container_type = models.CharField(max_length=60, blank=True)
    container_label = models.CharField(max_length=200, blank=True)
    equipment = models.ManyToManyField(Resource, through="GroupEquipment", related_name="+")
    # That of its newest event. Counted by the journal alone.
    last_version = models.PositiveIntegerField(default=0, editable=False)

    objects = BatchGroupQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=["work_order"], condition=Q(is_default=True), name="work_order_has_one_group_of_its_own"
            ),
            models.CheckConstraint(
                condition=Q(container_type="", container_label="") | ~Q(container_type="") & ~Q(container_label=""),
                name="container_has_a_type_and_a_label",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def container(self) -> dict[str, str] | None:
        if not self.container_type:
            return None
        return {"container_type": self.container_type, "label": self.container_label}


class GroupEquipment(models.Model):
    """Something that a batch group needs: it can't be removed as long as it is needed."""

    batch_group = models.ForeignKey(BatchGroup, models.CASCADE, related_name="needs")
    needed = models.ForeignKey(Resource, models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "batch groups"
        constraints = [
            models.UniqueConstraint(fields=["batch_group", "needed"], name="batch_group_needs_a_thing_once"),
        ]

    def __str__(self) -> str:
        return f"{self.needed} for {self.batch_group}"
