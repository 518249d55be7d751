"""The statuses of an organization, and which of them a project allows."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from niagara.accounts import access
from niagara.accounts.actor import Actor
from niagara.accounts.models import Organization
from niagara.accounts.operations import history, saving
from niagara.accounts.operations.locking import hold
from niagara.directory.models import AllowedStatus, Category, Project, Status
from niagara.refusals import Conflict, Fault, Invalid


class KeepsItsCategory(Conflict):
    """What has the status stands where its cycles stand, so the status can't mean something else."""


class LastOfItsCategory(Conflict):
    """Something in this category would have no status to show."""


class NotOfTheOrganization(Invalid):
    """A status of another organization."""


_FIRST_ORDER = 3  # leaves room ahead of them for an organization's own


def create_statuses(organization: Organization, *, at: datetime) -> None:
    """Give a new organization one status per category."""
    Status.objects.bulk_create(
        Status(
            organization=organization,
            status=category.label,
            category=category,
            description=f"For something that is {category.label}",
            order=order,
            created=at,
            updated=at,
        )
        for order, category in enumerate(_IN_ORDER, start=_FIRST_ORDER)
    )


_IN_ORDER = (
    Category.PENDING,
    Category.IN_PROGRESS,
    Category.VERIFYING,
    Category.BLOCKED,
    Category.COMPLETE,
    Category.CANCELLED,
)


def allowed_statuses(project: Project, category: Category) -> list[Status]:
    """The statuses of this category a project may show, in order.

    The narrowest level that says anything about the category decides: the project, its program,
    its customer; otherwise all of the organization's.
    """
    statuses = list(
        Status.objects.filter(organization_id=project.organization_id, category=category).order_by("order", "status")
    )
    ids_by_level: dict[str, set[UUID]] = {"project": set(), "program": set(), "customer": set()}
    for allowance in AllowedStatus.objects.filter(status__in=statuses):
        for level, allowed_ids in ids_by_level.items():
            row_id = project.pk if level == "project" else getattr(project, f"{level}_id")
            if row_id is not None and getattr(allowance, f"{level}_id") == row_id:
                allowed_ids.add(allowance.status_id)
    ids = next(filter(None, ids_by_level.values()), None)
    return [status for status in statuses if ids is None or status.pk in ids]


@transaction.atomic
def change_status(status: Status, *, by: Actor, at: datetime, if_version: int | None = None) -> None:
    """Write what was changed on a status.

    Raises RemovedMeanwhile, PermissionMissing, KeepsItsCategory, ChangedMeanwhile, Invalid.
    """
    if hold(Status.objects.all(), status.pk).category != status.category:
        raise KeepsItsCategory(f"{status} keeps its category. Add another status instead.")
    saving.change_row(status, by=by, at=at, if_version=if_version)


@transaction.atomic
def remove_status(status: Status, *, by: Actor, at: datetime, if_version: int | None = None) -> None:
    """Delete a status that nothing has and that is not the only one of its category.

    Raises RemovedMeanwhile, PermissionMissing, LastOfItsCategory, StillInUse, ChangedMeanwhile.
    """
    # All of the category are held, so that two people can't each remove the other's last.
    same = Status.objects.filter(organization=status.organization, category=status.category).order_by("pk")
    if len(same.select_for_update()) < 2:
        raise LastOfItsCategory(f"{status} is the only status of its category. Add another one first.")
    saving.remove_row(status, by=by, at=at, if_version=if_version)


@transaction.atomic
def allow_statuses(row: Any, statuses: Collection[Status], *, by: Actor, at: datetime) -> None:
    """Let a customer, program or project allow exactly these statuses; none: those of the level above.

    Raises RemovedMeanwhile, PermissionMissing, NotOfTheOrganization.
    """
    row = hold(type(row)._default_manager.all(), row.pk)
    access.require(by, f"{row.resource}:update", row)
    if any(status.organization_id != row.organization_id for status in statuses):
        raise NotOfTheOrganization([Fault("enum", ("allowed_statuses",), "Choose statuses of the same organization.")])
    level = row._meta.model_name
    before = sorted(row.allowances.values_list("status__status", flat=True))
    after = sorted(status.status for status in statuses)
    if before != after:
        row.version, row.updated = row.version + 1, at
        row.save(update_fields=["version", "updated"])
        row.allowances.all().delete()
        AllowedStatus.objects.bulk_create(AllowedStatus(status=status, **{level: row}) for status in statuses)
        history.record(row, "changed", by=by, at=at, changes={"allowed_statuses": (before, after)})
