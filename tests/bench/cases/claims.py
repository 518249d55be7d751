"""How many cycles a second 16 technicians are given, beside one statement that takes the next row and nothing else:
through the API of a server on this machine, and by the operation alone, in as many threads of this process, as the
statement is. Nobody gets what somebody else has."""

import os
from collections.abc import Callable
from contextlib import closing
from functools import partial
from http.client import HTTPConnection
from uuid import uuid4

import orjson
from django.db import connection as django_connection

from batches.models import Batch
from batches.operations.claiming import claim_cycle
from niagara import clock
from niagara.accounts.models import User
from tests.bench.database import Databases
from tests.bench.harness import Goal, Rate, Result
from tests.bench.product import token_for
from tests.bench.serving import PATIENCE, ask, per_second, server
from tests.bench.vendors import vendor
from tests.factories import Floor, make_floor, make_user, relate, via_api

TECHNICIANS, EACH = 16, 25
TAKE_NEXT = f"""
    UPDATE batches_cycle SET category = 'IN_PROGRESS', technician_id = {vendor.given}, started_at = CURRENT_TIMESTAMP
    WHERE id = (
        SELECT id FROM batches_cycle WHERE batch_id = {vendor.given} AND category = 'PENDING'
        ORDER BY number LIMIT 1 {vendor.take_next}
    ) RETURNING id
"""
GIVE_BACK = f"""
    UPDATE batches_cycle SET category = 'PENDING', technician_id = NULL, started_at = NULL
    WHERE batch_id = {vendor.given}
"""
GOALS = [
    Goal("from one batch", "floor", at_least=0.5),
    Goal("each from their own", "floor", at_least=0.5),
    Goal("the operation alone, one batch", "floor", at_least=0.5),
]


def run(databases: Databases) -> Result:
    with databases.copied():
        floor = make_floor(f"Benchmark {uuid4()}", email=f"{uuid4()}@niagara.example")
        people = [
            make_user(floor.organization, "Technician", email=f"{uuid4()}@niagara.example") for _ in range(TECHNICIANS)
        ]
        for one in people:
            relate(one, "tech", floor.location)
        shared = [_batch(floor, TECHNICIANS)] * TECHNICIANS
        rates = [Rate("floor", _rate(_straight, people, shared))]
        with closing(vendor.connect(os.environ["DATABASE_URL"])) as connection:
            connection.execute(GIVE_BACK, [shared[0].pk.hex])
        rates.append(Rate("the operation alone, one batch", _rate(_operation, people, shared)))
        with server() as (_, port):
            claims = partial(_through, port)
            rates.append(Rate("from one batch", _rate(claims, people, [_batch(floor, TECHNICIANS)] * TECHNICIANS)))
            own = [_batch(floor, 1) for _ in people]
            rates.append(Rate("each from their own", _rate(claims, people, own)))
        return Result("claims", rates, GOALS)


def _batch(floor: Floor, technicians: int) -> Batch:
    return floor.make_batch(technicians * EACH)


def _rate(work: Callable[[User, Batch], list[str]], people: list[User], batches: list[Batch]) -> float:
    rate, claimed = per_second(work, people, batches)
    if len({*claimed}) != TECHNICIANS * EACH:
        raise SystemExit("A cycle was given out twice.")
    return rate


def _straight(technician: User, batch: Batch) -> list[str]:
    with closing(vendor.connect(os.environ["DATABASE_URL"])) as connection:
        values = [technician.pk, batch.pk.hex]
        return [str(row_id) for _ in range(EACH) for (row_id,) in connection.execute(TAKE_NEXT, values).fetchall()]


def _operation(technician: User, batch: Batch) -> list[str]:
    by = via_api(technician)
    try:
        cycles = [claim_cycle(batch=batch, technician=technician, by=by, at=clock.now()) for _ in range(EACH)]
        return [str(cycle.pk) for cycle in cycles]
    finally:
        django_connection.close()


def _through(port: int, technician: User, batch: Batch) -> list[str]:
    token = token_for("context:create", user=technician)
    django_connection.close()
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as http:
        path = f"/api/batches/{batch.pk}/claims"
        return [orjson.loads(ask(http, "POST", path, token, b"{}"))["cycle_id"] for _ in range(EACH)]
