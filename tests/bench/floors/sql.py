"""The statements of the floors."""

from functools import partial

from tests.bench.vendors import vendor

uuid, time, json = vendor.uuid, vendor.time, vendor.json
boolean, among, GIVEN = vendor.boolean, vendor.among, vendor.given

TOKEN = f"""
SELECT token.scope, {time("token.expires")}, person.id, person.organization_id, {boolean("person.is_active")}
FROM oauth2_provider_accesstoken token
LEFT JOIN oauth2_provider_application application ON application.id = token.application_id
JOIN accounts_user person ON person.id = coalesce(token.user_id, application.user_id)
WHERE token.token_checksum = {GIVEN}
"""

GRANTS = f"""
SELECT held.permission, held.match_location
FROM accounts_user_roles of_user JOIN accounts_grant held USING (role_id)
WHERE of_user.user_id = {GIVEN}
"""

_BATCHES = f"""
SELECT {uuid("batch.id")}, batch.label, {time("batch.created")}, {time("batch.updated")}, {uuid("batch.queue_id")},
    batch."order", batch.number_cycles, batch.pending, batch.in_progress, batch.verifying, batch.complete,
    batch.blocked, batch.cancelled, batch.active, {uuid("batch.work_order_id")},
    status.category, status.description, status.status, status."order",
    {uuid("station.id")}, station.label, {uuid("in_group.id")}, in_group.name, batch.hold_reason
FROM batches_batch batch
JOIN directory_status status ON status.id = batch.current_status_id
LEFT JOIN directory_resource station ON station.id = batch.mixing_station_id
JOIN batches_batchgroup in_group ON in_group.id = batch.batch_group_id
"""
BATCHES = f"{_BATCHES} WHERE batch.organization_id = {GIVEN} ORDER BY batch.id LIMIT {GIVEN}"
BATCH = f"{_BATCHES} WHERE batch.organization_id = {GIVEN} AND {among('batch.id')}"

COUNT = f"SELECT CAST(coalesce(sum(number), 0) AS integer) FROM batches_batchtotal WHERE organization_id = {GIVEN}"
COUNT_QUEUES = f"SELECT count(*) FROM queues_queue WHERE organization_id = {GIVEN}"

TECHNICIANS = f"""
SELECT {uuid("relation.target_id")}, {uuid("relation.source_id")}, {time("person.created")}, {time("person.updated")},
    person.email, person.name, person.picture, person.profile, {json("person.attributes")}
FROM records_relation relation JOIN accounts_user person ON person.id = relation.source_user_id
WHERE relation.relation = 'tech' AND relation.source_type = 'USER' AND relation.target_type = 'BAT'
    AND {among("relation.target_id")}
ORDER BY relation.id
"""

# The due date is read once for each work order, not for each of its batches.
_ACTIVE = """
    SELECT batch.queue_id, count(*) batches, sum(batch.active) cycles, (
        SELECT work_order.due_date FROM workorders_workorder work_order WHERE work_order.id = batch.work_order_id
    ) due_date
    FROM batches_batch batch WHERE batch.active > 0 GROUP BY batch.queue_id, batch.work_order_id
"""
_QUEUES = partial(
    vendor.with_sums,
    columns=f"""
        {uuid("queue.id")}, queue.label, {time("queue.created")}, {time("queue.updated")}, {uuid("queue.location_id")},
        queue.priority, {boolean("queue.is_active")}
    """,
    row="queues_queue queue",
    key="queue.id",
    sums=f"""
        count(of_order.batches), CAST(coalesce(sum(of_order.batches), 0) AS integer),
        CAST(coalesce(sum(of_order.cycles), 0) AS integer),
        {time("min(of_order.due_date)")}, {time("max(of_order.due_date)")}
    """,
    rows=[
        (f"({_ACTIVE}) of_order", "of_order.queue_id = queue.id"),
    ],
)
QUEUES = _QUEUES(where=among("queue.id"))
QUEUES_IN_ORDER = f"{_QUEUES(where=f'queue.organization_id = {GIVEN}')} ORDER BY queue.priority, queue.id LIMIT {GIVEN}"

_COUNTED = ("pending", "in_progress", "verifying", "complete", "blocked", "cancelled")

WORK_ORDERS = vendor.with_sums(
    columns=f"""
        {uuid("work_order.id")}, work_order.label, {time("work_order.created")}, {time("work_order.updated")},
        work_order.description, work_order.work_order_type,
        {time("work_order.begin_date")}, {time("work_order.due_date")},
        {time("work_order.start_date")}, {time("work_order.end_date")},
        {uuid("work_order.project_id")}, {uuid("work_order.location_id")},
        status.category, status.description, status.status, status."order",
        {uuid("work_order.workflow_id")}, work_order.needed, work_order.assigned,
        work_order.hold_reason, {boolean("work_order.closed_at IS NOT NULL")}
    """,
    row="workorders_workorder work_order JOIN directory_status status ON status.id = work_order.current_status_id",
    key="work_order.id",
    where=among("work_order.id"),
    sums=", ".join(f"work_order.loose_{name} + coalesce(sum(batch.{name}), 0)" for name in _COUNTED),
    rows=[("batches_batch batch", "batch.work_order_id = work_order.id")],
)

PROJECTS = f"""
SELECT {uuid("project.id")}, project.label, project.description, {time("project.created")}, {time("project.updated")},
    {uuid("project.customer_id")}, {time("project.start_date")}, {time("project.end_date")},
    {uuid("program.id")}, program.label, {time("program.created")}, {time("program.updated")},
    {uuid("program.customer_id")}, {time("program.start_date")}, {time("program.end_date")}
FROM directory_project project LEFT JOIN directory_program program ON program.id = project.program_id
WHERE {among("project.id")}
"""

CUSTOMERS = f"""
SELECT {uuid("customer.id")}, customer.label, {time("customer.created")}, {time("customer.updated")},
    {json("customer.external_platform")},
    (SELECT count(*) FROM directory_program program WHERE program.customer_id = customer.id),
    (SELECT count(*) FROM directory_project project WHERE project.customer_id = customer.id)
FROM directory_customer customer
WHERE {among("customer.id")}
"""

STATUSES = f"""
SELECT {uuid("status.id")}, status.category, status.description, status.status, status."order",
    {uuid("coalesce(allowed.customer_id, allowed.program_id, allowed.project_id)")}
FROM directory_status status
LEFT JOIN directory_allowedstatus allowed ON allowed.status_id = status.id AND (
    {among("allowed.customer_id")}
    OR {among("allowed.program_id")}
    OR {among("allowed.project_id")}
)
WHERE status.organization_id = {GIVEN}
ORDER BY status."order", status.status
"""

WORKFLOWS = f"""
SELECT {uuid("workflow.id")}, {time("workflow.created")}, {time("workflow.updated")}, workflow.label,
    workflow.schema_version, workflow.workflow_version, workflow.applies_to, workflow.starts_at,
    {json("workflow.metadata")}, {json("workflow.steps")}, {json("workflow.triggered_by")}
FROM workorders_workflow workflow
WHERE {among("workflow.id")}
"""

LOCATIONS = f"""
SELECT {uuid("location.id")}, location.label, {time("location.created")}, {time("location.updated")},
    location.location_type, location.country, location.administrative_area, location.sub_administrative_area,
    location.locality, location.postal_code, location.thoroughfare, location.premise, location.sub_premise
FROM directory_location location
WHERE {among("location.id")}
"""
