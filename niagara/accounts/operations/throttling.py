"""Guessing takes time: after some failures every further one makes the next try wait longer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction

from niagara.accounts.models import SignInTries
from niagara.refusals import Busy

FIRST_PAUSE = timedelta(seconds=30)
FORGOTTEN_AFTER = timedelta(days=1)  # longer than any pause
_PRUNED_AT_ONCE = 100


class TooManyTries(Busy):
    """Signing in failed so often that one has to wait."""


@dataclass(frozen=True)
class Limit:
    """How many failures there may be of one kind, for one `value`, before pauses begin, and the longest of those."""

    kind: str
    value: str
    failures: int
    longest: timedelta = timedelta(minutes=15)
    # Whether one success forgets all failures; where many come from, it makes up for itself alone.
    is_forgiving: bool = True

    @property
    def key(self) -> str:
        return sha256(f"{self.kind}:{self.value}".encode(errors="replace")).hexdigest()

    def pause_after(self, failures: int) -> timedelta:
        if failures < self.failures:
            return timedelta(0)
        doublings = min(failures - self.failures, 10)
        return min(FIRST_PAUSE * 2**doublings, self.longest)


def password_limits(email: str, address: str) -> tuple[Limit, ...]:
    """A stranger elsewhere keeps nobody out of their account before a hundred failures (NIST SP 800-63B, 5.2.2),
    and a plant behind one address goes on as long as most of it types well."""
    email = email.strip().lower()
    return (
        Limit("account at address", f"{email} {address}", failures=5),
        Limit("account", email, failures=100),
        Limit("address", address, failures=200, is_forgiving=False),
    )


def badge_limits(digest: str, device_id: object) -> tuple[Limit, ...]:
    """A badge that nobody has is counted as well, so that a pause tells nothing."""
    return (
        Limit("badge", digest, failures=5, longest=timedelta(hours=1)),
        Limit("device", str(device_id), failures=20, is_forgiving=False),
    )


@transaction.atomic
def begin_try(limits: Sequence[Limit], *, at: datetime) -> None:
    """Count a try as failed before anything is compared: of many at the same moment, none comes uncounted.

    Raises TooManyTries, and counts nothing, while there is a pause.
    """
    _prune(at)
    by_key = {limit.key: limit for limit in limits}
    SignInTries.objects.bulk_create([SignInTries(key=key, last_at=at) for key in by_key], ignore_conflicts=True)
    rows = list(SignInTries.objects.select_for_update().filter(key__in=by_key).order_by("key"))
    for row in rows:
        if row.last_at < at - FORGOTTEN_AFTER:
            row.failures = 0
    # Of many who come at once, who waited for another's row comes with an earlier time; that alone is no pause.
    pauses = ((row, by_key[row.key].pause_after(row.failures)) for row in rows)
    until = max((row.last_at + pause for row, pause in pauses if pause), default=at)
    if until > at:
        raise TooManyTries(f"There were too many failed tries. Wait {_told(until - at)}, then try again.")
    for row in rows:
        row.failures, row.last_at = row.failures + 1, max(row.last_at, at)
        row.save(update_fields=["failures", "last_at"])


@transaction.atomic
def end_try(limits: Sequence[Limit]) -> None:
    """The try went well."""
    by_key = {limit.key: limit for limit in limits}
    for row in SignInTries.objects.select_for_update().filter(key__in=by_key).order_by("key"):
        row.failures = 0 if by_key[row.key].is_forgiving else max(row.failures - 1, 0)
        row.save(update_fields=["failures"])


def _prune(at: datetime) -> None:
    old = SignInTries.objects.filter(last_at__lt=at - FORGOTTEN_AFTER).select_for_update(skip_locked=True)
    SignInTries.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:_PRUNED_AT_ONCE])).delete()


def _told(pause: timedelta) -> str:
    seconds = max(round(pause.total_seconds()), 1)
    if seconds < 90:
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    return f"{-(-seconds // 60)} minutes"
