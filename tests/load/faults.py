"""What breaks in the middle of it. Each returns when the product should be itself again."""

import os
import signal
from collections.abc import Callable
from threading import Event
from typing import Any

from tests.batches.test_worker import until
from tests.load.stage import Stage
from tests.webhooks.cluster import PATIENCE
from tests.webhooks.receiver import Handler, Received


def kill_a_web_process(stage: Stage) -> None:
    killed = stage.web_processes()[0]
    os.kill(killed, signal.SIGKILL)
    until(lambda: len({*stage.web_processes()} - {killed}) == 2, PATIENCE)
    until(stage.answers, PATIENCE)


def kill_the_worker(stage: Stage) -> None:
    """Its leases run out after a while, and another takes them over."""
    stage.worker.kill()
    Event().wait(2)
    stage.worker.start()


def kill_postgresql(stage: Stage) -> None:
    stage.cluster.kill()
    Event().wait(3)
    stage.cluster.start()
    until(stage.answers, PATIENCE)


def fill_the_disk_of_the_log(stage: Stage) -> None:
    """For a while no line of the log can be written; the work goes on. Then there is room again."""
    kept = stage.web.output
    with open("/dev/full", "wb") as full:
        _start_anew(stage, full)
        Event().wait(5)
        _start_anew(stage, kept)


def _start_anew(stage: Stage, output: Any) -> None:
    for program in (stage.web, stage.worker):
        program.kill()
        program.output = output
    stage.start_web()
    stage.worker.start()


def let_the_receiver_hang(stage: Stage) -> None:
    """Nobody on the floor notices; what it did not answer comes again."""
    before = stage.receiver.behave

    def hang(handler: Handler, received: Received) -> None:
        stage.receiver.hang(25)
        handler.close_connection = True

    stage.receiver.behave = hang
    Event().wait(12)
    stage.receiver.behave = before


FAULTS: list[Callable[[Stage], None]] = [
    kill_a_web_process, kill_the_worker, kill_postgresql, let_the_receiver_hang, fill_the_disk_of_the_log,
]  # fmt: skip
