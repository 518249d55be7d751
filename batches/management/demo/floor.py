"""One organization's floor, as the demo needs to know it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from uuid import UUID

from batches.management.demo.founding import COMMAND
from batches.management.demo.names import Device
from niagara.accounts.actor import Actor
from niagara.accounts.models import Organization, User
from niagara.directory.models import Category, Customer, Location, Project, Resource, Status, Unit
from niagara.records.models import Relation
from queues.models import Queue
from workorders.models import Workflow

_SERIAL_CHARACTERS = "0123456789CDFGHJKLMNPQRTVWXY"


@dataclass
class Floor:
    organization: Organization
    manager: User
    locations: dict[str, Location]
    queues: dict[tuple[str, str], Queue]  # by the labels of location and queue
    projects: dict[str, Project]
    workflows: dict[str, Workflow]
    statuses: dict[Category, Status]
    crews: dict[UUID, list[User]]  # the technicians of a location
    stations: dict[tuple[UUID, str], list[Resource]]  # by location and type

    @property
    def by(self) -> Actor:
        return Actor.in_command(self.manager, COMMAND)

    def crew_at(self, location_id: UUID) -> list[User]:
        return self.crews.get(location_id) or [self.manager]

    def make_units(
        self, number: int, device: Device, customer: Customer, location: Location, *, rng: Random, at: datetime
    ) -> list[Unit]:
        """Devices that just came in, not yet written."""
        return [
            Unit(
                organization=self.organization,
                label=device.label,
                part_number=device.part_number,
                serial_number=device.serial_prefix + "".join(rng.choices(_SERIAL_CHARACTERS, k=9)),
                customer=customer,
                location=location,
                current_status=self.statuses[Category.IN_PROGRESS],
                created=at,
                updated=at,
            )
            for _ in range(number)
        ]


def read_floor(organization: Organization) -> Floor:
    crews: dict[UUID, list[User]] = defaultdict(list)
    for relation in Relation.objects.filter(
        organization=organization, target_type=Location.entity_type, source_user__roles__label="Technician"
    ).select_related("source_user"):
        assert relation.source_user is not None  # the filter saw its role
        crews[relation.target_id].append(relation.source_user)
    stations: dict[tuple[UUID, str], list[Resource]] = defaultdict(list)
    for resource in Resource.objects.filter(organization=organization).order_by("label"):
        stations[resource.location_id, resource.resource_type].append(resource)
    queues = Queue.objects.filter(organization=organization).select_related("location").in_order()
    statuses = Status.objects.filter(organization=organization, status__in=Category.labels)
    return Floor(
        organization=organization,
        manager=User.objects.get(organization=organization, roles__label="Production manager"),
        locations={location.label: location for location in Location.objects.filter(organization=organization)},
        queues={(queue.location.label, queue.label): queue for queue in queues},
        projects={
            project.label: project
            for project in Project.objects.filter(organization=organization).select_related("customer", "program")
        },
        workflows={workflow.label: workflow for workflow in Workflow.objects.filter(organization=organization)},
        statuses={Category(status.category): status for status in statuses},
        crews=crews,
        stations=stations,
    )


def pick(rng: Random, choices: Sequence[Resource]) -> Resource | None:
    return rng.choice(choices) if choices else None
