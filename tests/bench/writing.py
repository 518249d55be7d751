"""Times the product writing, and its floor writing the same rows, in turns."""

import gc
from collections.abc import Callable, Iterable, Sequence
from time import perf_counter_ns
from typing import Any

from tests.bench.floors.writing import Written, look
from tests.bench.harness import Figures, figures_of
from tests.bench.product import queries_of
from tests.bench.vendors import vendor

WARM_UP = 6


def measure(
    url: str, token: str, asked: Sequence[str], each: Iterable[tuple[Any, Callable[[], bytes]]]
) -> list[Figures]:
    """`asked` is the scope, and the grant that brings it. `each` gives a work order, and what writes about it;
    of the last, the statements are counted."""
    connection = vendor.connect(url)
    times: dict[str, list[float]] = {"product": [], "floor": []}
    *rounds, (_, last) = each
    gc.collect()
    gc.freeze()
    for work_order, write in rounds:
        before = look(connection, work_order)
        times["product"].append(_time_of(write))
        written = Written(before, look(connection, work_order))
        written.take_back(connection)
        again = written.prepared(connection, token, *asked)
        times["floor"].append(_time_of(again))
        if look(connection, work_order) != written.after:
            raise SystemExit("The floor wrote something else.")
    gc.unfreeze()
    queries = {"product": queries_of(last)}
    connection.close()
    return [figures_of(name, taken[WARM_UP:], queries.get(name, 0)) for name, taken in times.items()]


def _time_of(write: Callable[[], Any]) -> float:
    gc.collect()
    began = perf_counter_ns()
    write()
    return (perf_counter_ns() - began) / 1e6
