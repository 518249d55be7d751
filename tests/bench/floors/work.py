"""Queues, work orders and what stands above them, each rendered once."""

from collections import defaultdict
from typing import Any

import orjson

from tests.bench.floors.people import asking
from tests.bench.floors.sql import CUSTOMERS, LOCATIONS, PROJECTS, QUEUES, STATUSES, WORK_ORDERS, WORKFLOWS

Parts = dict[Any, orjson.Fragment]


def single(connection: Any, token: str, root: str, work_order_id: str) -> bytes:
    """`GET /api/work-orders/{id}`"""
    organization = asking(connection, token, "work-order:read", "work-order:create")
    rows = connection.execute(WORK_ORDERS, [[work_order_id]]).fetchall()
    places = locations(connection, [rows[0][11]])
    [(shown, project_id, _, _)] = _work_orders(connection, organization, rows, places).values()
    address = f"{root}/work-orders/{work_order_id}"
    links = {
        "self": {"href": address},
        "nter:work-order-batches": {"href": f"{address}/batches"},
        "nter:work-order-queues": {"href": f"{address}/queues"},
        "nter:work-order-project": {"href": f"{root}/projects/{project_id}"},
        "nter:work-order-location": {"href": f"{root}/locations/{rows[0][11]}"},
        "nter:work-order-notes": {"href": f"{address}/notes"},
        "nter:work-order-diff": {"href": f"{address}/diff"},
    }
    return orjson.dumps({**shown, "_links": links})


def _fragment(shown: dict[str, Any]) -> orjson.Fragment:
    return orjson.Fragment(orjson.dumps(shown))


def work(
    connection: Any, organization: int, queue_ids: list[str], work_order_ids: list[str]
) -> tuple[dict[str, tuple[orjson.Fragment, str]], dict[str, tuple[Any, ...]]]:
    """Queues and work orders, each with the ids that links need; the locations of both are read at once."""
    queues = connection.execute(QUEUES, [queue_ids]).fetchall()
    work_orders = connection.execute(WORK_ORDERS, [work_order_ids]).fetchall()
    places = locations(connection, list({row[4] for row in queues} | {row[11] for row in work_orders}))
    drawn_queues = {row[0]: (_fragment(queue(row, places)), row[4]) for row in queues}
    orders = _work_orders(connection, organization, work_orders, places)
    return drawn_queues, {key: (_fragment(shown), *ids) for key, (shown, *ids) in orders.items()}


def queue(row: Any, places: Parts) -> dict[str, Any]:
    queue_id, label, created, updated, location_id, priority, is_active, *load = row
    work_orders, batches, cycles, min_due_date, max_due_date = load
    return {
        "queue_id": queue_id,
        "label": label,
        "created": created,
        "updated": updated,
        "location": places[location_id],
        "priority": priority,
        "active_work_orders": work_orders,
        "active_batches": batches,
        "active_cycles": cycles,
        "is_active": is_active,
        "min_due_date": min_due_date,
        "max_due_date": max_due_date,
    }


def _work_orders(connection: Any, organization: int, rows: list[Any], places: Parts) -> dict[str, tuple[Any, ...]]:
    projects = _projects(connection, organization, list({row[10] for row in rows}))
    workflows = _workflows(connection, list({row[16] for row in rows}))
    drawn = {}
    for (
        work_order_id, label, created, updated, description, work_order_type,
        begin_date, due_date, start_date, end_date, project_id, location_id,
        category, status_description, status, order, workflow_id, needed, assigned, hold_reason, closed,
        pending, in_progress, verifying, complete, blocked, cancelled,
    ) in rows:  # fmt: skip
        project, program_id, customer_id = projects[project_id]
        shown = {
            "work_order_id": work_order_id,
            "label": label,
            "created": created,
            "updated": updated,
            "description": description,
            "work_order_type": work_order_type,
            "begin_date": begin_date,
            "due_date": due_date,
            "start_date": start_date,
            "end_date": end_date,
            "project": project,
            "location": places[location_id],
            "current_status": {
                "category": category,
                "description": status_description,
                "status": status,
                "order": order,
            },
            "cycles": {
                "needed": needed,
                "pending": pending,
                "in_progress": in_progress,
                "verifying": verifying,
                "complete": complete,
                "blocked": blocked,
                "cancelled": cancelled,
                "active": pending + in_progress + verifying + blocked,
                "in_active": complete + cancelled,
                "assigned": assigned,
                "work_flow": workflows[workflow_id],
            },
            "input_filter": [],
            "hold_reason": hold_reason,
            "closed": closed,
        }
        drawn[work_order_id] = shown, project_id, program_id, customer_id
    return drawn


