from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from niagara.accounts.access import RowQuerySet
from niagara.accounts.models import Row


class Category(models.TextChoices):
    """What a status means to the floor, whatever an organization calls it."""

    PENDING = "PENDING", "Pending"
    IN_PROGRESS = "IN_PROGRESS", "In Progress"
    VERIFYING = "VERIFYING", "Verifying"
    BLOCKED = "BLOCKED", "Blocked"
    COMPLETE = "COMPLETE", "Complete"
    CANCELLED = "CANCELLED", "Cancelled"


ACTIVE = frozenset({Category.PENDING, Category.IN_PROGRESS, Category.VERIFYING, Category.BLOCKED})
IN_FLIGHT = frozenset({Category.IN_PROGRESS, Category.VERIFYING, Category.BLOCKED})

validate_status = RegexValidator(
    r"\A[A-Za-z][0-9a-zA-Z\-_ ]+\Z",
    "Begin with a letter and use letters, digits, spaces, - and _, two characters at least.",
)


class StatusQuerySet(RowQuerySet["Status"]):
    def named(self, name: str) -> "StatusQuerySet":
        """Those with this label, or all of this category."""
        return self.filter(Q(status=name) | Q(category=name))


class Status(Row):
    """An organization's own word for where something stands, in one of the six categories."""

    entity_type = "STAT"
    resource = "work-order"

    status = models.CharField("label", max_length=60, validators=[validate_status])
    category = models.CharField(max_length=12, choices=Category.choices)
    description = models.CharField(max_length=300, blank=True)
    order = models.PositiveIntegerField(default=1)

    objects = StatusQuerySet.as_manager()

    class Meta:
        ordering = ("order", "status")
        verbose_name_plural = "statuses"
        constraints = [
            models.UniqueConstraint(fields=["organization", "status"], name="status_has_its_own_label"),
            models.CheckConstraint(condition=Q(category__in=Category.values), name="status_has_a_known_category"),
        ]

    def __str__(self) -> str:
        return self.status


class AllowedStatus(models.Model):
    """A customer, program or project allows this status. One with none allows what stands above it."""

    status = models.ForeignKey(Status, models.PROTECT, related_name="allowances")
    customer = models.ForeignKey("directory.Customer", models.CASCADE, null=True, related_name="allowances")
    program = models.ForeignKey("directory.Program", models.CASCADE, null=True, related_name="allowances")
    project = models.ForeignKey("directory.Project", models.CASCADE, null=True, related_name="allowances")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(customer__isnull=False, program=None, project=None)
                | Q(customer=None, program__isnull=False, project=None)
                | Q(customer=None, program=None, project__isnull=False),
                name="status_is_allowed_by_one_level",
            ),
            *(
                models.UniqueConstraint(fields=[level, "status"], name=f"{level}_allows_a_status_once")
                for level in ("customer", "program", "project")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.status} for {self.customer or self.program or self.project}"
