"""Badges and their PINs."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from niagara.accounts import access
from niagara.accounts.actor import Actor
from niagara.accounts.badge_codes import digest_of, new_code
from niagara.accounts.models import Badge, User
from niagara.accounts.operations import history
from niagara.accounts.operations.locking import hold
from niagara.refusals import Conflict, Fault, Invalid, NotAllowed

SHORTEST_PIN, LONGEST_PIN = 4, 8
_RUNS = ("01234567890", "09876543210")


class PasswordOnly(NotAllowed):
    """For what the person may do, a badge and a PIN are not enough."""


class MoreThanYours(NotAllowed):
    """Nobody makes a way in that allows more than they may do themselves."""


class PinTooEasy(Invalid):
    """It is no PIN, or the first that anybody would try."""

    def __init__(self, sentence: str) -> None:
        super().__init__([Fault("pattern", ("pin",), sentence)])


class BadgeRevoked(Conflict):
    """The badge counts no more."""


def may_use_badge(user: User) -> bool:
    """Who runs the product or keeps its people signs in with their password alone: a badge can be found, and four
    digits seen over a shoulder; that may cost a technician's cycles, never the whole organization."""
    return not (user.is_superuser or user.is_staff or "user:update" in user.grants)


@transaction.atomic
def issue_badge(user: User, *, pin: str, code: str = "", by: Actor, at: datetime) -> str:
    """Give a person a badge, which takes the place of the one before. Returns its code, a new one unless one is
    given, which nobody can read afterwards. Raises PermissionMissing, PasswordOnly, MoreThanYours, PinTooEasy."""
    user = hold(User.objects.all(), user.pk)
    badge = Badge(organization=user.organization, user=user, created=at, updated=at)
    access.require(by, "resource:create", badge)
    _require_reach(user, by=by)
    code = code or new_code()
    badge.digest, badge.pin = digest_of(code), _hashed(pin)
    Badge.objects.valid().filter(user=user).update(revoked=at, updated=at)
    badge.save(force_insert=True)
    history.record(user, "given a badge", by=by, at=at)
    return code


@transaction.atomic
def set_pin(badge: Badge, pin: str, *, by: Actor, at: datetime) -> None:
    """Give a badge another PIN; the history tells that, but never which. Everybody may change their own.

    Raises RemovedMeanwhile, PermissionMissing, PasswordOnly, MoreThanYours, BadgeRevoked, PinTooEasy.
    """
    badge = hold(Badge.objects.select_related("user"), badge.pk)
    if badge.user_id != by.user.pk:
        access.require(by, "resource:create", badge)
        _require_reach(badge.user, by=by)
    if badge.revoked is not None:
        raise BadgeRevoked("This badge was revoked. Ask for a new one.")
    badge.pin, badge.updated, badge.version = _hashed(pin), at, badge.version + 1
    badge.save(update_fields=["pin", "updated", "version"])
    history.record(badge.user, "given a new PIN", by=by, at=at)


@transaction.atomic
def revoke_badge(badge: Badge, *, by: Actor, at: datetime) -> bool:
    """Let a badge count no more; who is signed in with it is signed out. False if it was revoked already.

    Raises RemovedMeanwhile, PermissionMissing.
    """
    badge = hold(Badge.objects.select_related("user"), badge.pk)
    access.require(by, "resource:create", badge)
    if badge.revoked is not None:
        return False
    badge.revoked = badge.updated = at
    badge.version += 1
    badge.save(update_fields=["revoked", "updated", "version"])
    history.record(badge.user, "badge revoked", by=by, at=at)
    return True


def _hashed(pin: str) -> str:
    if not (pin.isascii() and pin.isdigit() and SHORTEST_PIN <= len(pin) <= LONGEST_PIN):
        raise PinTooEasy(f"Choose a PIN of {SHORTEST_PIN} to {LONGEST_PIN} digits.")
    if len(set(pin)) == 1 or any(pin in run for run in _RUNS):
        raise PinTooEasy("This PIN is too easy to guess. Choose one that is no row of digits.")
    return make_password(pin)


def _require_reach(user: User, *, by: Actor) -> None:
    if not may_use_badge(user):
        raise PasswordOnly(f"{user} may do too much for a badge, and signs in with a password.")
    held = by.user.grants
    if not all(held.get(name) or (not everywhere and name in held) for name, everywhere in user.grants.items()):
        raise MoreThanYours(f"{user} may do more than you. Ask your administrator to give the badge.")
