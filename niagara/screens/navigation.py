"""Where one can go from every screen."""

from dataclasses import dataclass

from django.urls import reverse

from niagara.accounts.models import User


@dataclass(frozen=True)
class Place:
    """An entry of the navigation: shown to who holds the permission somewhere."""

    word: str
    url_name: str
    permission: str

    @property
    def address(self) -> str:
        return reverse(self.url_name)


# In the order of a manager's day.
PLACES = [
    Place("Board", "board-page", "batch:read"),
    Place("Work orders", "work-orders-page", "work-order:read"),
    Place("Batch groups", "batch-groups-page", "batch-group:read"),
    Place("Dashboard", "dashboard-page", "work-order:all"),
    Place("Units", "units-page", "unit:read"),
    Place("Import", "import-page", "unit:create"),
    Place("Webhooks", "webhooks-page", "webhook:read"),
    Place("Tablets", "tablets-page", "resource:create"),
]
# What a technician needs, and a manager now and then.
AT_WORK = [
    Place("My work", "my-work-page", "context:create"),
    Place("Checks", "checks-page", "context:step"),
]
# How many stand in the row on top; the others are in its menu, so that the row stays one.
ALWAYS_SEEN, SEEN_ON_WIDE = 2, 4


def oversees(user: User) -> bool:
    """Whether somebody's work are all the queues, rather than what is in hand."""
    return "queue:all" in user.grants


def places_of(user: User) -> list[Place]:
    places = [*PLACES, *AT_WORK] if oversees(user) else [*AT_WORK, *PLACES]
    return [place for place in places if place.permission in user.grants]


def start_of(user: User) -> str:
    """Where signing in leads: an administrator to the admin, everybody else to the first of their places."""
    if user.is_staff and "user:create" in user.grants:
        return reverse("admin:index")
    places = places_of(user)
    return places[0].address if places else reverse("home")
