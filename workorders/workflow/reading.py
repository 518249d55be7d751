"""From a workflow's `steps`, as they are stored, to their types. Only what the checker passed can be read."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from workorders.workflow.comparing import Operator
from workorders.workflow.paths import parse_path
from workorders.workflow.steps import (
    ENDS,
    PARAMETER,
    Component,
    ContextValue,
    DecisionStep,
    Definition,
    EndStep,
    Field,
    Function,
    FunctionStep,
    InteractiveStep,
    Item,
    OnwardStep,
    PassStep,
    Step,
    StepType,
    WaitStep,
)

Raw = Mapping[str, Any]


def read_steps(raw: Raw) -> Definition:
    return Definition(raw["starts_at"], {name: _read(name, step) for name, step in raw["steps"].items()})


def _read(name: str, raw: Raw) -> Step:
    step_type = StepType(raw["step_type"])
    if step_type in ENDS:
        return EndStep(name, raw["label"], step_type)
    context = tuple(_read_context(raw.get("context", ())))
    onward = OnwardStep(name, raw["label"], step_type, raw["goto"], raw["goto_fail"], context)
    return _READERS[step_type](vars(onward), raw)


def _read_context(values: list[Raw]) -> Iterator[ContextValue]:
    for raw in values:
        yield ContextValue(parse_path(raw["key"]), raw["value"], raw.get("lock", False), raw.get("ignore", False))


def _interactive(onward: dict[str, Any], raw: Raw) -> InteractiveStep:
    items = (
        Item(item["slug"], item["label"], item.get("evaluated", False), item.get("allow_na", False))
        for item in raw.get("items", ())
    )
    fields = (
        Field(field["label"], field.get("required", False), field["entity_field"]) for field in raw.get("fields", ())
    )
    return InteractiveStep(
        **onward,
        component=Component(raw["component"]) if "component" in raw else None,
        items=tuple(items),
        fields=tuple(fields),
        attachment=raw.get("attachment"),
        is_qc=raw.get("is_qc", False),
        can_stack=raw.get("can_stack", False),
    )


def _decision(onward: dict[str, Any], raw: Raw) -> DecisionStep:
    variable, operator = parse_path(raw["variable"]), Operator(raw["operator"])
    return DecisionStep(**onward, variable=variable, operator=operator, value=raw["value"])


def _function(onward: dict[str, Any], raw: Raw) -> FunctionStep:
    function = Function(raw["function"])
    return FunctionStep(**onward, function=function, parameter=raw[PARAMETER[function]])


def _pass(onward: dict[str, Any], raw: Raw) -> PassStep:
    return PassStep(**onward)


def _wait(onward: dict[str, Any], raw: Raw) -> WaitStep:
    return WaitStep(**onward, time=raw["time"], stop_at=raw["stop_at"], events=tuple(raw.get("events", ())))


_READERS: Mapping[StepType, Callable[[dict[str, Any], Raw], Step]] = {
    StepType.USER: _interactive,
    StepType.MACHINE: _interactive,
    StepType.DECISION: _decision,
    StepType.FUNCTION: _function,
    StepType.PASS: _pass,
    StepType.WAIT: _wait,
}
