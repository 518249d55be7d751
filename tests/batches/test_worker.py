"""The worker as it runs: a process of its own, which finds what waits in the database."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from batches.management.commands import worker
from batches.operations.cycling import start_cycle
from niagara import clock
from niagara.accounts.models import User
from tests.factories import STEPS, Floor, make_workflow
from workorders.models import Context

PATIENCE = 90  # seconds until a test that hangs fails


def make_waits(floor: Floor, number: int) -> None:
    """So many cycles that have waited long enough."""
    wait = {"step_type": "wait", "label": "Restart", "time": 1, "stop_at": 1, "goto": "unpack", "goto_fail": "broken"}
    workflow = make_workflow(floor.organization, "Wait", {"wait": wait, **STEPS})
    batch = floor.make_batch(number, floor.make_work_order(number, workflow=workflow))
    for cycle in batch.cycles.all():
        at = clock.now() - timedelta(minutes=5)
        start_cycle(cycle=cycle, technician=floor.manager, by=floor.by, at=at)


def waiting() -> int:
    return Context.objects.filter(wake_at__isnull=False).count()


def url_of_database() -> str:
    """Where the tests have their rows, for a process of its own."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    user, host = database["USER"], database["HOST"]
    return f"postgres://{user}@{host}:{database['PORT'] or 5432}/{database['NAME']}"


@contextmanager
def worker_process(stderr: int | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """The command in a process of its own, on the database of the tests; what it logs goes to `stderr`."""
    environment = {**os.environ, "DATABASE_URL": url_of_database(), "DEBUG": "true"}
    command = [sys.executable, "manage.py", "worker"]
    with subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stderr=stderr) as process:
        try:
            yield process
        finally:
            process.kill()


def until(is_so: Callable[[], bool], patience: int = PATIENCE) -> None:
    for _ in range(patience * 20):
        if is_so():
            return
        Event().wait(0.05)
    raise AssertionError("It did not come to it in time.")


@pytest.mark.django_db(transaction=True)
def test_what_waits_survives_a_worker_that_is_killed_and_the_next_one_goes_on(floor: Floor) -> None:
    make_waits(floor, 30)

    with worker_process() as process:
        until(lambda: waiting() < 30)
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)
    with worker_process() as process:
        until(lambda: waiting() == 0)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0

    contexts = Context.objects.all()
    assert {context.run.current_steps for context in contexts} == {("unpack",)}
    assert {len(context.run.last_steps) for context in contexts} == {1}


@pytest.mark.django_db(transaction=True)
def test_it_forgets_what_has_run_out(maria: User) -> None:
    Client().force_login(maria)
    Session.objects.update(expire_date=clock.now())

    with worker_process():
        until(lambda: not Session.objects.exists())


@pytest.mark.django_db
def test_one_that_goes_wrong_holds_no_other_up(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    make_waits(floor, 3)
    broken, *_ = worker.due_waits(clock.now())
    look_at_wait, tried = worker.look_at_wait, []

    def look(*, context: Context, **who_and_when: Any) -> None:
        tried.append(context.pk)
        if context.pk == broken:
            raise ZeroDivisionError
        look_at_wait(context=context, **who_and_when)

    monkeypatch.setattr(worker, "look_at_wait", look)
    command = worker.Command()
    command.left_alone = {}
    command.look_around(Event())
    command.look_around(Event())

    assert waiting() == 1
    assert tried.count(broken) == 1
