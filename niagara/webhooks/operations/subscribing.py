"""Subscriptions: made, changed, paused, and given another secret."""

from datetime import datetime, timedelta

from django.db import transaction

from niagara import sealing
from niagara.accounts import access
from niagara.accounts.actor import Actor
from niagara.accounts.operations import history, saving
from niagara.accounts.operations.locking import hold
from niagara.records.models import Notification
from niagara.records.operations import notifying
from niagara.refusals import Fault, Invalid
from niagara.webhooks import signing, targets
from niagara.webhooks.models import Lane, Subscription

OLD_SECRET_SIGNS_FOR = timedelta(days=1)

# What no form and no body says, and may have changed since the row was read.
_KEPT = (
    "pause_reason", "secret", "previous_secret", "previous_secret_until", "failing_since", "last_success_at"
)  # fmt: skip


class TargetRefused(Invalid):
    """Deliveries may not go there."""

    def __init__(self, sentence: str) -> None:
        super().__init__([Fault("format", ("url",), sentence, {"format": "uri"})])


def create_subscription(subscription: Subscription, *, by: Actor, at: datetime) -> str:
    """Write a new subscription. Returns its secret, which is told once. Raises PermissionMissing, Invalid."""
    access.require(by, "webhook:create", subscription)  # before anybody else's name is looked up
    _check(subscription.url)
    secret = signing.new_secret()
    subscription.secret = sealing.seal(secret)
    subscription.pause_reason = "" if subscription.is_active else Subscription.Pause.BY_HAND
    saving.create_row(subscription, by=by, at=at)
    return secret


def change_subscription(subscription: Subscription, *, by: Actor, at: datetime, if_version: int | None = None) -> None:
    """Write what was changed on a subscription; one that is made active again, or has another URL, goes on at once.

    Raises RemovedMeanwhile, PermissionMissing, Invalid, ChangedMeanwhile.
    """
    access.require(by, "webhook:update", subscription)
    if not Subscription.objects.filter(pk=subscription.pk, url=subscription.url).exists():
        _check(subscription.url)  # outside of the transaction: somebody else's name server may take its time
    _change(subscription, by=by, at=at, if_version=if_version)


@transaction.atomic
def _change(subscription: Subscription, *, by: Actor, at: datetime, if_version: int | None = None) -> None:
    stored = hold(Subscription.objects.all(), subscription.pk)
    for name in _KEPT:
        setattr(subscription, name, getattr(stored, name))
    if subscription.is_active:
        subscription.pause_reason = Subscription.Pause.NONE
    elif stored.is_active:
        subscription.pause_reason = Subscription.Pause.BY_HAND
    is_resumed = subscription.is_active and not stored.is_active
    if is_resumed:
        subscription.failing_since = None
    saving.change_row(subscription, by=by, at=at, if_version=if_version)
    if is_resumed or subscription.url != stored.url:
        _begin_anew(subscription, at)


@transaction.atomic
def pause(
    subscription: Subscription, *, by: Actor, at: datetime, why: Subscription.Pause = Subscription.Pause.BY_HAND
) -> bool:
    """Send nothing more until it is resumed; what happens meanwhile waits in its lanes. False if it was paused
    already. Raises RemovedMeanwhile, PermissionMissing."""
    subscription = hold(Subscription.objects.all(), subscription.pk)
    access.require(by, "webhook:update", subscription)
    if not subscription.is_active:
        return False
    _set_active(subscription, False, why, by=by, at=at)
    return True


@transaction.atomic
def resume(subscription: Subscription, *, by: Actor, at: datetime) -> bool:
    """Go on, in order, with what waits. False if it was not paused. Raises RemovedMeanwhile, PermissionMissing."""
    subscription = hold(Subscription.objects.all(), subscription.pk)
    access.require(by, "webhook:update", subscription)
    if subscription.is_active:
        return False
    subscription.failing_since = None
    _set_active(subscription, True, Subscription.Pause.NONE, by=by, at=at)
    _begin_anew(subscription, at)
    return True


def _set_active(
    subscription: Subscription, is_active: bool, why: Subscription.Pause, *, by: Actor, at: datetime
) -> None:
    subscription.is_active, subscription.pause_reason, subscription.updated = is_active, why, at
    subscription.version += 1
    subscription.save(update_fields=["is_active", "pause_reason", "failing_since", "updated", "version"])
    history.record(
        subscription,
        "resumed" if is_active else "paused",
        by=by,
        at=at,
        changes={"is_active": (not is_active, is_active)},
        reason=why.label if why else "",
    )
    if why in (Subscription.Pause.GONE, Subscription.Pause.FAILING):
        notifying.notify_holders(
            "webhook:update",
            Notification.Kind.WEBHOOK_PAUSED,
            f"Nothing more is sent to {subscription}. {why.label}.",
            about=subscription,
            at=at,
        )


def _begin_anew(subscription: Subscription, at: datetime) -> None:
    """Let each lane be tried at once, with the whole schedule before it. A lane that somebody holds is being
    published to or sent from at this moment, and nobody waits for it: its next try is as it was."""
    free = Lane.objects.select_for_update(skip_locked=True).filter(
        subscription=subscription, lease_by=None, fails__gt=0
    )
    Lane.objects.filter(pk__in=list(free.values_list("pk", flat=True))).update(next_at=at, fails=0)


@transaction.atomic
def renew_secret(subscription: Subscription, *, by: Actor, at: datetime, end_old: bool = False) -> str:
    """A new secret, which is told once. The old one goes on signing for a day, unless it is to end at once.

    Raises RemovedMeanwhile, PermissionMissing.
    """
    subscription = hold(Subscription.objects.all(), subscription.pk)
    access.require(by, "webhook:update", subscription)
    secret = signing.new_secret()
    subscription.previous_secret = "" if end_old else subscription.secret
    subscription.previous_secret_until = None if end_old else at + OLD_SECRET_SIGNS_FOR
    subscription.secret = sealing.seal(secret)
    subscription.updated, subscription.version = at, subscription.version + 1
    subscription.save(update_fields=["secret", "previous_secret", "previous_secret_until", "updated", "version"])
    history.record(subscription, "given a new secret", by=by, at=at)
    return secret


def _check(url: str) -> None:
    try:
        targets.check(url)
    except targets.Refused as refusal:
        raise TargetRefused(str(refusal)) from refusal
