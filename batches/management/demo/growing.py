"""A bigger demo floor: more locations, queues, customers and technicians, before there is more work."""

from datetime import datetime
from typing import NamedTuple

from batches.management.demo import names
from batches.management.demo.accounts import add_people, place_people
from batches.management.demo.floor import Floor
from batches.management.demo.founding import COMMAND, add_customers, add_place, allow_only
from batches.management.demo.names import Person, Place
from niagara.accounts.actor import Actor
from niagara.accounts.models import User
from niagara.directory.models import Customer
from queues.models import Queue
from queues.operations.queueing import create_queue


class Size(NamedTuple):
    batches: int  # in all
    locations: int = len(names.PLACES)
    queues: int = 0  # at each location
    schools: int = 0  # further customers
    days: int = 0  # the work of how long

    def is_there(self, batches: int) -> bool:
        # Half is enough: people delete batches of a demo.
        return batches >= self.batches // 2


SIZES = {
    "small": Size(batches=1),
    "medium": Size(batches=10_000, locations=8, queues=10, schools=12, days=180),
    "large": Size(batches=200_000, locations=10, queues=20, schools=40, days=365),
}

STUDENTS, STAFF = "Student Devices", "Staff Devices"

# town, state, county, postal code, street, time zone; a location and three technicians each
_TOWNS = (
    ("Columbus", "OH", "Franklin", "43228", "3950 Business Park Drive", names.NEW_YORK),
    ("Norcross", "GA", "Gwinnett", "30071", "6150 Northbelt Drive", names.NEW_YORK),
    ("Tempe", "AZ", "Maricopa", "85284", "7855 South River Parkway", "America/Phoenix"),
    ("Sparks", "NV", "Washoe", "89434", "350 Salomon Circle", names.LOS_ANGELES),
    ("Charlotte", "NC", "Mecklenburg", "28217", "4500 Westinghouse Commons", names.NEW_YORK),
    ("Aurora", "CO", "Adams", "80011", "19300 East 23rd Avenue", "America/Denver"),
    ("Middletown", "PA", "Dauphin", "17057", "400 First Street", names.NEW_YORK),
)
_TECHNICIANS = (
    ("Aaron Bell", "Maya Lindqvist", "Jorge Salinas"),
    ("Tasha Greene", "Peter Novak", "Lan Pham"),
    ("Rosa Dominguez", "Kyle Begay", "Hannah Stone"),
    ("Victor Chen", "Molly Andersen", "Jamal Reed"),
    ("Whitney Carter", "Ravi Menon", "Colin Murphy"),
    ("Elena Petrov", "Diego Ramos", "Sara Lundgren"),
    ("Frank Weaver", "Nadia Rahman", "Joel Hoffman"),
)
_QUEUES = (
    *("Fast Lane", "Provisioning", "Imaging", "Kitting", "Rollout Line A", "Rollout Line B", "Rework", "Receiving"),
    *("Ship Out", "Returns and Repair", "Tablets", "Chromebooks", "Laptops", "Handhelds", "Registers", "Displays"),
    *("Night Shift", "Weekend Shift", "Overflow", "Quality Hold", "Spare Stock", "Loaners", "Warranty", "Recycling"),
    "Asset Tagging",
)
_SCHOOL_TOWNS = (
    *("Ashford", "Bellmont", "Brookhaven", "Cedar Falls", "Clearwater", "Crestview", "Dover", "Eastbrook"),
    *("Elmwood", "Fairmont", "Glenview", "Granite Falls", "Greenfield", "Hamilton", "Harrison", "Hillsdale"),
    *("Jefferson", "Kingsley", "Lakewood", "Linden", "Maple Ridge", "Marshall", "Millbrook", "Monroe"),
    *("Newport", "Northgate", "Oak Hill", "Oxford", "Pine Valley", "Plainfield", "Ridgefield", "Riverton"),
    *("Salem", "Springfield", "Stonebridge", "Sunnyvale", "Union", "Westfield", "Willow Creek", "Woodbury"),
)


def grow(floor: Floor, size: Size, *, at: datetime) -> None:
    """Bring locations, queues, customers and technicians to their number; what is there stays."""
    by = Actor.in_command(User.objects.get(email=names.ACCOUNTS[0].email), COMMAND)
    _add_locations(floor, size.locations - len(names.PLACES), by=by, at=at)
    for label, location in sorted(floor.locations.items()):
        here = [queue_label for location_label, queue_label in floor.queues if location_label == label]
        new = [queue_label for queue_label in _QUEUES if queue_label not in here]
        for queue_label in new[: max(0, size.queues - len(here))]:
            queue = Queue(organization=floor.organization, location=location, label=queue_label)
            create_queue(queue, by=by, at=at)
    schools = {
        f"{town} Public Schools": {"": (f"{town} {STUDENTS}", f"{town} {STAFF}")}
        for town in _SCHOOL_TOWNS[: size.schools]
    }
    known = set(Customer.objects.filter(organization=floor.organization).values_list("label", flat=True))
    new_schools = {label: programs for label, programs in schools.items() if label not in known}
    add_customers(floor.organization, new_schools, by=by, at=at)
    for school in Customer.objects.filter(organization=floor.organization, label__in=new_schools):
        allow_only(school, "In Progress", by=by, at=at)


def _add_locations(floor: Floor, number: int, *, by: Actor, at: datetime) -> None:
    for town, crew in list(zip(_TOWNS, _TECHNICIANS, strict=True))[:number]:
        locality, state, county, postal_code, street, time_zone = town
        label = f"{locality} Service Center"
        if label in floor.locations:
            continue
        place = Place(label, "facility", state, county, locality, postal_code, street, "", resources=names.LINE)
        floor.locations[label] = add_place(floor.organization, place, by=by, at=at)
        people = [
            Person(f"{name.lower().replace(' ', '.')}@niagara.example", name, "Technician", time_zone, label)
            for name in crew
        ]
        add_people(floor.organization, people, at=at, may_sign_in=False)
        place_people(people, floor.locations, by=by, at=at)
