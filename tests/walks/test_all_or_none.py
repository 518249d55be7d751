"""Rule 7: a change, its history and its events are one. Each write of history, and each of events, is
broken in turn, and every time nothing at all may have changed."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model

import batches.operations
import niagara.accounts.operations
import niagara.directory.operations
import niagara.records.operations
import niagara.webhooks.operations
import queues.operations
import workorders.operations
from niagara.accounts.models import HistoryEntry
from niagara.accounts.operations import history
from niagara.webhooks.operations import publishing
from tests.factories import Floor
from tests.walks import badge_cases, batch_cases, floor_cases, other_cases, webhook_cases  # noqa: F401  # they fill CASES
from tests.walks.cases import CASES

PACKAGES = (
    niagara.accounts.operations,
    niagara.directory.operations,
    niagara.records.operations,
    niagara.webhooks.operations,
    workorders.operations,
    queues.operations,
    batches.operations,
)
# What only other operations call, in their own transaction.
PARTS = {
    *("entry", "record", "follow_cycles", "follow_batches", "group_of", "notify_technicians"),
    *("begin", "follow", "carry_out", "move", "move_to_failed", "start_taken", "write_on_unit"),
    *("attach_named", "attach_to_workflows"),
    *("write", "follow_note", "event", "create_rows", "change_rows", "notify_handed_over"),
    # What is looked at and not done yet has no history, and what only reads has none either.
    *("keep_draft", "mend_draft", "export_batches", "export_units", "export_work_orders"),
}
# Those of which the journal of a batch group tells, as they are tried here.
TOLD = {
    *("create_batch", "break_down", "change_batch", "delete_batch", "write_right", "look_at_wait"),
    *("create_group", "change_group", "change_tags", "put_into", "move_all_stations", "delete_group"),
    *("write_note", "change_note", "remove_note", "import_batches", "scan_into_step"),
}

Break = Callable[[pytest.MonkeyPatch, int], None]


class Broken(Exception):
    pass


def operations() -> Iterator[str]:
    """The names of all functions that take who does it and when: those that change something."""
    for package in PACKAGES:
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            for name, function in inspect.getmembers(importlib.import_module(module.name), inspect.isfunction):
                if function.__module__ == module.name and {"by", "at"} <= inspect.signature(function).parameters.keys():
                    yield name


def everything() -> dict[type[Model], list[dict[str, Any]]]:
    models = apps.get_models(include_auto_created=True)
    return {model: list(model._default_manager.order_by("pk").values()) for model in models}


def break_history(patch: pytest.MonkeyPatch, after: int) -> None:
    """Let so many writes of history pass, and fail the next."""
    then = breaking(after)
    patch.setattr(HistoryEntry, "save", then(HistoryEntry.save))
    patch.setattr(history, "record_all", then(history.record_all))


def break_events(patch: pytest.MonkeyPatch, after: int) -> None:
    """Let so many writes of events pass, and fail the next."""
    patch.setattr(publishing, "publish", breaking(after)(publishing.publish))


def breaking(after: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    left = iter(range(after))

    def then(write: Callable[..., Any]) -> Callable[..., Any]:
        def writing(*args: Any, **kwargs: Any) -> Any:
            if next(left, None) is None:
                raise Broken
            return write(*args, **kwargs)

        return writing

    return then


def test_every_operation_is_tried_here() -> None:
    assert {name for name in operations() if not name.startswith("_")} - PARTS == CASES.keys()


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_change_whose_history_can_not_be_written_does_not_happen(
    floor: Floor, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _times_refused(CASES[name](floor), monkeypatch, break_history) > 0, "It wrote no history."


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_change_whose_events_can_not_be_written_does_not_happen(
    floor: Floor, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = _times_refused(CASES[name](floor), monkeypatch, break_events)

    # Where there are two groups, each tells of it.
    assert times == (2 if name in ("change_batch", "put_into") else name in TOLD)


def _times_refused(act: partial[Any], monkeypatch: pytest.MonkeyPatch, break_: Break) -> int:
    """Do it with one write broken after the other, until none of those left is; nothing may change before."""
    before = everything()

    broken = 0
    while _is_refused(act, monkeypatch, break_, after=broken):
        assert everything() == before
        broken += 1

    assert everything() != before
    return broken


def _is_refused(act: partial[Any], monkeypatch: pytest.MonkeyPatch, break_: Break, after: int) -> bool:
    with monkeypatch.context() as patch:
        break_(patch, after)
        try:
            act()
        except Broken:
            return True
    return False
