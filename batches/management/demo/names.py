"""The people, places and customers of the demo floor. Plain data."""

from typing import NamedTuple

COMPANY = "Lakeside Device Services"
OTHER_COMPANY = "Harbor Point Logistics"


class Person(NamedTuple):
    email: str
    name: str
    role: str
    time_zone: str
    location: str = ""


class Place(NamedTuple):
    """A location: the parts of its address, in the order of the model, and what stands there."""

    label: str
    location_type: str
    administrative_area: str
    sub_administrative_area: str
    locality: str
    postal_code: str
    thoroughfare: str
    premise: str
    queues: tuple[str, ...] = ()
    resources: tuple[tuple[str, str], ...] = ()


MENANDS = "Menands Production Center"
ELK_GROVE = "Elk Grove Integration Center"
IRVING = "Irving Distribution Warehouse"
PORTLAND = "Portland Service Depot"

NEW_YORK, CHICAGO, LOS_ANGELES = "America/New_York", "America/Chicago", "America/Los_Angeles"

# Those who can sign in.
ACCOUNTS = (
    Person("admin@niagara.example", "Grace Whitfield", "Administrator", NEW_YORK),
    Person("manager@niagara.example", "Marcus Delgado", "Production manager", NEW_YORK, MENANDS),
    Person("tech1@niagara.example", "Tanya Brooks", "Technician", NEW_YORK, MENANDS),
    Person("tech2@niagara.example", "Owen Fitzgerald", "Technician", CHICAGO, ELK_GROVE),
    Person("viewer@niagara.example", "Priya Raman", "Viewer", NEW_YORK),
    Person("integration@niagara.example", "Asset Register", "Integration", "UTC"),
)
OTHER_ACCOUNT = Person("manager@other.example", "Helen Sorensen", "Production manager", LOS_ANGELES, PORTLAND)

# Their colleagues, who have no password.
COLLEAGUES = (
    Person("luis.ortega@niagara.example", "Luis Ortega", "Technician", NEW_YORK, MENANDS),
    Person("dana.kowalski@niagara.example", "Dana Kowalski", "Technician", NEW_YORK, MENANDS),
    Person("samir.haddad@niagara.example", "Samir Haddad", "Technician", CHICAGO, ELK_GROVE),
    Person("keisha.monroe@niagara.example", "Keisha Monroe", "Technician", CHICAGO, IRVING),
    Person("ben.tran@niagara.example", "Ben Tran", "Technician", CHICAGO, IRVING),
)

# How many cycles some queues can do on a day; of the others nobody has said it.
CAPACITIES = {"Fast Lane": 20, "Provisioning": 60, "Imaging": 40, "Kitting": 30, "Rollout Line A": 80}

LINE = (
    ("Mixing Station 1", "mixing-station"),
    ("Mixing Station 2", "mixing-station"),
    ("Bench 1", "work-station"),
    ("Bench 2", "work-station"),
    ("Cart 7", "cart"),
)

PLACES = (
    Place(
        MENANDS,
        "facility",
        "NY",
        "Albany",
        "Menands",
        "12204",
        "431 Broadway",
        "Suite C",
        ("Fast Lane", "Provisioning", "Imaging", "Kitting", "Returns and Repair"),
        LINE,
    ),
    Place(
        ELK_GROVE,
        "facility",
        "IL",
        "Cook",
        "Elk Grove Village",
        "60007",
        "1250 Busse Road",
        "Building 2",
        ("Rollout Line A", "Rollout Line B", "Imaging", "Rework"),
        (*LINE, ("Label Printer 3", "label-printer")),
    ),
    Place(
        IRVING,
        "warehouse",
        "TX",
        "Dallas",
        "Irving",
        "75063",
        "8400 Esters Boulevard",
        "Dock 14",
        ("Receiving", "Provisioning", "Ship Out"),
        (("Mixing Station 1", "mixing-station"), ("Bench 1", "work-station"), ("Cart 1", "cart"), ("Cart 2", "cart")),
    ),
)
OTHER_PLACE = Place(
    PORTLAND,
    "facility",
    "OR",
    "Multnomah",
    "Portland",
    "97210",
    "2750 NW Yeon Avenue",
    "Unit 5",
    ("Handhelds", "Scanners"),
    (("Bench 1", "work-station"),),
)

# Customer → its programs, each with its projects; "" holds the projects of no program.
CUSTOMERS: dict[str, dict[str, tuple[str, ...]]] = {
    "Lexington School District": {
        "One-to-One Devices": ("Middle School iPads", "High School Chromebooks"),
        "": ("Classroom Displays",),
    },
    "Fairview Unified Schools": {"": ("Elementary Chromebook Carts", "Staff Laptops")},
    "Mercy Valley Health": {"Bedside Tablets": ("East Campus", "West Campus"), "": ("Nurse Station Refresh",)},
    "Harlan & Rowe Stores": {"North East Stores": ("New York Stores", "Boston Stores"), "": ("Holiday Registers",)},
    "Tri-County Transit": {"": ("Fare Validators", "Dispatch Tablets")},
    "Blue Heron Logistics": {"": ("Driver Handhelds",)},
    "Summit Ridge Insurance": {"Laptop Refresh": ("Claims Department", "Field Adjusters")},
}
# Where work in progress is simply called that; the others reticulate splines.
PLAIN_SPOKEN = frozenset({"Lexington School District", "Mercy Valley Health", "Harlan & Rowe Stores"})

OTHER_CUSTOMERS = {"Cascade Grocers": {"": ("Stock Scanners",)}}


class Device(NamedTuple):
    label: str
    part_number: str
    serial_prefix: str


DEVICES = {
    "ipad": Device("iPad 10.9-inch", "MPQ03LL/A", "DMP"),
    "chromebook": Device("Chromebook 314", "NX.AUDAA.004", "NXA"),
    "laptop": Device("Latitude 5450", "LAT-5450-I5", "7KF"),
    "handheld": Device("TC58 Handheld", "TC58B1-3T1", "SZ2"),
    "register": Device("Point of Sale Terminal", "POS-6700", "PT6"),
    "display": Device("Classroom Display 75", "CD-75-IR", "CDX"),
}