def _projects(connection: Any, organization: int, ids: list[str]) -> dict[str, tuple[Any, ...]]:
    rows = connection.execute(PROJECTS, [ids]).fetchall()
    customer_ids = {row[5] for row in rows} | {row[12] for row in rows if row[8] is not None}
    customers = connection.execute(CUSTOMERS, [list(customer_ids)]).fetchall()
    allowed = _allowed(connection, organization, list(customer_ids), list({row[8] for row in rows}), ids)
    drawn_customers = {}
    for customer_id, label, created, updated, external_platform, programs, projects in customers:
        shown = {
            "customer_id": customer_id,
            "label": label,
            "created": created,
            "updated": updated,
            "external_platform": external_platform,
            "total_programs": programs,
            "total_projects": projects,
            "allowed_statuses": allowed(customer_id),
            "input_filter": [],
        }
        drawn_customers[customer_id] = _fragment(shown)
    drawn = {}
    for (
        project_id, label, description, created, updated, customer_id, start_date, end_date, program_id,
        program, program_created, program_updated, program_customer, program_start, program_end,
    ) in rows:  # fmt: skip
        shown_program = program_id and {
            "program_id": program_id,
            "label": program,
            "created": program_created,
            "updated": program_updated,
            "customer": drawn_customers[program_customer],
            "end_date": program_end,
            "start_date": program_start,
            "allowed_statuses": allowed(program_id),
            "input_filter": [],
        }
        shown = {
            "project_id": project_id,
            "label": label,
            "description": description,
            "created": created,
            "updated": updated,
            "customer": drawn_customers[customer_id],
            "program": shown_program,
            "end_date": end_date,
            "start_date": start_date,
            "allowed_statuses": allowed(project_id),
            "input_filter": [],
        }
        drawn[project_id] = _fragment(shown), program_id, customer_id
    return drawn


def _allowed(connection: Any, organization: int, *ids: list[str | None]) -> Any:
    everything: dict[str, Any] = {}
    particular = defaultdict(list)
    for status_id, category, description, status, order, row_id in connection.execute(STATUSES, [*ids, organization]):
        shown = {"category": category, "description": description, "status": status, "order": order}
        everything[status_id] = shown
        if row_id is not None:
            particular[row_id].append(shown)
    return lambda row_id: particular[row_id] if row_id in particular else list(everything.values())


def _workflows(connection: Any, ids: list[str]) -> Parts:
    drawn = {}
    for workflow_id, created, updated, label, schema, version, applies_to, starts_at, *plan in connection.execute(
        WORKFLOWS, [ids]
    ):
        metadata, steps, triggered_by = plan
        shown = {
            "work_flow_id": workflow_id,
            "created": created,
            "updated": updated,
            "label": label,
            "schema_version": schema,
            "workflow_version": version,
            "applies_to": applies_to,
            "starts_at": starts_at,
            "metadata": metadata,
            "steps": steps,
            "triggered_by": triggered_by,
        }
        drawn[workflow_id] = _fragment(shown)
    return drawn


def locations(connection: Any, ids: list[str]) -> Parts:
    drawn = {}
    for (
        location_id, label, created, updated, location_type, country, area, sub_area,
        locality, postal_code, thoroughfare, premise, sub_premise,
    ) in connection.execute(LOCATIONS, [ids]):  # fmt: skip
        street = " ".join(filter(None, (thoroughfare, premise)))
        town = " ".join(filter(None, (locality, area, postal_code, country)))
        shown = {
            "location_id": location_id,
            "label": label,
            "created": created,
            "updated": updated,
            "location_type": location_type,
            "formatted_address": "\n".join(filter(None, (label, street, town))),
            "address": {
                "country": country,
                "administrative_area": area,
                "sub_administrative_area": sub_area,
                "locality": locality,
                "postal_code": postal_code,
                "thoroughfare": thoroughfare,
                "premise": premise,
                "sub_premise": sub_premise,
            },
            "input_filter": [],
        }
        drawn[location_id] = _fragment(shown)
    return drawn
