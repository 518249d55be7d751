from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from batches.models import COLUMN, Batch, Cycle
from batches.operations.cycling import (
    NotOfTheOrganization,
    block_cycle,
    cancel_cycle,
    fail_cycle,
    release_cycle,
    start_cycle,
    unblock_cycle,
)
from batches.operations.moving import STARTS_FROM, WrongState
from niagara.accounts.access import PermissionMissing
from niagara.accounts.models import HistoryEntry, User
from niagara.directory.models import Category, Unit
from tests.cycles import close
from tests.factories import AT, STEPS, STEPS_WITH_CHECK, Floor, make_user, make_workflow, relate, via_api
from tests.races.together import assert_everything_adds_up

LATER = AT + timedelta(minutes=20)

# verb → (the operation, what else it takes, where it leads to)
VERBS: dict[str, tuple[Callable[..., Cycle], dict[str, Any], Category]] = {
    "start": (start_cycle, {}, Category.IN_PROGRESS),
    "block": (block_cycle, {"reason": "Waiting for parts"}, Category.BLOCKED),
    "unblock": (unblock_cycle, {}, Category.IN_PROGRESS),
    "release": (release_cycle, {}, Category.PENDING),
    "fail": (fail_cycle, {"reason": "Damaged"}, Category.CANCELLED),
    "cancel": (cancel_cycle, {"reason": "no longer needed"}, Category.CANCELLED),
}
# How a pending cycle comes into a state; "close" is to close the step in hand.
WAYS = {
    Category.PENDING: [],
    Category.IN_PROGRESS: ["start"],
    Category.VERIFYING: ["start", "close"],
    Category.BLOCKED: ["start", "block"],
    Category.COMPLETE: ["start", "close"],
    Category.CANCELLED: ["cancel"],
}
EVERY_PAIR = [(verb, state) for verb in VERBS for state in Category]
ALLOWED = [(verb, state) for verb, state in EVERY_PAIR if state in STARTS_FROM[verb]]
REFUSED = [(verb, state) for verb, state in EVERY_PAIR if state not in STARTS_FROM[verb]]


def do(verb: str, cycle: Cycle, floor: Floor, at: Any = AT, by: User | None = None) -> Cycle:
    actor = via_api(by) if by else floor.by
    if verb == "close":
        return close(cycle, by=actor, at=at)
    operation, words, _ = VERBS[verb]
    if verb == "start":
        words = {"technician": floor.manager}
    return operation(cycle=cycle, by=actor, at=at, **words)


def make_cycle(floor: Floor, state: Category) -> Cycle:
    steps = STEPS_WITH_CHECK if state is Category.VERIFYING else STEPS
    workflow = make_workflow(floor.organization, "Set up", steps)
    cycle = floor.make_batch(3, floor.make_work_order(3, workflow=workflow)).cycles.first()
    for verb in WAYS[state]:
        cycle = do(verb, cycle, floor)
    assert cycle.category == state
    return cycle


def everything() -> dict[str, list]:
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in (Cycle, Batch, HistoryEntry)}


def test_every_verb_of_the_table_is_tried_here() -> None:
    assert VERBS.keys() == STARTS_FROM.keys() - {"work on", "hand over"}  # the second moves no cycle: test_handing_over
    assert (len(ALLOWED), len(REFUSED)) == (12, 24)


@pytest.mark.parametrize(("verb", "state"), ALLOWED)
def test_a_cycle_goes_where_the_verb_leads(floor: Floor, verb: str, state: Category) -> None:
    cycle = make_cycle(floor, state)

    do(verb, cycle, floor, at=LATER)

    cycle.refresh_from_db()
    assert cycle.category == VERBS[verb][2]
    assert cycle.status == ("Failed" if verb == "fail" else cycle.get_category_display())
    assert_everything_adds_up()


@pytest.mark.parametrize(("verb", "state"), REFUSED)
def test_from_any_other_state_it_is_refused_and_nothing_changes(floor: Floor, verb: str, state: Category) -> None:
    cycle = make_cycle(floor, state)
    before = everything()

    with pytest.raises(WrongState, match=rf"Cycle 1 is .*; you can't {verb} it now\."):
        do(verb, cycle, floor, at=LATER)

    assert everything() == before


def test_starting_gives_the_cycle_to_one_technician(floor: Floor, tom: User) -> None:
    cycle = start_cycle(cycle=make_cycle(floor, Category.PENDING), technician=tom, by=floor.by, at=AT)

    assert (cycle.technician, cycle.started_at, cycle.ended_at) == (tom, AT, None)
    with pytest.raises(WrongState):
        start_cycle(cycle=cycle, technician=floor.manager, by=floor.by, at=AT)


def test_breaks_are_no_time_of_the_step_in_hand(floor: Floor) -> None:
    workflow = make_workflow(
        floor.organization,
        "Two steps",
        {**STEPS, "unpack": {**STEPS["unpack"], "goto": "polish"}, "polish": STEPS["unpack"]},
    )
    cycle = floor.make_batch(1, floor.make_work_order(1, workflow=workflow)).cycles.get()
    minutes = iter((0, 1, 5, 6, 60, 62, 69))
    for verb in ("start", "block", "unblock", "release", "start", "close", "close"):
        cycle = do(verb, cycle, floor, at=AT + timedelta(minutes=next(minutes)))

    assert list(cycle.stepruns.order_by("at").values_list("step", "seconds")) == [
        ("unpack", 4 * 60),
        ("polish", 7 * 60),
    ]


