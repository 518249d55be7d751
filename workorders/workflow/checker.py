"""Whether a workflow can be run to an end, whatever happens: all that is wrong with it, at once.

- Every step but the ends has `goto` and `goto_fail`. A user's or a machine's step goes to `goto_fail`
  when it is failed; a decision when its comparison is false, which is no failure; a `pass`, `wait`
  or `function` step when it can't write a locked key of the context, or set what it is to set.
- A wait counts among the steps that need nobody: a loop of waits would go on for ever unseen.
- Which steps can be reached is told only when each step's targets are known, so that one wrong name
  is one fault.
- `on_start` and `on_complete` are kept as they are written; nothing carries them out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from niagara.refusals import Fault, Invalid
from workorders.workflow.graph import Graph, loops, reachable, turned_round
from workorders.workflow.keys import MAX_NAME, NAME, faults_of_step
from workorders.workflow.reading import read_steps
from workorders.workflow.steps import AUTOMATIC, ENDS, Definition
from workorders.workflow.values import Place, faults_of_json, short

MAX_STEPS = 500
MAX_LOOPS = 20

_WAYS = ("goto", "goto_fail")


class BadWorkflow(Invalid):
    """The workflow can't be run as it is; `faults` says which steps are wrong, and how."""


def read_definition(raw: Mapping[str, Any]) -> Definition:
    """The workflow's `starts_at` and `steps` in their types. Raises BadWorkflow."""
    if faults := check(raw):
        raise BadWorkflow(faults)
    return read_steps(raw)


def check(definition: object) -> list[Fault]:
    """All that is wrong with a workflow's `starts_at` and `steps`; its other keys are not looked at."""
    if not isinstance(definition, Mapping):
        return [Fault("type", (), "A workflow has to be an object.", {"type": "object"})]
    looked_at = {name: definition[name] for name in ("starts_at", "steps") if name in definition}
    if unfit := faults_of_json(looked_at):
        return [replace(fault, message=f"{_where(fault)}{fault.message}") for fault in unfit]
    if "steps" not in definition:
        return [Fault("required", ("steps",), "A workflow needs steps.", {"missingProperty": "steps"})]
    steps = definition["steps"]
    if not isinstance(steps, Mapping):
        message = "steps has to be an object that leads from each step's name to the step."
        return [Fault("type", ("steps",), message, {"type": "object"})]
    if len(steps) > MAX_STEPS:
        return [Fault("maxProperties", ("steps",), f"A workflow can't have more than {MAX_STEPS} steps.")]
    return [
        *_faults_of_names(steps),
        *_faults_of_steps(steps),
        *_faults_of_graph(definition.get("starts_at"), steps),
    ]


def _faults_of_names(steps: Mapping[str, object]) -> Iterator[Fault]:
    for name in steps:
        if len(name) > MAX_NAME or not NAME.match(name):
            message = f"Step “{short(name)}” needs a name of up to {MAX_NAME} letters, digits and -, a letter first."
            yield Fault("propertyNames", ("steps", short(name)), message, {"pattern": NAME.pattern})


def _faults_of_steps(steps: Mapping[str, object]) -> Iterator[Fault]:
    for name, step in steps.items():
        for fault in faults_of_step(step, ()):
            yield _at_step(name, fault.keyword, fault.message, fault.path, fault.params)


def _faults_of_graph(starts_at: object, steps: Mapping[str, object]) -> Iterator[Fault]:
    graph = {name: list(_targets(step).values()) for name, step in steps.items()}
    astray = [*_faults_of_start(starts_at, steps), *_faults_of_targets(steps)]
    yield from astray
    yield from _faults_of_loops(graph, steps)
    ends = [name for name, step in steps.items() if _type_of(step) in ENDS]
    if not ends:
        yield Fault("contains", ("steps",), "No step is an end: add one of type success or fail.")
    if astray or any(len(graph[name]) < len(_WAYS) for name in steps if name not in ends):
        return
    reached = reachable(graph, [str(starts_at)])
    # An end that nothing leads to does no harm; the published example of a workflow has one.
    idle = [name for name in steps if name not in reached and name not in ends]
    yield from (_at_step(name, "reachable", "no step leads to it.") for name in idle)
    if ends:
        ending = reachable(turned_round(graph), ends)
        yield from (
            _at_step(name, "contains", "no end can be reached from it.") for name in steps if name not in ending
        )


def _faults_of_start(starts_at: object, steps: Mapping[str, object]) -> Iterator[Fault]:
    if starts_at is None:
        yield Fault("required", ("starts_at",), "A workflow needs starts_at.", {"missingProperty": "starts_at"})
    elif not isinstance(starts_at, str) or starts_at not in steps:
        message = f"starts_at names “{short(starts_at)}”, but there is no such step."
        yield Fault("enum", ("starts_at",), message)


def _faults_of_targets(steps: Mapping[str, object]) -> Iterator[Fault]:
    for name, step in steps.items():
        for way, target in _targets(step).items():
            if target not in steps:
                yield _at_step(name, "enum", f"{way} names “{short(target)}”, but there is no such step.", (way,))


def _faults_of_loops(graph: Graph, steps: Mapping[str, object]) -> Iterator[Fault]:
    """Both ways of a decision count: a loop that goes on only sometimes goes on for ever then."""
    by_itself = {name: graph[name] for name, step in steps.items() if _type_of(step) in AUTOMATIC}
    for loop in islice(loops(by_itself), MAX_LOOPS):
        shown = loop[:5] if len(loop) <= 5 else [*loop[:4], "…"]
        way = " → ".join(f"“{short(name)}”" for name in (*shown, loop[0]))
        yield _at_step(loop[0], "loop", f"it leads back to itself over steps that need nobody: {way}.")


def _targets(step: object) -> dict[str, str]:
    """Where a step leads, as far as that can be told."""
    if not isinstance(step, Mapping) or _type_of(step) in ENDS:
        return {}
    return {way: step[way] for way in _WAYS if isinstance(step.get(way), str)}


def _type_of(step: object) -> str:
    step_type = step.get("step_type") if isinstance(step, Mapping) else None
    return step_type if isinstance(step_type, str) else ""


def _at_step(name: str, keyword: str, message: str, path: Place = (), params: Mapping[str, Any] = {}) -> Fault:
    return Fault(keyword, ("steps", short(name), *path), f"Step “{short(name)}”: {message}", params)


def _where(fault: Fault) -> str:
    """Which step or part of the workflow a fault of the bare values is about."""
    match fault.path:
        case ("steps", str(name), *_):
            return f"Step “{name}”: "
        case ("starts_at", *_):
            return "starts_at: "
    return "The workflow: "
