"""The part of the worker that delivers."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from threading import Event as Signal

from django.db import InterfaceError, OperationalError, close_old_connections, connection, transaction

from niagara import clock
from niagara.webhooks import sending
from niagara.webhooks.operations.claiming import Job, Slots, claim
from niagara.webhooks.operations.posting import post
from niagara.webhooks.operations.pruning import forget_left_over, forget_outdated
from niagara.webhooks.operations.recording import Result, note_health, record

logger = logging.getLogger(__name__)

SLOTS = 32
_EVERY = 0.25  # seconds between two looks when there is nothing to do
_AFTER_TROUBLE = 1.0
_FORGETS_EVERY = timedelta(minutes=1)
_LAST_TURNS = 20  # to write what came in at the end


class Deliverer:
    """Takes what is due, sends it, and writes down what came of it, until it is stopped.

    One thread talks to the database. In each turn it writes all results that came in and takes as much
    as slots are free, in one transaction; the slots only send, and no transaction is open meanwhile.
    Any number of workers share the work: all they know stands in the database, where a lease that runs
    out is taken over, so that one may be killed at any time.

    There is no task library below this. Which event comes next, what is tried again when, and what
    survives a crash are all columns of a lane; a library's queue would be a second place for the same,
    which keeps no order within a subject, and the usual ones run nothing again, or everything at a
    fixed pace. What is left for one is a loop and a pool of threads.
    """

    def __init__(self, slots: int = SLOTS) -> None:
        self.slots = Slots(slots)
        self.results: SimpleQueue[tuple[Job, Result | None]] = SimpleQueue()
        self.unwritten: list[Result] = []
        self.forgets_at = clock.now()

    def run(self, stopped: Signal) -> None:
        """Deliver until it is told to stop; then finish what is under way, and write that down."""
        with ThreadPoolExecutor(self.slots.number, thread_name_prefix="deliver") as pool:
            while not stopped.is_set():
                if not self._turn_safely(pool):
                    stopped.wait(_AFTER_TROUBLE)
                self._wait()
            while self.slots.running.total():
                self._wait()
            for _ in range(_LAST_TURNS):
                self._turn_safely(None)
                if not self.unwritten:
                    break
                self._wait()
        sending.close_connections()
        connection.close()

    def _turn_safely(self, pool: ThreadPoolExecutor | None) -> bool:
        close_old_connections()
        try:
            self._turn(pool)
        except (OperationalError, InterfaceError):
            logger.exception("The database does not answer; the worker will try again.")
        except Exception:
            logger.exception("The worker could not go on with the deliveries.")
            self._write_one_by_one()
        else:
            return True
        return False

    def _turn(self, pool: ThreadPoolExecutor | None) -> None:
        """Write what came in, and unless it is stopping, take more and now and then forget what is old."""
        now = clock.now()
        with transaction.atomic():
            counted, held_up = record(self.unwritten, at=now) if self.unwritten else ([], [])
            jobs = claim(self.slots, at=now) if pool else []
        self.unwritten = held_up
        for job in jobs:
            self.slots.take(job)
            assert pool is not None
            pool.submit(self._send, job)
        note_health(counted, at=now)
        if pool and now >= self.forgets_at:
            self.forgets_at = now + _FORGETS_EVERY
            if any([forget_outdated(at=now), forget_left_over()]):
                self.forgets_at = now  # so that it keeps pace with what is delivered

    def _write_one_by_one(self) -> None:
        """One result that can't be written holds up no other. What it is about is due again after its lease."""
        results, self.unwritten = self.unwritten, []
        for result in results:
            try:
                counted, held_up = record([result], at=clock.now())
                note_health(counted, at=clock.now())
            except (OperationalError, InterfaceError):
                self.unwritten.append(result)
            except Exception:
                logger.exception("What came of event %s could not be written.", result.job.event.pk)
            else:
                self.unwritten += held_up

    def _wait(self) -> None:
        """Until a slot is done, or it is time to look again; all that are done by then come along."""
        try:
            done = [self.results.get(timeout=_EVERY)]
            while not self.results.empty():
                done.append(self.results.get())
        except Empty:
            return
        for job, result in done:
            self.slots.give_back(job)
            if result is not None:
                self.unwritten.append(result)

    def _send(self, job: Job) -> None:
        result = None
        try:
            result = send(job, clock.now())
        except Exception:
            logger.exception("Event %s could not be sent.", job.event.pk)
        finally:
            self.results.put((job, result))


def send(job: Job, at: datetime) -> Result | None:
    """Try once. None if the lease may run out meanwhile, as that of a worker that was held up: it is left to
    whoever takes it over."""
    if at + timedelta(seconds=sending.DEADLINE) >= job.until:
        return None
    event = job.event
    return Result(job, at, post(job.subscription, str(event.pk), event.name, event.body, at=at))
