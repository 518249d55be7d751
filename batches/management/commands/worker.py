import logging
import signal
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections

from batches.operations.recounting import fold_totals
from batches.operations.waiting import due_waits, look_at_wait
from niagara import clock
from niagara.accounts.actor import Actor
from niagara.accounts.operations.forgetting import forget_expired
from niagara.refusals import Refusal
from niagara.webhooks.operations.delivering import Deliverer
from workorders.models import Context

logger = logging.getLogger(__name__)

_EVERY = 1.0  # seconds between two rounds
_LEFT_ALONE = timedelta(minutes=1)  # after something went wrong with it
_FORGETS_EVERY = timedelta(hours=1)


class Command(BaseCommand):
    """Runs beside the web processes: one, or several on as many machines. They share the work through the
    database, where all of it is kept, so that one may be killed at any time."""

    help = "Look at what waits in the workflows, and deliver events to webhooks, until it is stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        stopped = Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopped.set())
        # In a rhythm of its own: a receiver that is slow keeps no workflow waiting, nor the other way round.
        delivering = Thread(target=Deliverer().run, args=[stopped], name="deliverer")
        delivering.start()
        self.left_alone: dict[UUID, datetime] = {}
        self.forgets_at = clock.now()
        try:
            while not stopped.is_set():
                close_old_connections()
                try:
                    self.look_around(stopped)
                    self.forget_now_and_then()
                except OperationalError:
                    logger.exception("The database does not answer; the worker will try again.")
                stopped.wait(_EVERY)
        finally:  # also when it breaks: half a worker would go unnoticed
            stopped.set()
            logger.info("The worker finishes what is under way, and ends.")
            delivering.join()

    def look_around(self, stopped: Event) -> None:
        """Look at every wait that is due, and leave alone for a while what goes wrong."""
        by, now = Actor.system(), clock.now()
        self.left_alone = {one: until for one, until in self.left_alone.items() if until > now}
        for context_id in due_waits(now):
            if stopped.is_set():
                return
            if context_id in self.left_alone:
                continue
            try:
                look_at_wait(context=Context(pk=context_id), by=by, at=clock.now())
            except Refusal as refusal:  # such as a cycle that was blocked a moment ago
                logger.info("Context %s waits on: %s", context_id, refusal)
            except OperationalError:
                raise
            except Exception:
                logger.exception("Context %s could not go on.", context_id)
                self.left_alone[context_id] = now + _LEFT_ALONE

    def forget_now_and_then(self) -> None:
        now = clock.now()
        if now >= self.forgets_at:
            self.forgets_at = now + _FORGETS_EVERY
            try:
                forget_expired(at=now)
                fold_totals()
            except OperationalError:
                raise
            except Exception:  # nothing waits for it
                logger.exception("What has run out could not be forgotten, or what is counted not be folded.")
