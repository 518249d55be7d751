"""The least work that gives a page of batches, or one: each row read once, each shared part rendered once."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import orjson

from tests.bench.floors.people import asking
from tests.bench.floors.sql import BATCH, BATCHES, COUNT, TECHNICIANS
from tests.bench.floors.work import work

TOP = 5
EMBEDS = ("queue", "work-order", "customer", "program", "project", "location", "assigned-users")


def page(connection: Any, token: str, root: str, limit: int, offset: str | None, next_url: str | None) -> bytes:
    """`GET /api/batches?limit=…`; the offset and the address made of it hold the time, so they come from outside."""
    organization = asking(connection, token, "batch:all")
    rows = connection.execute(BATCHES, [organization, limit + 1]).fetchall()
    [(total,)] = connection.execute(COUNT, [organization])
    batches = _batches(connection, organization, rows[:limit], root)
    links = {"self": {"href": f"{root}/batches?limit={limit}"}}
    if next_url is not None:
        links["next"] = {"href": next_url}
    return orjson.dumps(
        {
            "total_count": total,
            "limit": limit,
            "offset": offset,
            "_embedded": {"nter:batches": [{**shown, "_links": links} for shown, links in batches]},
            "_links": links,
        }
    )


def single(connection: Any, token: str, root: str, batch_id: str) -> bytes:
    """`GET /api/batches/{id}`"""
    organization = asking(connection, token, "batch:read", "batch:create")
    rows = connection.execute(BATCH, [organization, [batch_id]]).fetchall()
    [(shown, links)] = _batches(connection, organization, rows, root)
    return orjson.dumps({**shown, "_embedded": {f"nter:batch-{name}": [] for name in EMBEDS}, "_links": links})


def _batches(connection: Any, organization: int, rows: Sequence[Any], root: str) -> list[Any]:
    queues, orders = work(connection, organization, list({row[4] for row in rows}), list({row[14] for row in rows}))
    users = _technicians(connection, [row[0] for row in rows])
    return [_batch(row, queues, orders, users, root) for row in rows]


def _batch(row: Any, queues: Any, orders: Any, users: Any, root: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A batch, and its links."""
    (
        batch_id, label, created, updated, queue_id, order, number_cycles,
        pending, in_progress, verifying, complete, blocked, cancelled, active, work_order_id,
        category, description, status, status_order, station_id, station, group_id, group, hold_reason,
    ) = row  # fmt: skip
    queue, location_id = queues[queue_id]
    work_order, project_id, program_id, customer_id = orders[work_order_id]
    mine = users.get(batch_id, [])
    links = {
        "nter:batch-work-order": {"href": f"{root}/work-orders/{work_order_id}"},
        "nter:batch-queue": {"href": f"{root}/queues/{queue_id}"},
        "nter:batch-project": {"href": f"{root}/projects/{project_id}"},
    }
    if program_id is not None:
        links["nter:batch-program"] = {"href": f"{root}/programs/{program_id}"}
    links["nter:batch-customer"] = {"href": f"{root}/customers/{customer_id}"}
    links["nter:batch-location"] = {"href": f"{root}/locations/{location_id}"}
    links["self"] = {"href": f"{root}/batches/{batch_id}"}
    shown = {
        "batch_id": batch_id,
        "label": label,
        "created": created,
        "updated": updated,
        "queue": queue,
        "order": order,
        "number_cycles": number_cycles,
        "cycles": {
            "needed": number_cycles,
            "pending": pending,
            "in_progress": in_progress,
            "verifying": verifying,
            "complete": complete,
            "blocked": blocked,
            "cancelled": cancelled,
            "active": active,
            "in_active": complete + cancelled,
        },
        "work_order": work_order,
        "current_status": {
            "category": category,
            "description": description,
            "status": status,
            "order": status_order,
        },
        "total_assigned_users": len(mine),
        "assigned_users": mine[:TOP],
        "mixing_station": None if station_id is None else {"resource_id": station_id, "label": station},
        "batch_group": {"batch_group_id": group_id, "name": group},
        "hold_reason": hold_reason,
    }
    return shown, links


def _technicians(connection: Any, batch_ids: list[str]) -> dict[str, list[dict[str, Any]]]:
    found = defaultdict(list)
    for batch_id, user_id, created, updated, email, name, picture, profile, attributes in connection.execute(
        TECHNICIANS, [batch_ids]
    ):
        found[batch_id].append(
            {
                "user_id": user_id,
                "entity_id": user_id,
                "entity_type": "USER",
                "label": name,
                "created": created,
                "updated": updated,
                "email": email,
                "name": name,
                "picture": picture,
                "profile": profile,
                "user_attributes": attributes,
            }
        )
    return found
