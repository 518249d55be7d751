"""What is sent to close a step is read as a whole: everything wrong with it is told at once."""

import pytest

from tests.workorders.workflow.building import answers, close, entry, field, item, run, step, tasks, values
from workorders.workflow import BadAnswers, LockedKey

Found = dict[tuple[str | int, ...], str]


def refused(first: dict[str, object], **sent: object) -> Found:
    definition, started = run(first=first)
    with pytest.raises(BadAnswers) as refusal:
        close(definition, started.context, **sent)
    return {fault.path: fault.message for fault in refusal.value.faults}


LIST = tasks(item("sealed", evaluated=True), item("dry", allow_na=True))
FORM = entry(field("Serial", "serial_number"), field("Battery", "$battery", required=False))


@pytest.mark.parametrize("kind", ["Close", "", None, 7, ["close"]])
def test_a_step_is_closed_or_failed(kind: object) -> None:
    assert ("type",) in refused(step("user"), kind=kind)


@pytest.mark.parametrize("kind", ["close", "fail"])
def test_all_bad_items_are_named(kind: str) -> None:
    sent = [
        *answers(sealed="na", wet="ok", dry="perhaps"),
        {"slug": "sealed", "value": "ok"},
        {"slug": "dry"},
        {"value": "ok"},
        "dry",
        {"slug": 7, "value": None, "note": "x"},
    ]
    assert refused(LIST, kind=kind, items=sent) == {
        ("items", 0, "value"): "Answer “Sealed” with ok or bad, or null to leave it open.",
        ("items", 1, "slug"): "“A user step” has no item “wet”.",
        ("items", 2, "value"): "Answer “Dry” with ok, na or bad, or null to leave it open.",
        ("items", 3, "slug"): "“Sealed” is answered twice.",
        ("items", 4, "value"): "items[4].value is missing.",
        ("items", 5, "slug"): "items[5].slug is missing.",
        ("items", 6): "items[6] has to be an object.",
        ("items", 7, "slug"): "items[7].slug has to be a text.",
        ("items", 7, "note"): "items[7].note is not known here.",
    }


def test_all_bad_fields_are_named() -> None:
    sent = [
        {"label": "Serial", "value": "x" * 1001},
        {"label": "Serial", "value": "x"},
        {"label": "Serial", "entity_field": "$battery", "value": "x"},
        {"label": "Battery", "value": [1]},
        {"value": "x"},
        {"label": ["Serial"], "value": "x"},
        {"label": "Serial"},
    ]
    faults = refused(FORM, fields=sent)
    assert list(faults) == [
        ("fields", 0, "value"),
        ("fields", 1),
        ("fields", 2),
        ("fields", 3, "value"),
        ("fields", 4),
        ("fields", 5),
        ("fields", 6, "value"),
    ]


@pytest.mark.parametrize("sent", [None, [], values(Battery=3), values(Serial=None), values(Serial=" \t")])
def test_a_required_field_has_to_be_filled_in(sent: object) -> None:
    assert refused(FORM, fields=sent) == {("fields",): "“Serial” has to be filled in."}


@pytest.mark.parametrize("value", ["a\0b", "\ud800", 2**60, float("inf")])
def test_what_can_not_be_stored_is_refused(value: object) -> None:
    assert list(refused(FORM, fields=values(Serial=value))) == [("fields", 0, "value")]


@pytest.mark.parametrize("sent", ["ok", {"sealed": "ok"}, 7, True, [0] * 1001])
def test_items_and_fields_are_lists_of_a_fair_length(sent: object) -> None:
    assert ("items",) in refused(LIST, items=sent)
    assert ("fields",) in refused(FORM, fields=sent)


def test_a_step_takes_nothing_it_did_not_ask_for() -> None:
    assert set(refused(LIST, items=answers(sealed="ok"), fields=values(Serial="x"))) == {("fields", 0)}
    assert set(refused(FORM, items=answers(sealed="ok"), fields=values(Serial="x"))) == {("items", 0, "slug")}


def test_every_locked_key_is_named() -> None:
    definition, started = run(
        first=step(
            "user", "second", context=[{"key": "a", "value": 1, "lock": True}, {"key": "b", "value": 1, "lock": True}]
        ),
        second=entry(field("A", "$a"), field("B", "$b.c"), field("C", "$c")),
    )
    context = close(definition, started.context).context
    with pytest.raises(LockedKey) as refusal:
        close(definition, context, fields=values(A=1, B=2, C=3))
    assert str(refusal.value) == "“a” was locked by the step “first”, “b.c” was locked by the step “first”."
