from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from niagara.accounts.access import RowQuerySet
from niagara.accounts.models import Row


def _number_of(rows: models.QuerySet) -> Coalesce:
    counted = rows.filter(customer=OuterRef("pk")).order_by().values("customer").annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number")), 0, output_field=IntegerField())


class CustomerQuerySet(RowQuerySet["Customer"]):
    def with_totals(self) -> "CustomerQuerySet":
        """Adds `total_programs` and `total_projects`."""
        return self.annotate(
            total_programs=_number_of(Program.objects.all()), total_projects=_number_of(Project.objects.all())
        )


class Customer(Row):
    """Who the work is for."""

    entity_type = "CUS"
    resource = "customer"

    label = models.CharField(max_length=200)
    external_platform = models.JSONField(default=dict, blank=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering = ("label",)

    def __str__(self) -> str:
        return self.label


class Program(Row):
    """A longer undertaking for a customer, of several projects."""

    entity_type = "PGM"
    resource = "program"

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="programs")
    label = models.CharField(max_length=200)
    start_date = models.DateTimeField(null=True, blank=True)
    end_date = models.DateTimeField(null=True, blank=True)

    objects = RowQuerySet["Program"].as_manager()

    class Meta:
        ordering = ("label",)
        constraints = [
            models.CheckConstraint(
                condition=Q(start_date=None) | Q(end_date=None) | Q(end_date__gte=F("start_date")),
                name="program_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Project(Row):
    """Work for a customer, with a beginning and an end; perhaps a part of one of their programs."""

    entity_type = "PRJ"
    resource = "project"

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="projects")
    program = models.ForeignKey(Program, models.PROTECT, related_name="projects", null=True, blank=True)
    label = models.CharField(max_length=200)
    description = models.TextField(max_length=2000, blank=True)
    start_date = models.DateTimeField(null=True, blank=True)
    end_date = models.DateTimeField(null=True, blank=True)

    objects = RowQuerySet["Project"].as_manager()

    class Meta:
        ordering = ("label",)
        constraints = [
            models.CheckConstraint(
                condition=Q(start_date=None) | Q(end_date=None) | Q(end_date__gte=F("start_date")),
                name="project_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        super().clean()
        if self.program is not None and self.program.customer_id != self.customer_id:
            raise ValidationError({"program": "Choose a program of the project's own customer."})
