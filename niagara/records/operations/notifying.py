"""Telling users what others did that is about them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from niagara.accounts.actor import Actor
from niagara.accounts.models import User
from niagara.accounts.operations import history
from niagara.accounts.operations.locking import hold
from niagara.accounts.operations.saving import check_version
from niagara.records.entities import public_id
from niagara.records.models import Notification
from niagara.refusals import NotAllowed


class NotYours(NotAllowed):
    """Nobody but the user it speaks to dismisses a notification."""


def notify_technicians(assigned: Iterable[tuple[Any, User]], *, by: Actor, at: datetime) -> None:
    """Tell each user of what they were made a technician, unless they did so themselves."""
    Notification.objects.bulk_create(
        _notification(
            user, Notification.Kind.ASSIGNED, f"{by.user} made you a technician of {target}.", about=target, at=at
        )
        for target, user in assigned
        if user.pk != by.user.pk
    )


def notify_handed_over(target: Any, user: User, *, by: Actor, at: datetime) -> None:
    """Tell a user of what they are to go on with, unless they took it themselves."""
    if user.pk != by.user.pk:
        message = f"{by.user} handed {target} over to you."
        _notification(user, Notification.Kind.ASSIGNED, message[:600], about=target, at=at).save(force_insert=True)


def notify_holders(permission: str, kind: Notification.Kind, message: str, *, about: Any, at: datetime) -> None:
    """Tell all who hold a permission everywhere. Who was told the same of it, and has not dismissed that, knows."""
    know = Notification.objects.filter(kind=kind, subject_id=public_id(about))
    holders = User.objects.filter(organization_id=about.organization_id).holding(permission)
    Notification.objects.bulk_create(
        _notification(user, kind, message[:600], about=about, at=at)
        for user in holders.exclude(pk__in=know.values("user"))
    )


@transaction.atomic
def dismiss(notification: Notification, *, by: Actor, at: datetime, if_version: int | None = None) -> None:
    """Remove a notification that was read. Raises RemovedMeanwhile, NotYours, ChangedMeanwhile."""
    notification = hold(Notification.objects.all(), notification.pk, to_remove=True)
    if notification.user_id != by.user.pk:
        raise NotYours("A notification is dismissed by the user it speaks to.")
    check_version(notification, if_version)
    history.record(notification, "dismissed", by=by, at=at)
    notification.delete()


def _notification(user: User, kind: Notification.Kind, message: str, *, about: Any, at: datetime) -> Notification:
    return Notification(
        organization_id=about.organization_id,
        user=user,
        kind=kind,
        message=message,
        subject_type=about.entity_type,
        subject_id=public_id(about),
        label=str(about)[:300],
        created=at,
        updated=at,
    )
