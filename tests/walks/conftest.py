"""A scene with one of everything, and for each operation that writes a body that is right."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from batches.models import Batch
from niagara.accounts.models import User
from niagara.directory.models import Unit
from niagara.records.models import Relation, public_relation_id
from tests.factories import Floor
from tests.walks.routes import Operation


@dataclass
class World:
    floor: Floor
    tom: User
    batch: Batch
    unit: Unit
    tech: Relation

    @property
    def ids(self) -> dict[str, str]:
        """What stands in an address, by the name it has there."""
        return {
            "action_id": str(self.batch.cycles.all()[0].pk),
            "batch_group_id": str(self.batch.batch_group_id),
            "batch_id": str(self.batch.pk),
            "customer_id": str(self.floor.customer.pk),
            "location_id": str(self.floor.location.pk),
            "program_id": str(self.floor.program.pk),
            "project_id": str(self.floor.project.pk),
            "queue_id": str(self.floor.queue.pk),
            "relation_id": public_relation_id("USER", "tech", self.tech.pk),
            "resource_id": str(self.floor.station.pk),
            "tech_id": str(self.tom.user_id),
            "unit_id": str(self.unit.pk),
            "user_id": str(self.tom.user_id),
            "work_flow_id": str(self.floor.workflow.pk),
            "work_order_id": str(self.batch.work_order_id),
        }

    def body(self, operation: Operation) -> Any:
        if operation.method in ("GET", "DELETE"):
            return None
        return BODIES[str(operation)](self)


def _new_batch(world: World) -> dict[str, Any]:
    return {
        "work_order": {"work_order_id": world.ids["work_order_id"]},
        "queue": {"queue_id": world.ids["queue_id"]},
        "number_cycles": 1,
    }


# A new operation that writes needs a line here; the walks fail until it has one.
BODIES: Mapping[str, Callable[[World], Any]] = {
    "POST api/batches": _new_batch,
    "PATCH api/batches": lambda world: {**_new_batch(world), "total": 2, "users": [{"user_id": world.ids["tech_id"]}]},
    "PATCH api/batches/<slug:batch_id>": lambda world: {"label": "Another", "number_cycles": 5},
    "POST api/batches/<slug:batch_id>/relations": lambda world: {
        "relation": "owner",
        "entity": {"entity_id": world.ids["user_id"], "entity_type": "USER"},
    },
}


@pytest.fixture
def world(floor: Floor, tom: User) -> World:
    batch = floor.make_batch(4, floor.make_work_order(20), technicians=[tom])
    unit = Unit.objects.create(
        organization=floor.organization,
        label="iPad",
        serial_number="SN-1",
        customer=floor.customer,
        location=floor.location,
    )
    return World(floor, tom, batch, unit, Relation.objects.technicians().get(relation="tech"))
