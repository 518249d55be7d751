from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.admin import display, register
from django.http import HttpRequest

from niagara.accounts.actor import Actor
from niagara.accounts.models import Organization
from niagara.accounts.operations.organizing import rename_organization
from niagara.admin import Exports, NiagaraAdmin, NiagaraForm, chip, link, moment
from niagara.clock import now
from niagara.directory.models import Category, Customer, Location, Program, Project, Reason, Resource, Status, Unit
from niagara.directory.operations import statuses
from niagara.directory.operations.founding import found_organization
from niagara.directory.operations.importing import export_units


@register(Organization)
class OrganizationAdmin(NiagaraAdmin):
    """Superusers only: an organization comes with its first roles and statuses, and is never deleted."""

    resource = "user"
    list_display = ("name", "id", "since")
    search_fields = ("name",)
    fields = ("name",)

    def visible_rows(self, user: Any) -> Any:
        rows = Organization.objects.all()
        return rows if user.is_superuser else rows.filter(pk=user.organization_id)

    def may(self, request: HttpRequest, verb: str, row: Any = None) -> bool:
        return bool(getattr(request.user, "is_superuser", False)) and verb != "delete"

    @display(description="since", ordering="created")
    def since(self, organization: Organization) -> str:
        return moment(organization.created)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            rename_organization(obj, obj.name, by=Actor.in_admin(request), at=now())
        else:
            obj.pk = found_organization(obj.name, at=now()).pk


