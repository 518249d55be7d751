"""The run itself: everybody works until the time is up, and then all is compared."""

import logging
import os
from argparse import Namespace
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from random import Random
from threading import Event
from time import monotonic

from django.conf import settings
from django.db import connection
from django.db.models import F

from niagara import clock
from niagara.webhooks.models import Delivery, Lane
from niagara.webhooks.models import Event as Told
from queues.models import Queue
from tests.batches.test_worker import until
from tests.load import checks
from tests.load.faults import FAULTS
from tests.load.figures import Figures
from tests.load.floor import Cast, furnish
from tests.load.people.client import Client
from tests.load.people.manager import Manager
from tests.load.people.person import Person
from tests.load.people.technician import Technician
from tests.load.stage import Stage, set_up

LOG = Path("var/load.log")  # stays, to look into what went wrong
PATIENCE = 90  # seconds until what is to be delivered has arrived


def run(port: int, said: Namespace) -> int:
    """0 if all was as it has to be."""
    logging.disable(logging.INFO)
    LOG.parent.mkdir(exist_ok=True)
    LOG.unlink(missing_ok=True)
    with set_up(port, log=LOG) as stage:
        cast = furnish(stage.receiver.url, said.technicians, said.managers, said.clients, said.cycles)
        figures, over = Figures(), Event()
        people = _people(stage, cast, figures, over, said.pace)
        print(
            f"{said.technicians} technicians, {said.managers} managers and {said.clients} clients for {said.seconds} "
            f"seconds, on {os.cpu_count()} cores at a load of {os.getloadavg()[0]:.1f}.",
            flush=True,
        )
        before, began = stage.memory(), monotonic()
        with ThreadPoolExecutor(len(people)) as pool:
            working = [pool.submit(one.work) for one in people]
            try:
                _let_time_pass(stage, figures, over, said)
            finally:
                lasted = monotonic() - began
                over.set()
            for one in working:
                one.result()
        after = stage.memory()
        _wait_for_deliveries()
        print("\n".join(figures.lines(lasted)))
        print(f"Confirmed: {dict(sorted(figures.deeds.items()))}")
        print(f"Memory of the web processes: {before // 1024} MiB before, {after // 1024} MiB after.")
        return _check(stage, cast, figures, people)


def _people(stage: Stage, cast: Cast, figures: Figures, over: Event, pace: float) -> list[Person]:
    def of(number: int) -> dict[str, object]:
        return {"address": stage.address, "figures": figures, "over": over, "dice": Random(number), "pace": pace}

    queues = list(Queue.objects.in_organization_of(cast.floor.manager).values_list("pk", flat=True))
    return [
        *(
            Technician(**of(number), email=one.email, password=cast.password)  # type: ignore[arg-type]
            for number, one in enumerate(cast.technicians)
        ),
        *(
            Manager(**of(1000 + number), email=one.email, password=cast.password, order=order.pk)  # type: ignore[arg-type]
            for number, (one, order) in enumerate(zip(cast.managers, cast.to_break_down, strict=True))
        ),
        *(
            Client(  # type: ignore[call-arg]
                **of(2000 + number),  # type: ignore[arg-type]
                token=token,
                stranger=cast.stranger,
                order=cast.started.pk,
                queues=queues,
            )
            for number, token in enumerate(cast.tokens)
        ),
    ]


def _let_time_pass(stage: Stage, figures: Figures, over: Event, said: Namespace) -> None:
    """With faults, one after the other at even distances."""
    if not said.faults:
        over.wait(said.seconds)
        return
    pause = said.seconds / (len(FAULTS) + 1)
    for fault in FAULTS:
        over.wait(pause)
        began, name = monotonic(), fault.__name__.replace("_", " ")
        with figures.fault():
            fault(stage)
        print(f"{name}: well again after {monotonic() - began:.1f} s", flush=True)
    over.wait(pause)


def _wait_for_deliveries() -> None:
    """What waits for its next try, or for the end of the lease of a worker that was killed, is due at once."""
    connection.close()  # PostgreSQL may have been killed since
    Lane.objects.filter(sent_version__lt=F("last_version")).update(next_at=clock.now())
    with suppress(AssertionError):  # the check that they arrived will tell
        until(lambda: Delivery.objects.filter(state="delivered").count() >= Told.objects.count(), PATIENCE)


def _check(stage: Stage, cast: Cast, figures: Figures, people: list[Person]) -> int:
    settings.SECURE_SSL_REDIRECT = False  # the checks ask in this process, without a proxy
    confirmed = [one for person in people for one in person.confirmed]
    failed = 0
    for name, check in checks.every(cast, confirmed, stage.receiver.received):
        try:
            print(f"ok      {name}: {check() or 'yes'}", flush=True)
        except AssertionError as error:
            failed += 1
            print(f"FAILED  {name}: {error}", flush=True)
    for told in figures.errors[:20]:
        print(f"ERROR   {told}")
    print(f"{len(figures.errors)} errors, {failed} checks failed.")
    return int(bool(failed or figures.errors))
