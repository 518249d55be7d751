"""The one clock. The edges read it once and hand the time on; operations never look."""

from datetime import UTC, datetime


def now() -> datetime:
    """The time in UTC, in whole milliseconds: what is stored is exactly what is shown."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
