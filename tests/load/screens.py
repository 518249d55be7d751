"""Whether what the screens count is what the rows say, read from the pages as people get them."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from django.test import Client
from django.urls import reverse

from batches.models import Cycle
from niagara.accounts.models import User
from niagara.directory.models import ACTIVE, IN_FLIGHT
from niagara.screens.pieces import SEGMENTS
from queues.models import Queue
from tests.load.floor import Cast
from workorders.models import WorkOrder

_LANE = re.compile(
    r'id="queue-([0-9a-f-]{36})" aria.*?<p>(\d+) work orders? · (\d+) batch(?:es)? · (\d+) cycles? left</p>', re.S
)
_CARD = re.compile(r'data-batch="([0-9a-f-]{36})".*?progress__numbers">([^<]*)<', re.S)
_JOB = re.compile(r'<li class="job" id="batch-([0-9a-f-]{36})">.*?progress__numbers">([^<]*)<', re.S)
_WHOLE = re.compile(r'order__whole">.*?progress__numbers">([^<]*)<', re.S)
_CANCELLED = re.compile(r"<dt>Cancelled</dt><dd>(\d+)</dd>")
_STEP = re.compile(r'<th scope="row">[^<]*</th><td class="number">(\d+)</td>')
_OPEN = re.compile(r'id="open-([0-9a-f-]{36})"')
_PART = re.compile(r"(\d+) (?:of \d+ )?([a-z ]+)")

_CATEGORIES = {word: name.upper() for name, word in SEGMENTS.items()}


def page(user: User, name: str, *args: Any) -> str:
    client = Client()
    client.force_login(user)
    response = client.get(reverse(name, args=args), secure=True)
    assert response.status_code == 200, f"{name}: {response.status_code}"
    return response.text


def counts_of_board(cast: Cast) -> str:
    drawn = page(cast.floor.manager, "board-page")
    shown = {queue: tuple(map(int, numbers)) for queue, *numbers in _LANE.findall(drawn)}
    orders, batches, cycles = defaultdict(set), defaultdict(set), Counter[str]()
    rows = Cycle.objects.filter(category__in=ACTIVE, batch__queue__location=cast.floor.location)
    for queue, order, batch in rows.values_list("batch__queue", "work_order", "batch"):
        orders[str(queue)].add(order)
        batches[str(queue)].add(batch)
        cycles[str(queue)] += 1
    queues = map(str, Queue.objects.filter(location=cast.floor.location).values_list("pk", flat=True))
    there = {queue: (len(orders[queue]), len(batches[queue]), cycles[queue]) for queue in queues}
    assert shown == there, f"the board shows {shown}, not {there}"
    return f"{len(shown)} queues, {_bars_of('batch', _CARD.findall(drawn))} cards"


def counts_of_order_pages(cast: Cast) -> str:
    orders = list(WorkOrder.objects.filter(organization=cast.floor.organization))
    bars = []
    for order in orders:
        drawn = page(cast.floor.manager, "work-order-page", order.pk)
        bars.append((str(order.pk), _WHOLE.findall(drawn)[0]))
        cycles = Counter(order.cycles.values_list("category", flat=True))
        assert int(_CANCELLED.findall(drawn)[0]) == cycles["CANCELLED"], order
        in_flight = sum(cycles[category] for category in IN_FLIGHT)
        assert sum(map(int, _STEP.findall(drawn))) == in_flight, f"{order}: {in_flight} cycles are in flight"
    return f"{_bars_of('work_order', bars)} work orders"


def counts_of_my_work(cast: Cast) -> str:
    number = 0
    for technician in cast.technicians:
        drawn = page(technician, "my-work-page")
        mine = Cycle.objects.filter(technician=technician, category__in=IN_FLIGHT)
        assert sorted(_OPEN.findall(drawn)) == sorted(map(str, mine.values_list("pk", flat=True))), technician
        number += _bars_of("batch", _JOB.findall(drawn))
    return f"{number} batches on {len(cast.technicians)} pages"


def _bars_of(of: str, bars: Iterable[tuple[str, str]]) -> int:
    """Compare each bar, in numbers, with the rows of that batch or work order. Returns how many there are."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    bars = list(bars)
    rows = Cycle.objects.filter(**{f"{of}__in": [one for one, _ in bars]})
    for one, category in rows.exclude(category="CANCELLED").values_list(of, "category"):
        counted[str(one)][category] += 1
    for one, told in bars:
        shown = Counter({_CATEGORIES[word.strip()]: int(number) for number, word in _PART.findall(told)})
        assert shown == counted[one], f"{of} {one} shows {told!r}, not {dict(counted[one])}"
    return len(bars)
