"""For each operation that writes, a body that is right. The walks fail until a new one has a line in `BODIES`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from tests.factories import STEPS

if TYPE_CHECKING:
    from tests.walks.conftest import World


def _new_batch(world: World) -> dict[str, Any]:
    return {
        "work_order": {"work_order_id": world.ids["work_order_id"]},
        "queue": {"queue_id": world.ids["queue_id"]},
        "number_cycles": 1,
    }


def _relation(world: World) -> dict[str, Any]:
    return {"relation": "owner", "entity": {"entity_id": world.ids["user_id"], "entity_type": "USER"}}


def _note(world: World) -> dict[str, Any]:
    return {"content": "Look at the hinge", "is_issue": True, "is_closed": True}


def _customer(world: World) -> dict[str, Any]:
    return {"label": "Schools", "external_platform": {"erp": {"number": 7, "tags": ["a"]}}}


def _program(world: World) -> dict[str, Any]:
    customer = {"customer_id": world.ids["customer_id"]}
    return {"label": "Tablets", "customer": customer, "start_date": TIME, "end_date": TIME}


def _project(world: World) -> dict[str, Any]:
    program = {"program_id": world.ids["program_id"]}
    return {**_program(world), "description": "All rooms", "program": program}


def _location(world: World) -> dict[str, Any]:
    return {"label": "Annex", "location_type": "warehouse", "address": {"country": "USA", "locality": "Albany"}}


def _resource(world: World) -> dict[str, Any]:
    return {
        "label": "Bench 9",
        "resource_type": "work-station",
        "location": _at(world),
        "parent_id": world.spare["resource_id"],
    }


def _unit(world: World) -> dict[str, Any]:
    return {
        "label": "iPad",
        "serial_number": "SN-9",
        "part_number": "A1",
        "customer": {"customer_id": world.ids["customer_id"]},
        "location": _at(world),
        "current_status": PENDING,
        "attributes": {"colour": ["black", 7]},
    }


def _queue(world: World) -> dict[str, Any]:
    return {"label": "Rush", "location": _at(world), "priority": "Zz9", "is_active": True}


def _work_order(world: World) -> dict[str, Any]:
    return {
        "label": "Provision phones",
        "description": "All of them",
        "work_order_type": "device",
        "begin_date": TIME,
        "due_date": TIME,
        "current_status": PENDING,
        "project": {"project_id": world.ids["project_id"]},
        "location": _at(world),
        "cycles": {"needed": 30, "work_flow": {"work_flow_id": world.ids["work_flow_id"]}},
    }


def _workflow(world: World) -> dict[str, Any]:
    return {
        "label": "Set up",
        "applies_to": "UNIT",
        "starts_at": "unpack",
        "metadata": {"colour": "red"},
        "steps": STEPS,
        "triggered_by": ["unit-arrived"],
    }


def _started_on(world: World) -> dict[str, Any]:
    entity = {"entity_id": world.ids["unit_id"], "entity_type": "UNIT"}
    return {"entity": entity, "resource_id": world.ids["resource_id"]}


def _closed_step(world: World) -> dict[str, Any]:
    items = [{"slug": "sealed", "value": "ok"}, {"slug": "clean", "value": "bad"}]
    return {"close_step": {"step": "look-over", "type": "close", "items": items, "fields": []}}


def _blocked(world: World) -> dict[str, Any]:
    status = {"status": "Blocked", "category": "BLOCKED"}
    return {"current_status": status, "reason": "Waiting for parts", "comment": "Two screens are on their way"}


def _role(world: World) -> dict[str, Any]:
    grants = [("batch:read", False), ("unit:update", True)]
    return {"label": "Helper", "grants": [{"permission": name, "match_location": only} for name, only in grants]}


def _user(world: World) -> dict[str, Any]:
    return {
        "email": "new@example.com",
        "name": "Nora New",
        "picture": "https://example.com/nora.png",
        "profile": "https://example.com/nora",
        "user_attributes": [{"key": "shift", "value": "night"}],
        "time_zone": "America/New_York",
        "is_active": True,
        "roles": [{"role_id": world.ids["role_id"]}],
    }


def _group(world: World) -> dict[str, Any]:
    return {
        "name": "Pallet 2",
        "tags": ["fragile", "ship first"],
        "settings": {"layers": 4, "wrap": {"film": True}},
        "equipment": [{"resource_id": world.ids["resource_id"]}],
        "container": {"container_type": "pallet", "label": "P-2"},
        "delivery_status": "in-transit",
        "reason": "The truck came early",
    }


def _webhook(world: World) -> dict[str, Any]:
    return {"url": "http://127.0.0.1:9/hook", "events": ["BatchChanged"], "description": "MES", "active": False}


def _nothing(world: World) -> dict[str, Any]:
    return {}


def _at(world: World) -> dict[str, Any]:
    return {"location_id": world.ids["location_id"]}


TIME = "2026-03-02T08:30:00.000Z"
PENDING = {"status": "Pending", "category": "PENDING"}


# A new operation that writes needs a line here; the walks fail until it has one.
BODIES: Mapping[str, Callable[[World], Any]] = {
    "POST api/batches": _new_batch,
    "PATCH api/batches": lambda world: {**_new_batch(world), "total": 2, "users": [{"user_id": world.ids["tech_id"]}]},
    "PATCH api/batches/<slug:batch_id>": lambda world: {
        "label": "Another",
        "number_cycles": 5,
        "hold_reason": "Waiting for parts",
        "reason": "The line stands",
    },
    "POST api/batches/<slug:batch_id>/relations": _relation,
    "POST api/batch-groups": lambda world: {
        **_group(world),
        "work_order": {"work_order_id": world.ids["work_order_id"]},
    },
    "PUT api/batch-groups/<slug:batch_group_id>": _group,
    "PUT api/batch-groups/<slug:batch_group_id>/mixing-station": lambda world: {
        "mixing_station": {"resource_id": world.ids["resource_id"]},
        "reason": "Bench 2 is broken",
    },
    "POST api/batch-groups/<slug:batch_group_id>/notes": _note,
    "POST api/batch-groups/<slug:batch_group_id>/relations": _relation,
    "POST api/customers/<slug:customer_id>/relations": _relation,
    "POST api/programs/<slug:program_id>/relations": _relation,
    "POST api/projects/<slug:project_id>/relations": _relation,
    "POST api/locations/<slug:location_id>/relations": _relation,
    "POST api/resources/<slug:resource_id>/relations": _relation,
    "POST api/units/<slug:unit_id>/relations": _relation,
    "POST api/queues/<slug:queue_id>/relations": _relation,
    "POST api/work-orders/<slug:work_order_id>/relations": _relation,
    "POST api/work-flows/<slug:work_flow_id>/relations": _relation,
    "POST api/work-orders/<slug:work_order_id>/notes": _note,
    "POST api/units/<slug:unit_id>/notes": _note,
    "PUT api/notes/<slug:note_id>": _note,
    "POST api/customers": _customer,
    "PUT api/customers/<slug:customer_id>": _customer,
    "POST api/programs": _program,
    "PUT api/programs/<slug:program_id>": _program,
    "POST api/projects": _project,
    "PUT api/projects/<slug:project_id>": _project,
    "POST api/locations": _location,
    "PUT api/locations/<slug:location_id>": _location,
    "POST api/resources": _resource,
    "PUT api/resources/<slug:resource_id>": _resource,
    "POST api/units": _unit,
    "PUT api/units/<slug:unit_id>": _unit,
    "POST api/settings/statuses": lambda world: {
        "status": "Parked",
        "category": "BLOCKED",
        "description": "Later",
        "order": 9,
    },
    "POST api/settings/reasons": lambda world: {"reason": "Power cut", "kind": "block", "order": 9},
    "POST api/batches/<slug:batch_id>/claims": lambda world: {"resource_id": world.ids["resource_id"]},
    "POST api/actions/<slug:action_id>/claims": lambda world: {"resource_id": world.ids["resource_id"]},
    "PATCH api/actions/<slug:action_id>": _blocked,
    "PATCH api/contexts/<slug:context_id>/<slug:step_slug>": _closed_step,
    "POST api/work-orders/<slug:work_order_id>/contexts": lambda world: {
        **_started_on(world),
        "using": world.ids["cycle_id"],
    },
    "POST api/work-flows/<slug:work_flow_id>/contexts": _started_on,
    "POST api/users": _user,
    "PUT api/users/<slug:user_id>": _user,
    "POST api/roles": _role,
    "PUT api/roles/<slug:role_id>": _role,
    "POST api/queues": _queue,
    "PUT api/queues/<slug:queue_id>": _queue,
    "POST api/work-orders": _work_order,
    "PUT api/work-orders/<slug:work_order_id>": _work_order,
    "PATCH api/work-orders/<slug:work_order_id>": lambda world: {
        "hold_reason": "Waiting for parts",
        "closed": False,
        "reason": "The line stands",
    },
    "POST api/work-flows": _workflow,
    "PUT api/work-flows/<slug:work_flow_id>": _workflow,
    "POST api/webhooks": _webhook,
    "PUT api/webhooks/<slug:webhook_id>": _webhook,
    "POST api/webhooks/<slug:webhook_id>/secrets": lambda world: {"end_old": True},
    "POST api/webhooks/<slug:webhook_id>/pings": _nothing,
    "POST api/webhooks/<slug:webhook_id>/retries": lambda world: {"since": TIME},
    "POST api/webhooks/<slug:webhook_id>/deliveries/<slug:delivery_id>/retries": _nothing,
}
