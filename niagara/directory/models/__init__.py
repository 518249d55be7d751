from niagara.directory.models.customer import Customer, Program, Project
from niagara.directory.models.location import Location
from niagara.directory.models.reason import Reason
from niagara.directory.models.resource import Resource
from niagara.directory.models.status import ACTIVE, IN_FLIGHT, AllowedStatus, Category, Status
from niagara.directory.models.unit import Unit

__all__ = [
    "ACTIVE",
    "IN_FLIGHT",
    "AllowedStatus",
    "Category",
    "Customer",
    "Location",
    "Program",
    "Project",
    "Reason",
    "Resource",
    "Status",
    "Unit",
]
