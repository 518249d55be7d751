"""The statements of the floors, for PostgreSQL."""


def _time(column: str) -> str:
    return f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"""


TOKEN = """
SELECT token.scope, token.expires, person.id, person.organization_id, person.is_active
FROM oauth2_provider_accesstoken token
LEFT JOIN oauth2_provider_application application ON application.id = token.application_id
JOIN accounts_user person ON person.id = coalesce(token.user_id, application.user_id)
WHERE token.token_checksum = %s
"""

GRANTS = """
SELECT held.permission, held.match_location
FROM accounts_user_roles of_user JOIN accounts_grant held USING (role_id)
WHERE of_user.user_id = %s
"""

_BATCHES = f"""
SELECT batch.id::text, batch.label, {_time("batch.created")}, {_time("batch.updated")}, batch.queue_id::text,
    batch."order", batch.number_cycles, batch.pending, batch.in_progress, batch.verifying, batch.complete,
    batch.blocked, batch.cancelled, batch.active, batch.work_order_id::text,
    status.category, status.description, status.status, status."order",
    station.id::text, station.label, in_group.id::text, in_group.name, batch.hold_reason
FROM batches_batch batch
JOIN directory_status status ON status.id = batch.current_status_id
LEFT JOIN directory_resource station ON station.id = batch.mixing_station_id
JOIN batches_batchgroup in_group ON in_group.id = batch.batch_group_id
"""
BATCHES = f"{_BATCHES} WHERE batch.organization_id = %s ORDER BY batch.id LIMIT %s"
BATCH = f"{_BATCHES} WHERE batch.organization_id = %s AND batch.id = %s"

COUNT = "SELECT count(*) FROM batches_batch WHERE organization_id = %s"
COUNT_QUEUES = "SELECT count(*) FROM queues_queue WHERE organization_id = %s"

TECHNICIANS = f"""
SELECT relation.target_id::text, relation.source_id::text, {_time("person.created")}, {_time("person.updated")},
    person.email, person.name, person.picture, person.profile, person.attributes
FROM records_relation relation JOIN accounts_user person ON person.id = relation.source_user_id
WHERE relation.relation = 'tech' AND relation.source_type = 'USER' AND relation.target_type = 'BAT'
    AND relation.target_id = ANY(%s::uuid[])
ORDER BY relation.id
"""

_QUEUES = f"""
SELECT queue.id::text, queue.label, {_time("queue.created")}, {_time("queue.updated")}, queue.location_id::text,
    queue.priority, queue.is_active, load.work_orders, load.batches, load.cycles,
    {_time("load.min_due_date")}, {_time("load.max_due_date")}
FROM queues_queue queue
CROSS JOIN LATERAL (
    SELECT count(*) work_orders, coalesce(sum(of_order.batches), 0)::int batches,
        coalesce(sum(of_order.cycles), 0)::int cycles,
        min(of_order.due_date) min_due_date, max(of_order.due_date) max_due_date
    FROM (
        SELECT count(*) batches, sum(batch.active) cycles, (
            SELECT work_order.due_date FROM workorders_workorder work_order WHERE work_order.id = batch.work_order_id
        ) due_date
        FROM batches_batch batch WHERE batch.queue_id = queue.id AND batch.active > 0 GROUP BY batch.work_order_id
    ) of_order
) load
"""
QUEUES = f"{_QUEUES} WHERE queue.id = ANY(%s::uuid[])"
QUEUES_IN_ORDER = f"{_QUEUES} WHERE queue.organization_id = %s ORDER BY queue.priority, queue.id LIMIT %s"

_COUNTED = ("pending", "in_progress", "verifying", "complete", "blocked", "cancelled")
_SUMS = ", ".join(f"coalesce(sum(batch.{name}), 0) {name}" for name in _COUNTED)
_COUNTS = ", ".join(f"work_order.loose_{name} + counted.{name}" for name in _COUNTED)

WORK_ORDERS = f"""
SELECT work_order.id::text, work_order.label, {_time("work_order.created")}, {_time("work_order.updated")},
    work_order.description, work_order.work_order_type,
    {_time("work_order.begin_date")}, {_time("work_order.due_date")},
    {_time("work_order.start_date")}, {_time("work_order.end_date")},
    work_order.project_id::text, work_order.location_id::text,
    status.category, status.description, status.status, status."order",
    work_order.workflow_id::text, work_order.needed, work_order.assigned, {_COUNTS},
    work_order.hold_reason, work_order.closed_at IS NOT NULL
FROM workorders_workorder work_order
JOIN directory_status status ON status.id = work_order.current_status_id
CROSS JOIN LATERAL (SELECT {_SUMS} FROM batches_batch batch WHERE batch.work_order_id = work_order.id) counted
WHERE work_order.id = ANY(%s::uuid[])
"""

PROJECTS = f"""
SELECT project.id::text, project.label, project.description, {_time("project.created")}, {_time("project.updated")},
    project.customer_id::text, {_time("project.start_date")}, {_time("project.end_date")},
    program.id::text, program.label, {_time("program.created")}, {_time("program.updated")},
    program.customer_id::text, {_time("program.start_date")}, {_time("program.end_date")}
FROM directory_project project LEFT JOIN directory_program program ON program.id = project.program_id
WHERE project.id = ANY(%s::uuid[])
"""

CUSTOMERS = f"""
SELECT customer.id::text, customer.label, {_time("customer.created")}, {_time("customer.updated")},
    customer.external_platform,
    (SELECT count(*) FROM directory_program program WHERE program.customer_id = customer.id),
    (SELECT count(*) FROM directory_project project WHERE project.customer_id = customer.id)
FROM directory_customer customer
WHERE customer.id = ANY(%s::uuid[])
"""

STATUSES = """
SELECT status.id::text, status.category, status.description, status.status, status."order",
    coalesce(allowed.customer_id, allowed.program_id, allowed.project_id)::text
FROM directory_status status
LEFT JOIN directory_allowedstatus allowed ON allowed.status_id = status.id AND (
    allowed.customer_id = ANY(%s::uuid[])
    OR allowed.program_id = ANY(%s::uuid[])
    OR allowed.project_id = ANY(%s::uuid[])
)
WHERE status.organization_id = %s
ORDER BY status."order", status.status
"""

WORKFLOWS = f"""
SELECT workflow.id::text, {_time("workflow.created")}, {_time("workflow.updated")}, workflow.label,
    workflow.schema_version, workflow.workflow_version, workflow.applies_to, workflow.starts_at,
    workflow.metadata, workflow.steps, workflow.triggered_by
FROM workorders_workflow workflow
WHERE workflow.id = ANY(%s::uuid[])
"""

LOCATIONS = f"""
SELECT location.id::text, location.label, {_time("location.created")}, {_time("location.updated")},
    location.location_type, location.country, location.administrative_area, location.sub_administrative_area,
    location.locality, location.postal_code, location.thoroughfare, location.premise, location.sub_premise
FROM directory_location location
WHERE location.id = ANY(%s::uuid[])
"""
