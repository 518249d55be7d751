"""Signing in with badge and PIN at a shared tablet."""

from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password

from niagara.accounts.badge_codes import digest_of
from niagara.accounts.models import Badge, SharedDevice, User
from niagara.accounts.operations.badges import PasswordOnly, may_use_badge
from niagara.accounts.operations.throttling import badge_limits, begin_try, end_try
from niagara.refusals import NotAllowed


class NotShared(NotAllowed):
    """Badges count at shared tablets alone."""


class WrongBadgeOrPin(NotAllowed):
    """Which of the two is never said."""


def sign_in_with_badge(device: SharedDevice | None, *, code: str, pin: str, at: datetime) -> User:
    """Whose badge and PIN these are. Raises NotShared, TooManyTries, WrongBadgeOrPin, PasswordOnly."""
    if device is None:
        raise NotShared("Badges count at shared tablets alone. Sign in with your e-mail address and password.")
    digest = digest_of(code)
    limits = badge_limits(digest, device.pk)
    begin_try(limits, at=at)
    badges = Badge.objects.valid().filter(organization_id=device.organization_id, user__is_active=True)
    badge = badges.filter(digest=digest).select_related("user").first()
    if badge is None:
        make_password(pin)  # takes as long as comparing does
    if badge is None or not check_password(pin, badge.pin):
        raise WrongBadgeOrPin("The badge or the PIN is not right. Scan your badge and try again.")
    end_try(limits)
    if not may_use_badge(badge.user):
        raise PasswordOnly("You may do too much for a badge. Sign in with your e-mail address and password.")
    for rows in (Badge.objects.filter(pk=badge.pk), SharedDevice.objects.filter(pk=device.pk)):
        rows.update(last_used=at)  # nobody's change, so the version stays
    return badge.user


def confirm_pin(badge: Badge, pin: str, *, at: datetime) -> None:
    """Whether it is the person who stands there. Raises TooManyTries, WrongBadgeOrPin."""
    limits = badge_limits(badge.digest, badge.pk)
    begin_try(limits, at=at)
    if not check_password(pin, badge.pin):
        raise WrongBadgeOrPin("This is not your PIN.")
    end_try(limits)
