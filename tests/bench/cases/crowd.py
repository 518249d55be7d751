"""Completing cycles of one work order through a server: one technician, and eight at once."""

from contextlib import closing
from functools import partial
from http.client import HTTPConnection
from uuid import uuid4

from batches.operations.claiming import claim_cycle
from niagara import clock
from niagara.accounts.models import User
from tests.bench.database import Databases
from tests.bench.harness import Goal, Rate, Result
from tests.bench.product import token_for
from tests.bench.serving import PATIENCE, ask, per_second, server
from tests.factories import make_floor, make_user, relate, via_api

TECHNICIANS, EACH = 8, 40
GOALS = [Goal("eight technicians", "one technician", at_least=4)]


def run(databases: Databases) -> Result:
    with databases.copied():
        floor = make_floor(f"Benchmark {uuid4()}", email=f"{uuid4()}@niagara.example")
        people = [
            make_user(floor.organization, "Technician", email=f"{uuid4()}@niagara.example") for _ in range(TECHNICIANS)
        ]
        for one in people:
            relate(one, "tech", floor.location)
        tokens = [token_for("context:step", user=one) for one in people]
        work_order = floor.make_work_order(EACH * (TECHNICIANS + 1))

        def begun(technician: User) -> list[str]:
            """The contexts of as many cycles as one does, in a batch of their own."""
            batch, by = floor.make_batch(EACH, work_order), via_api(technician)
            claimed = [claim_cycle(batch=batch, technician=technician, by=by, at=clock.now()) for _ in range(EACH)]
            return [str(cycle.context_id) for cycle in claimed]

        alone, together = begun(people[0]), [begun(one) for one in people]
        with server() as (_, port):
            complete = partial(_complete, port)
            one, _ = per_second(complete, tokens[:1], [alone])
            eight, _ = per_second(complete, tokens, together)
        rates = [Rate("one technician", one, ""), Rate("eight technicians", eight, "one technician")]
        return Result("crowd", rates, GOALS)


def _complete(port: int, token: str, contexts: list[str]) -> list[str]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as http:
        for context in contexts:
            ask(http, "PATCH", f"/api/contexts/{context}/unpack", token, b'{"close_step": {}}')
    return contexts