class AllowingForm(NiagaraForm):
    """Of a customer, program or project, with the statuses it allows."""

    allowed_statuses = forms.ModelMultipleChoiceField(
        queryset=Status.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: those of the level above (project, program, customer, organization).",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        statuses = Status.objects.in_organization_of(self.request.user)  # type: ignore[arg-type]
        if self.instance.organization_id is not None:
            statuses = statuses.filter(organization_id=self.instance.organization_id)
        field: Any = self.fields["allowed_statuses"]
        field.queryset = statuses
        if not self.instance._state.adding:
            field.initial = [allowance.status_id for allowance in self.instance.allowances.all()]


class AllowingAdmin(NiagaraAdmin):
    form = AllowingForm
    search_fields: Sequence[str] = ("label",)
    date_hierarchy = "created"

    @display(description="allowed statuses")
    def allowed_statuses(self, row: Any) -> str:
        return ", ".join(sorted(str(one.status) for one in row.allowances.select_related("status"))) or "all"

    @display(description="created", ordering="created")
    def since(self, row: Any) -> str:
        return moment(row.created)

    @display(description="customer", ordering="customer__label")
    def of_customer(self, row: Any) -> str:
        return link(row.customer)

    @display(description="runs", ordering="start_date")
    def runs(self, row: Any) -> str:
        return f"{moment(row.start_date)} to {moment(row.end_date)}"

    def create(self, row: Any, form: Any, *, by: Actor, at: datetime) -> None:
        super().create(row, form, by=by, at=at)
        statuses.allow_statuses(row, form.cleaned_data["allowed_statuses"], by=by, at=at)

    def change(self, row: Any, form: Any, *, by: Actor, at: datetime, if_version: int | None) -> None:
        super().change(row, form, by=by, at=at, if_version=if_version)
        statuses.allow_statuses(row, form.cleaned_data["allowed_statuses"], by=by, at=at)


@register(Customer)
class CustomerAdmin(AllowingAdmin):
    list_display = ("label", "programs", "projects", "since")
    fields = ("label", "allowed_statuses", "external_platform")

    def prepare(self, rows: list[Any]) -> None:
        counted = Customer.objects.filter(pk__in=[row.pk for row in rows]).with_totals()
        found = {customer.pk: customer for customer in counted.order_by()}
        for row in rows:
            row.totals = found[row.pk]

    @display(description="programs")
    def programs(self, row: Any) -> str:
        return str(row.totals.total_programs)

    @display(description="projects")
    def projects(self, row: Any) -> str:
        return str(row.totals.total_projects)


@register(Program)
class ProgramAdmin(AllowingAdmin):
    list_display = ("label", "of_customer", "runs", "since")
    list_filter = ("customer",)
    list_select_related = ("customer",)
    autocomplete_fields = ("customer",)
    search_fields = ("label", "customer__label")
    fields = ("label", "customer", ("start_date", "end_date"), "allowed_statuses")

    def choice_label(self, row: Any) -> str:
        return f"{row} ({row.customer})"


@register(Project)
class ProjectAdmin(AllowingAdmin):
    list_display = ("label", "of_customer", "of_program", "runs", "since")
    list_filter = ("customer", "program")
    list_select_related = ("customer", "program")
    autocomplete_fields = ("customer", "program")
    search_fields = ("label", "description", "customer__label", "program__label")
    fields = ("label", "customer", "program", "description", ("start_date", "end_date"), "allowed_statuses")

    def choice_label(self, row: Any) -> str:
        return f"{row} ({row.customer})"

    @display(description="program", ordering="program__label")
    def of_program(self, row: Any) -> str:
        return link(row.program)


@register(Location)
class LocationAdmin(NiagaraAdmin):
    list_display = ("label", "location_type", "thoroughfare", "locality", "administrative_area", "country")
    list_filter = ("location_type", "country")
    search_fields = ("label", "locality", "thoroughfare", "postal_code")
    date_hierarchy = "created"
    fieldsets = (
        (None, {"fields": ("label", "location_type")}),
        (
            "Address",
            {
                "fields": (
                    "country",
                    ("administrative_area", "sub_administrative_area"),
                    ("locality", "postal_code"),
                    "thoroughfare",
                    ("premise", "sub_premise"),
                )
            },
        ),
    )


@register(Resource)
class ResourceAdmin(NiagaraAdmin):
    list_display = ("label", "resource_type", "at_location", "inside")
    list_filter = ("location", "resource_type")
    list_select_related = ("location", "parent")
    autocomplete_fields = ("location", "parent")
    search_fields = ("label", "resource_type", "location__label")
    date_hierarchy = "created"
    fields = ("label", "resource_type", "location", "parent")

    def choice_label(self, row: Any) -> str:
        return f"{row} ({row.location})"

    @display(description="location", ordering="location__label")
    def at_location(self, row: Any) -> str:
        return link(row.location)

    @display(description="inside", ordering="parent__label")
    def inside(self, row: Any) -> str:
        return link(row.parent)


@register(Unit)
class UnitAdmin(Exports, NiagaraAdmin):
    export_rows = export_units
    import_kind = "units"
    actions = ["export_csv", "export_xlsx", "delete_selected"]
    list_display = ("serial_number", "label", "part_number", "of_customer", "at_location", "standing")
    list_filter = ("customer", "location", "current_status")
    list_select_related = ("customer", "location", "current_status")
    autocomplete_fields = ("customer", "location")
    search_fields = ("serial_number", "label", "part_number")
    date_hierarchy = "created"
    fields = ("serial_number", "label", "part_number", "customer", "location", "current_status", "attributes")

    @display(description="customer", ordering="customer__label")
    def of_customer(self, unit: Any) -> str:
        return link(unit.customer)

    @display(description="location", ordering="location__label")
    def at_location(self, unit: Any) -> str:
        return link(unit.location)

    @display(description="status", ordering="current_status__status")
    def standing(self, unit: Any) -> str:
        status = unit.current_status
        return chip(status.status, status.category) if status else "–"


@register(Status)
class StatusAdmin(NiagaraAdmin):
    list_display = ("status", "in_category", "order", "description")
    list_filter = ("category",)
    search_fields = ("status", "description")
    fields = ("status", "category", "description", "order")

    @display(description="category", ordering="category")
    def in_category(self, status: Status) -> str:
        return chip(Category(status.category).label, status.category)

    def change(self, row: Any, form: Any, *, by: Actor, at: datetime, if_version: int | None) -> None:
        statuses.change_status(row, by=by, at=at, if_version=if_version)

    def remove(self, row: Any, *, by: Actor, at: datetime) -> None:
        statuses.remove_status(row, by=by, at=at)


@register(Reason)
class ReasonAdmin(NiagaraAdmin):
    list_display = ("label", "kind", "order")
    list_filter = ("kind",)
    search_fields = ("label",)
    fields = ("kind", "label", "order")
