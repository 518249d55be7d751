"""Walks over the steps' graph: from each step's name to the names it leads to. None of them recurses."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

Graph = Mapping[str, Collection[str]]


def reachable(graph: Graph, starts: Iterable[str]) -> set[str]:
    found: set[str] = set()
    ahead = [start for start in starts if start in graph]
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += [target for target in graph[name] if target in graph]
    return found


def turned_round(graph: Graph) -> dict[str, list[str]]:
    turned: dict[str, list[str]] = {name: [] for name in graph}
    for name, targets in graph.items():
        for target in targets:
            if target in turned:
                turned[target].append(name)
    return turned


def loops(graph: Graph) -> Iterator[list[str]]:
    """Loops that share no step, in the order they are walked; loops that meet are told of once."""
    left = {name: [target for target in targets if target in graph] for name, targets in graph.items()}
    while True:
        try:
            # It takes what leads to a name, so it walks backwards: turned round once more below.
            TopologicalSorter(left).prepare()
        except CycleError as error:
            loop = error.args[1][:0:-1]
            yield loop
            left = {
                name: [target for target in targets if target not in loop]
                for name, targets in left.items()
                if name not in loop
            }
        else:
            return
