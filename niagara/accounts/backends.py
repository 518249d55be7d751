from typing import Any

from django.http import HttpRequest

from niagara import clock
from niagara.accounts.models import Badge, SharedDevice, User
from niagara.accounts.operations.badge_sign_in import sign_in_with_badge


class BadgeBackend:
    """Knows people by a shared tablet, a badge and a PIN."""

    def authenticate(self, request: HttpRequest | None, *, device: SharedDevice | None, code: str, pin: str) -> User:
        """Raises the refusals of `sign_in_with_badge`, each with its sentence."""
        return sign_in_with_badge(device, code=code, pin=pin, at=clock.now())

    def get_user(self, user_id: Any) -> User | None:
        """Asked at each request of a session that began with a badge: it ends with the badge."""
        badges = Badge.objects.valid().filter(user=user_id)
        return User.objects.filter(pk__in=badges.values("user"), is_active=True).first()
