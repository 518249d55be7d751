"""The work of the demo floor, made through the operations a person would use."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random

from batches.management.demo.floor import Floor, pick
from batches.management.demo.names import DEVICES
from batches.management.demo.orders import Order, Story
from batches.management.demo.progress import Work, advance, live_through
from batches.management.demo.workflows import PLANS
from batches.models import Batch
from batches.operations.creating import Wishes, break_down
from batches.operations.cycling import cancel_cycle
from batches.operations.deleting import delete_batch
from batches.operations.holding import hold_batch, hold_work_order
from niagara.accounts.models import User
from niagara.directory.models import Category, Unit
from niagara.records.models import Relation
from niagara.records.operations.relating import attach, attach_technicians
from workorders.models import WorkOrder
from workorders.operations.ordering import create_work_order

Outcome = dict[Category, int]

_ON_HOLD = "Assemble 48 Registers for the Buffalo Store"
_WITH_A_BATCH_ON_HOLD = "Provision 500 iPads for Lexington Middle School"
_END_OF_DAY = time(21, tzinfo=UTC)  # five in the afternoon in New York


@dataclass(frozen=True)
class Times:
    ordered: datetime
    begun: datetime
    last: datetime  # when it ended, or now
    due: datetime


def add_work(floor: Floor, orders: list[Order], *, now: datetime, rng: Random) -> None:
    here = [(order, _times(order, now, rng)) for order in orders if order.location in floor.locations]
    for order, times in sorted(here, key=lambda pair: pair[1].ordered):
        _add(order, times, floor, rng)
    _hold_some(floor, at=now - timedelta(hours=3))
    done = Unit.objects.filter(organization=floor.organization, cycles__category=Category.COMPLETE)
    done.update(current_status=floor.statuses[Category.COMPLETE])


def _times(order: Order, now: datetime, rng: Random) -> Times:
    def some_days(least: float, most: float) -> timedelta:
        return timedelta(seconds=round(rng.uniform(least, most) * 86400))

    due = datetime.combine(now + timedelta(days=order.due_in), _END_OF_DAY)
    last = now - timedelta(minutes=5)
    begun = last - some_days(5, 9) - timedelta(days=max(0, -order.due_in))
    if order.story is Story.COMPLETE:
        last = min(last, due + some_days(-2, 0.5))
        begun = last - some_days(3, 6)
    return Times(begun - some_days(2, 5), begun, last, due)


def _add(order: Order, times: Times, floor: Floor, rng: Random) -> None:
    work_order = WorkOrder(
        organization=floor.organization,
        label=order.label,
        description=f"{order.needed} × {DEVICES[order.device].label}, in boxes of {order.size}.",
        project=floor.projects[order.project],
        location=floor.locations[order.location],
        workflow=floor.workflows[PLANS[order.workflow].label],
        begin_date=min(times.ordered + timedelta(days=1), times.due),
        due_date=times.due,
        needed=order.needed,
    )
    create_work_order(work_order, by=floor.by, at=times.ordered)
    attach(work_order, Relation.Type.OWNER, floor.manager, by=floor.by, at=times.ordered)
    if order.story is Story.PENDING:
        return
    all_batches = -(-order.needed // order.size)
    stations = floor.stations[work_order.location_id, "mixing-station"]
    batches = break_down(
        work_order=work_order,
        queue=floor.queues[order.location, order.queue],
        number_cycles=order.size,
        total=int(all_batches * order.done) if order.story is Story.PLANNED and order.done < 1 else None,
        wishes=Wishes(mixing_station=pick(rng, stations) if order.workflow == "kit" else None),
        by=floor.by,
        at=times.ordered + timedelta(hours=3),
    )
    technicians = _assign(batches, floor, at=times.ordered + timedelta(hours=4))
    if order.story is Story.CANCELLED:
        for cycle in work_order.cycles.all():
            cancel_cycle(cycle=cycle, by=floor.by, at=times.begun, reason="The customer called it off.")
    elif order.story is not Story.PLANNED:
        _tell(order, batches, technicians, times, floor, rng)


def _hold_some(floor: Floor, *, at: datetime) -> None:
    """A batch by itself, and a whole work order."""
    waiting = Batch.objects.filter(organization=floor.organization, work_order__label=_WITH_A_BATCH_ON_HOLD)
    for batch in waiting.filter(complete=0, in_progress=0).in_processing_order()[1:2]:
        hold_batch(batch=batch, reason="The box is damaged: wait for the inspection", by=floor.by, at=at)
    for work_order in WorkOrder.objects.filter(organization=floor.organization, label=_ON_HOLD):
        hold_work_order(work_order=work_order, reason="The customer checks the price list", by=floor.by, at=at)


def _assign(batches: list[Batch], floor: Floor, *, at: datetime) -> list[list[User]]:
    """Spread the batches over the location's crew; every sixth stays free. Returns who works on each."""
    crew = floor.crew_at(batches[0].queue.location_id)
    for position, technician in enumerate(crew):
        mine = [batch for number, batch in enumerate(batches) if number % 6 < 5 and number % len(crew) == position]
        attach_technicians(mine, [technician], by=floor.by, at=at)
    return [[crew[number % len(crew)]] if number % 6 < 5 else crew for number in range(len(batches))]


def _tell(
    order: Order, batches: list[Batch], technicians: list[list[User]], times: Times, floor: Floor, rng: Random
) -> None:
    device = DEVICES[order.device]
    outcomes = list(_outcomes(order, len(batches), rng))
    lived_until = live_through(
        batches[0],
        floor,
        Work(device, technicians[0], times.begun, times.last),
        with_trouble=rng.random() < 0.6,
        rng=rng,
    )
    step = (times.last - times.begun) / len(outcomes)
    for number, outcome in enumerate(outcomes):
        window = (max(lived_until, times.begun + number * step), times.begun + (number + 1) * step)
        advance(batches[number], outcome, floor, Work(device, technicians[number], *window), rng=rng)
        if order.story is Story.RETURNED and number == 1:
            delete_batch(batch=batches[number], by=floor.by, at=window[1])


def _outcomes(order: Order, batches: int, rng: Random) -> Iterator[Outcome]:
    """What became of the batches that were begun, in order; the number of cycles is at most this."""
    whole = {Category.COMPLETE: order.size}
    part = order.size // 3
    match order.story:
        case Story.COMPLETE:
            yield from [whole] * batches
        case Story.VERIFYING:
            yield from [whole] * (batches - 2)
            yield {Category.COMPLETE: part, Category.VERIFYING: order.size}
        case Story.BLOCKED:
            yield from [whole] * (batches - 1)
            yield {Category.COMPLETE: order.size - part, Category.BLOCKED: part}
        case Story.RETURNED:
            yield from (whole, {Category.COMPLETE: part}, _under_way(order.size, rng))
        case _:
            begun = max(2, int(batches * order.done))
            yield from [whole] * (begun - 2)
            yield from (_under_way(order.size, rng) for _ in range(2))


def _under_way(size: int, rng: Random) -> Outcome:
    outcome = {Category.COMPLETE: size * rng.randint(2, 6) // 10, Category.IN_PROGRESS: 1}
    if size >= 8:
        outcome[Category.IN_PROGRESS] = 2
        outcome[rng.choice((Category.VERIFYING, Category.BLOCKED))] = 1
    return outcome
