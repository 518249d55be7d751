"""The versions of a group's events: each once and none left out, however many change it at the same time."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

from batches.models import Batch, BatchGroup
from batches.operations.changing import change_batch
from batches.operations.claiming import NothingToClaim, claim_cycle
from batches.operations.creating import Wishes, create_batch
from batches.operations.deleting import delete_batch
from batches.operations.grouping import (
    BatchesCame,
    Container,
    HoldsBatches,
    change_group,
    create_group,
    delete_group,
    move_all_stations,
)
from batches.operations.tagging import change_tags
from niagara.records.operations.noting import remove_note, write_note
from niagara.refusals import Missing
from niagara.webhooks.models import Event
from tests.clients import ApiFactory
from tests.cycles import complete_cycle
from tests.factories import AT, Floor
from tests.journals import assert_replays, events_of, kind_of, kinds_of, replay
from tests.races.together import assert_everything_adds_up, refusals, together

WRITERS = 8
CHANGES = 125  # of each of them


def versions_of(group: BatchGroup) -> list[int]:
    return list(Event.objects.of(group.pk).values_list("version", flat=True))


def test_eight_who_change_a_group_a_thousand_times_leave_a_thousand_versions(floor: Floor, api: ApiFactory) -> None:
    group = create_group(work_order=floor.make_work_order(), changes={"name": "0"}, by=floor.by, at=AT)

    def change(writer: int) -> None:
        """No two changes are alike, so that each is one event."""
        by_at: dict[str, Any] = {"by": floor.by, "at": AT}
        for number in range(CHANGES):
            text = f"{writer}.{number}"
            match number % 6:
                case 0:
                    change_group(group=group, changes={"name": text}, **by_at)
                case 1:
                    change_tags(group=group, add=[text], **by_at)
                case 2:
                    change_tags(group=group, remove=[f"{writer}.{number - 1}"], **by_at)
                case 3:
                    change_group(group=group, changes={"settings": {"of": text}}, **by_at)
                case 4:
                    container: Container = {"container_type": "pallet", "label": text}
                    change_group(group=group, changes={"container": container}, **by_at)
                case 5:
                    write_note(group, text, **by_at)

    assert not refusals(together(*(partial(change, writer) for writer in range(WRITERS))))

    assert versions_of(group) == list(range(1, 1 + WRITERS * CHANGES + 1))
    assert BatchGroup.objects.get(pk=group.pk).last_version == 1 + WRITERS * CHANGES
    assert_replays(api(floor.manager), group.pk)


def test_what_many_do_to_the_batches_of_two_groups_leaves_no_gap_and_no_deadlock(floor: Floor) -> None:
    """Technicians complete cycles while managers move, make, delete and note."""
    work_order = floor.make_work_order(400)
    groups = [
        create_group(work_order=work_order, changes={"name": name}, by=floor.by, at=AT) for name in ("One", "Two")
    ]
    batches = [floor.make_batch(20, work_order, batch_group=groups[at % 2]) for at in range(4)]
    by_at: dict[str, Any] = {"by": floor.by, "at": AT}

    def complete(batch: Batch) -> None:
        while True:
            try:
                cycle = claim_cycle(batch=batch, technician=floor.manager, **by_at)
            except NothingToClaim:
                return
            complete_cycle(cycle=cycle, by=floor.by, at=AT + timedelta(minutes=1))

    def manage(seed: int) -> None:
        dice = Random(seed)
        doings: list[Callable[[BatchGroup, Batch], Any]] = [
            lambda group, batch: change_batch(batch=batch, changes={"batch_group": group}, **by_at),
            lambda group, batch: change_batch(
                batch=batch, changes={"mixing_station": dice.choice([floor.station, None])}, **by_at
            ),
            lambda group, batch: change_group(group=group, changes={"tags": [str(dice.random())]}, **by_at),
            lambda group, batch: remove_note(write_note(group, "Look", **by_at), **by_at),
            lambda group, batch: delete_batch(batch=floor.make_batch(1, work_order, batch_group=group), **by_at),
            lambda group, batch: _unless_batches_came(
                partial(move_all_stations, group=group, station=dice.choice([floor.station, None]), **by_at)
            ),
        ]
        for _ in range(25):
            dice.choice(doings)(dice.choice(groups), dice.choice(batches))

    jobs = [*(partial(complete, batch) for batch in batches), *(partial(manage, seed) for seed in range(4))]
    assert not refusals(together(*jobs))

    completed = Counter[str]()
    for group in groups:
        events = events_of(group)
        assert [event["metadata"]["version"] for event in events] == list(range(1, len(events) + 1))
        state = replay(events)
        assert state["batches"] == {str(pk) for pk in group.batches.values_list("pk", flat=True)}
        standing = group.batches.exclude(mixing_station=None).values_list("pk", "mixing_station")
        assert state["stations"] == {str(pk): str(station) for pk, station in standing}
        group.refresh_from_db()
        assert (state["tags"], group.last_version) == (group.tags, len(events))
        # What is done in a batch is told as well when the batch enters a group, but that was a minute before.
        completed.update(
            kind_of(event) for event in events if event["metadata"]["dateTime"] > f"{AT:%Y-%m-%dT%H:%M:01}"
        )
        assert {pk: state["complete"].get(pk, 0) for pk in state["batches"]} == {
            str(batch.pk): batch.complete for batch in group.batches.all()
        }
    assert completed["ActualChanged"] == 80
    assert_everything_adds_up()


def _unless_batches_came(move: Callable[[], Any]) -> None:
    with suppress(BatchesCame):
        move()


def test_batches_that_swap_groups_at_once_do_not_wait_for_each_other_for_good(floor: Floor) -> None:
    work_order = floor.make_work_order(40)
    one, two = (create_group(work_order=work_order, changes={"name": "P"}, by=floor.by, at=AT) for _ in range(2))
    here = [floor.make_batch(1, work_order, batch_group=one) for _ in range(4)]
    there = [floor.make_batch(1, work_order, batch_group=two) for _ in range(4)]

    for groups in ((two, one), (one, two)):
        moves = [
            partial(change_batch, batch=batch, changes={"batch_group": group}, by=floor.by, at=AT)
            for batches, group in zip((here, there), groups, strict=True)
            for batch in batches
        ]
        assert not refusals(together(*moves))

    for group, batches in ((one, here), (two, there)):
        assert replay(events_of(group))["batches"] == {str(batch.pk) for batch in batches}


def test_a_group_is_removed_or_filled_but_never_both(floor: Floor) -> None:
    for _ in range(8):
        work_order = floor.make_work_order(4)
        group = create_group(work_order=work_order, changes={"name": "Pallet"}, by=floor.by, at=AT)
        write_note(group, "Fragile", by=floor.by, at=AT)

        outcomes = together(
            partial(_fill, floor, group),
            partial(delete_group, group=group, by=floor.by, at=AT),
            partial(write_note, group, "Heavy", by=floor.by, at=AT),
        )

        there = BatchGroup.objects.filter(pk=group.pk).exists()
        assert {type(one).__mro__[1 if isinstance(one, Missing) else 0] for one in refusals(outcomes)} <= {
            HoldsBatches if there else Missing
        }
        assert versions_of(group) == list(range(1, len(versions_of(group)) + 1))
        assert (kinds_of(group)[-1] == "Deleted") == (not there)
    assert_everything_adds_up()


def _fill(floor: Floor, group: BatchGroup) -> None:
    wishes = Wishes(batch_group=group)
    create_batch(work_order=group.work_order, queue=floor.queue, number_cycles=1, wishes=wishes, by=floor.by, at=AT)
