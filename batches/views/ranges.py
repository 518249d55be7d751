from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

LONGEST = 366  # days
EARLIEST, LATEST = date(2000, 1, 1), date(2200, 1, 1)


@dataclass(frozen=True)
class Range:
    """Whole days, in the time zone of whoever looks."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        return midnight(self.first)

    @property
    def end(self) -> datetime:
        """The first moment that is no longer in it."""
        return midnight(self.last + timedelta(days=1))

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]


def midnight(day: date) -> datetime:
    """When a day begins here; that is not 24 hours after the last one did where clocks are set forward or back."""
    return datetime.combine(day, time.min, timezone.get_current_timezone())


def last_days(number: int, today: date) -> Range:
    return Range(today - timedelta(days=number - 1), today)


def between(since: date | None, until: date | None, today: date) -> Range:
    """From one day to another, whichever comes first, as far as there can be anything to see."""
    days = [min(day, today) for day in (since or until or today, until or today)]
    first, last = min(days), max(days)
    return Range(max(first, last - timedelta(days=LONGEST - 1)), last)


def day_field(label: str) -> forms.DateField:
    """A day to filter by. One at which nothing can have happened fits nothing."""
    limits = [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]
    return forms.DateField(
        label=label, required=False, validators=limits, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