def test_releasing_gives_it_back_to_anybody(floor: Floor) -> None:
    cycle = do("release", make_cycle(floor, Category.IN_PROGRESS), floor)

    assert (cycle.technician, cycle.started_at) == (None, None)
    assert do("start", cycle, floor).technician == floor.manager


def test_a_failed_cycle_is_replaced_by_a_retry(floor: Floor) -> None:
    cycle = make_cycle(floor, Category.VERIFYING)
    unit = Unit.objects.create(
        organization=floor.organization, label="iPad 7", customer=floor.customer, location=floor.location,
        serial_number="C02X7", current_status=floor.status(Category.PENDING),
    )  # fmt: skip
    Cycle.objects.filter(pk=cycle.pk).update(unit=unit)

    retry = fail_cycle(cycle=cycle, reason="Damaged", by=floor.by, at=LATER)

    cycle.refresh_from_db()
    assert (cycle.category, cycle.status, cycle.ended_at) == (Category.CANCELLED, "Failed", LATER)
    assert (retry.category, retry.is_retry, retry.number) == (Category.PENDING, True, 4)
    assert (retry.batch, retry.unit, retry.technician) == (cycle.batch, unit, None)
    batch = Batch.objects.get()
    assert {name: getattr(batch, name) for name in COLUMN.values() if getattr(batch, name)} == {
        "pending": 3,
        "cancelled": 1,
    }
    assert batch.number_cycles == 3
    assert HistoryEntry.objects.of(cycle).first().reason == "Damaged"
    assert HistoryEntry.objects.of(retry).get().verb == "created"


def test_the_batch_and_its_work_order_follow_the_cycle(floor: Floor) -> None:
    workflow = make_workflow(floor.organization, "Set up", STEPS_WITH_CHECK)
    batch = floor.make_batch(1, floor.make_work_order(1, workflow=workflow))
    cycle, checker = batch.cycles.get(), make_user(floor.organization, "Administrator")
    story = [
        ("start", floor.manager, "In Progress"),
        ("close", floor.manager, "Verifying"),
        ("close", checker, "In Progress"),
        ("block", floor.manager, "Blocked"),
        ("unblock", floor.manager, "In Progress"),
        ("close", floor.manager, "Complete"),
    ]
    for minute, (verb, who, status) in enumerate(story):
        cycle = do(verb, cycle, floor, at=AT + timedelta(minutes=minute), by=who)

        batch = Batch.objects.get()
        assert batch.current_status.status == batch.work_order.current_status.status == status
    assert batch.work_order.start_date == AT
    assert batch.work_order.end_date == cycle.ended_at == AT + timedelta(minutes=5)


def test_each_step_is_told_with_its_reason(floor: Floor) -> None:
    cycle = make_cycle(floor, Category.BLOCKED)

    entry = HistoryEntry.objects.of(cycle).first()

    assert (entry.verb, entry.changes, entry.reason) == (
        "blocked",
        {"status": ["In Progress", "Blocked"]},
        "Waiting for parts",
    )
    assert cycle.version == 3


def test_who_finishes_by_a_clock_that_is_behind_still_finishes(floor: Floor) -> None:
    batch = floor.make_batch(1)
    cycle = do("start", batch.cycles.get(), floor, at=LATER)

    cycle = do("close", cycle, floor, at=AT)

    batch.work_order.refresh_from_db()
    assert cycle.ended_at == batch.work_order.end_date == batch.work_order.start_date == LATER


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_nobody_of_another_organization_moves_a_cycle(floor: Floor, olga: User, verb: str) -> None:
    state, *_ = sorted(STARTS_FROM[verb])
    cycle = make_cycle(floor, state)

    with pytest.raises(PermissionMissing):
        do(verb, cycle, floor, by=olga)


def test_a_technician_works_only_at_their_own_locations(floor: Floor, tom: User) -> None:
    cycle = floor.make_batch(1).cycles.get()
    with pytest.raises(PermissionMissing, match="context:create"):
        do("start", cycle, floor, by=tom)

    relate(tom, "tech", floor.location)
    at_home = User.objects.get(pk=tom.pk)

    cycle = do("close", do("start", cycle, floor, by=at_home), floor, by=at_home)
    assert cycle.category == Category.COMPLETE
    with pytest.raises(PermissionMissing, match="work-order:update"):
        do("cancel", floor.make_batch(1).cycles.get(), floor, by=at_home)


def test_the_history_tells_who_got_a_cycle_and_who_gave_it_back(floor: Floor, batch_of_ten: Batch, tom: User) -> None:
    cycle = batch_of_ten.cycles.first()

    started = start_cycle(cycle=cycle, technician=tom, by=floor.by, at=AT)
    release_cycle(cycle=started, by=floor.by, at=AT)

    released, start = HistoryEntry.objects.of(cycle)
    assert start.changes["technician"] == [None, "Tom Baker"]
    assert released.changes["technician"] == ["Tom Baker", None]


def test_a_cycle_is_given_to_nobody_of_another_organization(floor: Floor, batch_of_ten: Batch, olga: User) -> None:
    cycle = batch_of_ten.cycles.first()

    with pytest.raises(NotOfTheOrganization, match="of the same organization"):
        start_cycle(cycle=cycle, technician=olga, by=floor.by, at=AT)

    assert Cycle.objects.get(pk=cycle.pk).category == Category.PENDING
