"""Which keys a step of each type has, and what each holds."""

import re
from collections.abc import Iterator, Mapping

from niagara.refusals import Fault
from workorders.workflow.comparing import EQUALITY, Operator, is_number_in_text
from workorders.workflow.paths import PATTERN as PATH
from workorders.workflow.shapes import Key, anything, flag, keys, list_of, one_of, text, whole
from workorders.workflow.steps import ACTIONS, Component, Function, StepType
from workorders.workflow.values import Place

NAME = re.compile(r"\A[A-Za-z][A-Za-z0-9-]*\Z")
MAX_NAME = 100
MAX_SECONDS = 900

ENTITY_PROPERTIES = ("serial_number", "label", "part_number", "status", "location")

_SLUG = re.compile(r"\A[A-Za-z0-9][A-Za-z0-9_-]*\Z")
_STATUS = re.compile(r"\A[A-Za-z][0-9A-Za-z-_ ]+\Z")
_OPERATORS = frozenset(Operator)
_ATTRIBUTE = re.compile(r"\Aattributes\.[A-Za-z0-9_-]+\Z")

_label = text(200)
_target = text(MAX_NAME, NAME, "the name of a step")
_path = text(200, PATH, "a path in the context's data, such as mdm.profile")
_slug = text(MAX_NAME, _SLUG, "letters, digits, - and _")


def _entity_field(value: object, at: Place) -> Iterator[Fault]:
    if not isinstance(value, str) or len(value) > 200:
        yield from text(200)(value, at)
    elif not (value in ENTITY_PROPERTIES or _ATTRIBUTE.match(value) or (value.startswith("$") and PATH.match(value))):
        known = ", ".join(ENTITY_PROPERTIES)
        message = (
            f"{at[-1]} “{value[:60]}” is none of {known} or attributes.NAME of a unit, "
            "nor a path in the context's data that begins with $."
        )
        yield Fault("enum", at, message)


_ITEM = {
    "slug": Key(_slug, required=True),
    "label": Key(_label, required=True),
    "evaluated": Key(flag),
    "allow_na": Key(flag),
}
_FIELD = {
    "label": Key(_label, required=True),
    "required": Key(flag),
    "entity_field": Key(_entity_field, required=True),
}
_CONTEXT_VALUE = {
    "key": Key(_path, required=True),
    "value": Key(anything, required=True),
    "lock": Key(flag),
    "ignore": Key(flag),
}
_actions = list_of(anything, most=50)  # kept as they are written

_every: Mapping[str, Key] = {
    "step_type": Key(one_of(StepType), required=True),
    "label": Key(_label, required=True),
    **{name: Key(_actions) for name in ACTIONS},
}
_onward: Mapping[str, Key] = {
    **_every,
    "goto": Key(_target, required=True),
    "goto_fail": Key(_target, required=True),
    "context": Key(list_of(keys(_CONTEXT_VALUE), most=100)),
}


def _single(value: object, at: Place) -> Iterator[Fault]:
    if isinstance(value, Mapping | list):
        yield Fault("type", at, f"{at[-1]} has to be a text, a number, true, false or null.")


_interactive: Mapping[str, Key] = {**_onward, "component": Key(one_of(Component)), "can_stack": Key(flag)}
_seconds = Key(whole(1, MAX_SECONDS), required=True)

_TABLES: Mapping[str, Mapping[str, Key]] = {
    StepType.USER: _interactive,
    StepType.MACHINE: _interactive,
    StepType.DECISION: {
        **_onward,
        "variable": Key(_path, required=True),
        "operator": Key(one_of(Operator), required=True),
        "value": Key(_single, required=True),
    },
    StepType.FUNCTION: {**_onward, "function": Key(one_of(Function), required=True)},
    StepType.PASS: _onward,
    StepType.WAIT: {
        **_onward,
        "time": _seconds,
        "stop_at": _seconds,
        "events": Key(list_of(text(100), most=50, unique=[""])),
    },
    StepType.SUCCESS: _every,
    StepType.FAIL: _every,
}

# What a step has besides, by its component or function.
_VARIANTS: Mapping[str, Mapping[str | None, Mapping[str, Key]]] = {
    "component": {
        None: {},
        # A task list may have nothing to tick; asking for no value at all makes no sense.
        Component.TASK_LIST: {
            "items": Key(list_of(keys(_ITEM), most=200, unique=["slug"]), required=True),
            "is_qc": Key(flag),
        },
        Component.MANUAL_DATA_ENTRY: {
            "fields": Key(list_of(keys(_FIELD), least=1, most=100, unique=["label", "entity_field"]), required=True),
        },
        Component.FOLLOW_PDF_INSTRUCTIONS: {"attachment": Key(text(200), required=True)},
    },
    "function": {
        Function.SET_ENTITY_STATUS: {"status": Key(text(60, _STATUS, "the label of a status"), required=True)},
        Function.SET_ENTITY_LOCATION: {"location": Key(text(100), required=True)},
    },
}


def faults_of_step(step: object, at: Place) -> Iterator[Fault]:
    """What is wrong with one step's own keys, whatever the other steps are."""
    table = _table_of(step) if isinstance(step, Mapping) else _every
    yield from keys(table)(step, at)
    if isinstance(step, Mapping) and step.get("step_type") == StepType.DECISION:
        yield from _faults_of_order(step, at)


def _table_of(step: Mapping[str, object]) -> Mapping[str, Key]:
    table = _TABLES.get(_word(step, "step_type"))
    # Which keys it may have isn't known of an unknown type, component or function: any is passed over.
    loose = {name: Key(anything) for name in step}
    if table is None:
        return {**loose, **_every}
    for chosen_by, variants in _VARIANTS.items():
        if chosen_by in table:
            variant = variants.get(_word(step, chosen_by) if chosen_by in step else None)
            return {**loose, **table} if variant is None else {**table, **variant}
    return table


def _word(step: Mapping[str, object], name: str) -> str:
    value = step.get(name)
    return value if isinstance(value, str) else ""


def _faults_of_order(step: Mapping[str, object], at: Place) -> Iterator[Fault]:
    """Greater or less than a text with a number in it would go by letters: "9" comes after "40"."""
    operator, value = _word(step, "operator"), step.get("value")
    if operator in EQUALITY or operator not in _OPERATORS or "value" not in step:
        return
    if is_number_in_text(value):
        yield Fault("type", (*at, "value"), f"value has to be a number, without quotes, for {operator}.")
    elif value is None or isinstance(value, bool):
        yield Fault("type", (*at, "value"), f"value has to be a number or a text for {operator}.")
