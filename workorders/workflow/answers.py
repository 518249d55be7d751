"""What somebody sends to close a step: read against the step, and everything wrong with it told at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from niagara.refusals import Fault, Invalid
from workorders.workflow.shapes import Check, Key, anything, keys, list_of, one_of, text
from workorders.workflow.steps import Field, InteractiveStep, Item
from workorders.workflow.values import Place, faults_of_json, short

CLOSE, FAIL = "close", "fail"
OK, NA, BAD = "ok", "na", "bad"

MAX_VALUE = 1_000
MAX_SENT = 1_000

_item = keys({"slug": Key(text(200), required=True), "value": Key(anything, required=True)})
_field = keys({"label": Key(anything), "entity_field": Key(anything), "value": Key(anything, required=True)})
_kind = one_of((CLOSE, FAIL))


class BadAnswers(Invalid):
    """The step can't be closed with these answers; `faults` says what is wrong with which."""


@dataclass(frozen=True)
class Answers:
    """`items` has every item of the step; `fields` only those that were filled in."""

    fails: bool
    items: Mapping[str, str | None]
    fields: Mapping[Field, Any]


def read_answers(step: InteractiveStep, *, kind: object, items: object, fields: object) -> Answers:
    """Raises BadAnswers. A step that is failed needs no answers, but those it gets have to be right."""
    faults = list(_kind(kind, ("type",)))
    answered = _read_items(step, items, faults)
    filled_in = _read_fields(step, fields, faults)
    if kind != FAIL:
        faults += _missing(step, filled_in)
    if faults:
        raise BadAnswers(faults)
    bad = any(item.evaluated and answered[item.slug] in (BAD, None) for item in step.items)
    written = {field: value for field, value in filled_in.items() if value is not None}
    return Answers(fails=kind == FAIL or bad, items=answered, fields=written)


def _read_items(step: InteractiveStep, sent: object, faults: list[Fault]) -> dict[str, str | None]:
    known = {item.slug: item for item in step.items}
    answered: dict[str, str | None] = {}
    for at, one in _each(sent, "items", _item, faults):
        slug, value = one["slug"], one["value"]
        item = known.get(slug)
        if item is None:
            faults.append(Fault("enum", (*at, "slug"), f"“{step.label}” has no item “{short(slug)}”."))
        elif slug in answered:
            faults.append(Fault("uniqueItems", (*at, "slug"), f"“{item.label}” is answered twice."))
        else:
            answered[slug] = value
            faults += _faults_of_answer(item, value, (*at, "value"))
    return {slug: answered.get(slug) for slug in known}


def _faults_of_answer(item: Item, value: object, at: Place) -> Iterator[Fault]:
    allowed = [OK, NA, BAD, None] if item.allow_na else [OK, BAD, None]
    if value not in allowed:
        choices = "ok, na or bad" if item.allow_na else "ok or bad"
        message = f"Answer “{item.label}” with {choices}, or null to leave it open."
        yield Fault("enum", at, message, {"allowedValues": allowed})


def _read_fields(step: InteractiveStep, sent: object, faults: list[Fault]) -> dict[Field, Any]:
    """The fields that were sent; None for one that was left blank."""
    filled_in: dict[Field, Any] = {}
    for at, one in _each(sent, "fields", _field, faults):
        field = _field_meant(step, one)
        if field is None:
            message = f"“{step.label}” has no such field; name one by its label, its entity_field or both."
            faults.append(Fault("enum", at, message))
        elif field in filled_in:
            faults.append(Fault("uniqueItems", at, f"“{field.label}” is filled in twice."))
        else:
            value = one["value"].strip() or None if isinstance(one["value"], str) else one["value"]
            filled_in[field] = value
            faults += _faults_of_value(field, value, (*at, "value"))
    return filled_in


def _field_meant(step: InteractiveStep, sent: Mapping[str, Any]) -> Field | None:
    label, entity_field = sent.get("label"), sent.get("entity_field")
    if label is None and entity_field is None:
        return None
    # No two fields of a step share a label or an entity_field: the checker sees to it.
    for field in step.fields:
        if label in (None, field.label) and entity_field in (None, field.entity_field):
            return field
    return None


def _faults_of_value(field: Field, value: object, at: Place) -> Iterator[Fault]:
    if isinstance(value, Mapping | list):
        yield Fault("type", at, f"“{field.label}” has to be a text, a number, true or false.")
    elif isinstance(value, str) and len(value) > MAX_VALUE:
        message = f"“{field.label}” can't have more than {MAX_VALUE:,} characters."
        yield Fault("maxLength", at, message, {"limit": MAX_VALUE})
    else:
        for fault in faults_of_json(value):
            yield Fault(fault.keyword, at, f"“{field.label}”: {fault.message}", fault.params)


def _missing(step: InteractiveStep, filled_in: Mapping[Field, Any]) -> Iterator[Fault]:
    for field in step.fields:
        if field.required and filled_in.get(field) is None:
            params = {"missingProperty": field.label}
            yield Fault("required", ("fields",), f"“{field.label}” has to be filled in.", params)


def _each(sent: object, name: str, shape: Check, faults: list[Fault]) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    """Those that have the right shape; of the others the faults are added."""
    if sent is None:
        return
    wrong = list(list_of(anything, most=MAX_SENT)(sent, (name,)))
    faults += wrong
    for position, one in enumerate(sent if isinstance(sent, list) and not wrong else []):
        wrong = list(shape(one, (name, position)))
        faults += wrong
        if not wrong:
            yield (name, position), one
