"""What it takes the server to finish the last step of a cycle on a technician's screen: one request, whose answer is
the page of the next cycle. The floor is the time its statements took."""

import gc
from statistics import quantiles
from time import perf_counter_ns
from typing import Any
from uuid import uuid4

from django.db import connection
from django.test import Client, override_settings

from batches.operations.claiming import claim_cycle
from niagara import clock
from tests.bench.cases.screens import PLAIN_STATIC
from tests.bench.database import Databases
from tests.bench.harness import Figures, Rate, Result, figures_of
from tests.factories import make_floor, make_user, relate, via_api

WARM_UP, ROUNDS = 20, 400


def run(databases: Databases) -> Result:
    with databases.copied(), override_settings(STORAGES=PLAIN_STATIC):
        floor = make_floor(f"Benchmark {uuid4()}", email=f"{uuid4()}@niagara.example")
        technician = make_user(floor.organization, "Technician", email=f"{uuid4()}@niagara.example")
        relate(technician, "tech", floor.location)
        batch = floor.make_batch(WARM_UP + ROUNDS + 1)
        cycle = claim_cycle(batch=batch, technician=technician, by=via_api(technician), at=clock.now())
        client = Client(headers={"HX-Request": "true"})
        client.force_login(technician)
        return Result("steps", _measure(client, f"/cycles/{cycle.pk}"))


def _measure(client: Client, address: str) -> list[Figures | Rate]:
    whole: list[float] = []
    statements: list[float] = []
    asked: list[float] = []

    def clocked(execute: Any, *statement: Any) -> Any:
        began = perf_counter_ns()
        try:
            return execute(*statement)
        finally:
            asked.append((perf_counter_ns() - began) / 1e6)

    gc.collect()
    gc.freeze()
    with connection.execute_wrapper(clocked):
        for _ in range(WARM_UP + ROUNDS):
            gc.collect()
            asked.clear()
            began = perf_counter_ns()
            address = _finish(client, address)
            whole.append((perf_counter_ns() - began) / 1e6)
            statements.append(sum(asked))
    gc.unfreeze()
    statements, whole = statements[WARM_UP:], whole[WARM_UP:]
    return [
        figures_of("floor", statements, len(asked)),
        figures_of("the request", whole, len(asked)),
        Rate("the request, 99 %", quantiles(whole, n=100)[-1], "", "ms"),
    ]


def _finish(client: Client, address: str) -> str:
    """Close the last step; returns the address of the next cycle, whose page is in the answer."""
    answer = client.post(address, {"once": uuid4().hex, "step": "unpack", "kind": "close"})
    following: str = answer.headers.get("HX-Replace-Url", "")
    if answer.status_code != 200 or f'action="{following}"' not in answer.content.decode():
        raise SystemExit(f"Finishing a step was answered with {answer.status_code}.")
    return following
