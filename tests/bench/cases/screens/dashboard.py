"""The dashboard over 90 days in which 100,000 cycles ended in ten queues, after four steps each."""

from datetime import timedelta

from django.db import connection

from niagara.clock import now
from tests.factories import Floor

CYCLES, QUEUES, STEPS, DAYS = 100_000, 10, 4, 90
CYCLE_ROWS = """
INSERT INTO batches_cycle (id, created, updated, version, number, category, status, is_retry, started_at, ended_at,
  batch_id, location_id, organization_id, technician_id, work_order_id, comment, reason)
SELECT gen_random_uuid(), ended - interval '1 hour', ended, 1, n + 1000, category,
  CASE category WHEN 'COMPLETE' THEN 'Complete' ELSE 'Failed' END, false, ended - interval '30 minutes', ended,
  (%(batches)s::uuid[])[1 + n %% %(queues)s], %(location)s, %(organization)s, %(technician)s, %(work_order)s, '',
  CASE category WHEN 'COMPLETE' THEN '' ELSE 'Reason ' || n %% 7 END
FROM (
  SELECT n, %(since)s + (%(days)s * interval '1 day') * n / %(cycles)s AS ended,
    CASE WHEN n %% 25 = 0 THEN 'CANCELLED' ELSE 'COMPLETE' END AS category
  FROM generate_series(1, %(cycles)s) AS n
) AS made"""
STEP_ROWS = """
INSERT INTO batches_steprun (id, at, step, seconds, failed, cycle_id, location_id, organization_id, workflow_id)
SELECT gen_random_uuid(), ended_at - step * interval '5 minutes', 'step ' || step, 30 + number %% 400,
  number %% 33 = 0 AND step = 1, id, location_id, organization_id, %(workflow)s
FROM batches_cycle, generate_series(1, %(steps)s) AS step WHERE organization_id = %(organization)s
  AND ended_at IS NOT NULL"""
BLOCK_ROWS = """
INSERT INTO batches_block (id, at, reason, cycle_id, location_id, organization_id)
SELECT gen_random_uuid(), started_at, 'Reason ' || number %% 5, id, location_id, organization_id
FROM batches_cycle WHERE organization_id = %(organization)s AND ended_at IS NOT NULL
  AND number %% 50 = 0"""


def make_rows(floor: Floor) -> str:
    queues = [floor.queue, *(floor.make_queue(f"Lane {number}") for number in range(2, QUEUES + 1))]
    work_order = floor.make_work_order(CYCLES)
    batches = [floor.make_batch(1, work_order, queue).pk for queue in queues]
    values = {
        **{"batches": batches, "queues": QUEUES, "cycles": CYCLES, "steps": STEPS, "days": DAYS},
        **{"since": now() - timedelta(days=DAYS), "location": floor.location.pk, "work_order": work_order.pk},
        **{"organization": floor.organization.pk, "technician": floor.manager.pk, "workflow": floor.workflow.pk},
    }
    with connection.cursor() as cursor:
        for rows in (CYCLE_ROWS, STEP_ROWS, BLOCK_ROWS):
            cursor.execute(rows, values)
    return "/dashboard?days=90"
