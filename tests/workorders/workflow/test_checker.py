"""A workflow is checked when it is saved: the answer names the step and what is wrong."""

from typing import Any

import pytest

from tests.workorders.workflow.building import Raw, end, entry, field, item, step, tasks, workflow
from workorders.workflow import BadWorkflow, check, read_definition
from workorders.workflow.checker import MAX_STEPS


def found(raw: object) -> dict[tuple[str | int, ...], str]:
    return {fault.path: fault.message for fault in check(raw)}


def test_a_workflow_of_every_kind_of_step_is_right() -> None:
    raw = workflow(
        first=entry(field("Serial number", "serial_number"), field("Tag", "attributes.asset_tag"), goto="ask"),
        ask=entry(field("Battery", "$.battery", required=False), field("Profile", "$mdm.profile"), goto="charged"),
        charged=step(
            "decision", "unpack", "read", variable="$.battery", operator="greater_than_equals", value=40, context=[]
        ),
        unpack=tasks(item("sealed", evaluated=True), item("dry", allow_na=True), goto="read", can_stack=True),
        read=step("user", "image", component="follow-pdf-instructions", attachment="01929b5e"),
        image=step("machine", "settle", component="task-list", items=[]),
        settle=step("wait", "mark", time=30, stop_at=900, events=["UNIT.changed"]),
        mark=step("function", "move", function="set-entity-status", status="Reticulating Splines"),
        move=step("function", "note", function="set-entity-location", location="0192"),
        note=step(
            "pass",
            "check",
            context=[{"key": "mdm.profile", "value": {"a": [1]}, "lock": True, "ignore": False}],
            on_start=[{"function": "send-mail", "options": {}}],
            on_complete=[],
        ),
        check=tasks(item("straight", evaluated=True), goto="done", goto_fail="unpack", is_qc=True),
    )
    assert check(raw) == []


@pytest.mark.parametrize("starts_at", ["done", "first"])
def test_an_end_alone_and_a_step_without_component_are_workflows(starts_at: str) -> None:
    steps = {"first": step("user"), "done": end("success"), "broken": end("fail")}
    chosen = steps if starts_at == "first" else {"done": end("success")}
    assert check({"starts_at": starts_at, "steps": chosen}) == []


BROKEN_STEPS: list[tuple[Raw, tuple[str | int, ...], str]] = [
    ({"step_type": "success"}, ("label",), "label is missing"),
    ({"label": "Unpack"}, ("step_type",), "step_type is missing"),
    ({**step("user"), "step_type": "robot"}, ("step_type",), "step_type has to be one of user, machine"),
    ({**step("user"), "step_type": ["user"]}, ("step_type",), "step_type has to be one of"),
    ({**step("user"), "label": "  "}, ("label",), "label can't be blank"),
    ({**step("user"), "label": 7}, ("label",), "label has to be a text"),
    ({**step("user"), "label": "x" * 201}, ("label",), "200 characters"),
    ({**step("user"), "color": "red"}, ("color",), "color is not known here"),
    ({**step("user"), "on_start": {}}, ("on_start",), "on_start has to be a list"),
    ({**end("success"), "goto": "first"}, ("goto",), "goto is not known here"),
    (step("user", component="carousel"), ("component",), "component has to be one of task-list"),
    (step("user", can_stack="yes"), ("can_stack",), "can_stack has to be true or false"),
    (step("user", is_qc=True), ("is_qc",), "is_qc is not known here"),
    (step("user", component="task-list"), ("items",), "items is missing"),
    (tasks(is_qc=1), ("is_qc",), "is_qc has to be true or false"),
    (tasks({"slug": "a b", "label": "A"}), ("items", 0, "slug"), "letters, digits"),
    (tasks({"slug": "a"}), ("items", 0, "label"), "items[0].label is missing"),
    (tasks(item("a"), item("a")), ("items", 1, "slug"), "items[1].slug “a” is there twice"),
    (tasks(item("a", evaluated=0)), ("items", 0, "evaluated"), "true or false"),  # type: ignore[arg-type]
    (tasks({**item("a"), "allowed": True}), ("items", 0, "allowed"), "not known here"),
    (tasks(["a"]), ("items", 0), "items[0] has to be an object"),  # type: ignore[arg-type]
    (entry(), ("fields",), "fields needs at least 1"),
    (entry(field("A", "color")), ("fields", 0, "entity_field"), "none of serial_number"),
    (entry(field("A", "attributes.")), ("fields", 0, "entity_field"), "attributes.NAME"),
    (entry(field("A", "$")), ("fields", 0, "entity_field"), "begins with $"),
    (entry({"label": "A", "required": True}), ("fields", 0, "entity_field"), "is missing"),
    (entry(field("A", "label"), field("A", "$a")), ("fields", 1, "label"), "is there twice"),
    (entry(field("A", "$a"), field("B", "$a")), ("fields", 1, "entity_field"), "is there twice"),
    (step("user", component="follow-pdf-instructions"), ("attachment",), "attachment is missing"),
    (step("decision", operator="equals", value=1), ("variable",), "variable is missing"),
    (step("decision", variable="a..b", operator="equals", value=1), ("variable",), "a path in the context's data"),
    (step("decision", variable="a", operator="like", value=1), ("operator",), "one of equals, not_equals"),
    (step("decision", variable="a", operator="equals"), ("value",), "value is missing"),
    (step("decision", variable="a", operator="equals", value=[]), ("value",), "value has to be a text, a number"),
    (step("decision", variable="a", operator="less_than", value="40"), ("value",), "a number, without quotes"),
    (step("decision", variable="a", operator="less_than", value=None), ("value",), "a number or a text"),
    (step("function"), ("function",), "function is missing"),
    (step("function", function="explode"), ("function",), "one of set-entity-status, set-entity-location"),
    (step("function", function="set-entity-status"), ("status",), "status is missing"),
    (step("function", function="set-entity-status", status="!"), ("status",), "the label of a status"),
    (step("function", function="set-entity-location", status="Ok"), ("location",), "location is missing"),
    (step("wait", stop_at=1), ("time",), "time is missing"),
    (step("wait", time=1, stop_at=901), ("stop_at",), "stop_at has to be 1 to 900"),
    (step("wait", time=0, stop_at=900), ("time",), "time has to be 1 to 900"),
    (step("wait", time=True, stop_at=900), ("time",), "time has to be a whole number"),
    (step("wait", time=1.5, stop_at=900), ("time",), "time has to be a whole number"),
    (step("wait", time=1, stop_at=1, events="UNIT.changed"), ("events",), "events has to be a list"),
    (step("wait", time=1, stop_at=1, events=["a", "a"]), ("events", 1), "events[1] “a” is there twice"),
    (step("pass", context={}), ("context",), "context has to be a list"),
    (step("pass", context=[{"key": "a"}]), ("context", 0, "value"), "context[0].value is missing"),
    (step("pass", context=[{"key": "a b", "value": 1}]), ("context", 0, "key"), "a path"),
    (step("pass", context=[{"key": "a", "value": 1, "lock": "no"}]), ("context", 0, "lock"), "true or false"),
    (step("pass", context=[{"key": "a", "value": "\0"}]), ("context", 0, "value"), "can't be stored"),
    (step("pass", context=[{"key": "a", "value": float("nan")}]), ("context", 0, "value"), "finite"),
    (step("pass", context=[{"key": "a", "value": 2**64}]), ("context", 0, "value"), "too big"),
]


@pytest.mark.parametrize(("broken", "path", "words"), BROKEN_STEPS)
def test_what_is_wrong_with_a_step_is_named(broken: Raw, path: tuple[str | int, ...], words: str) -> None:
    faults = found(workflow(first=broken))
    assert words in faults["steps", "first", *path]
    assert faults["steps", "first", *path].startswith("Step “first”: ")


@pytest.mark.parametrize("way", ["goto", "goto_fail"])
@pytest.mark.parametrize("step_type", ["user", "machine", "pass", "decision", "function", "wait"])
def test_all_but_the_ends_need_both_ways_on(step_type: str, way: str) -> None:
    raw = step(step_type)
    del raw[way]
    assert found(workflow(first=raw))["steps", "first", way] == f"Step “first”: {way} is missing."


@pytest.mark.parametrize("way", ["goto", "goto_fail"])
def test_each_way_leads_to_a_step(way: str) -> None:
    faults = found(workflow(first={**step("user"), way: "unpakc"}))
    assert faults == {("steps", "first", way): f"Step “first”: {way} names “unpakc”, but there is no such step."}


@pytest.mark.parametrize("starts_at", ["begin", 7, ["first"], None])
def test_it_starts_at_one_of_its_steps(starts_at: object) -> None:
    assert ("starts_at",) in found({**workflow(first=step("user")), "starts_at": starts_at})


@pytest.mark.parametrize("name", ["1st", "über", "a b", "", "a_b", "first\n", "x" * 101])
def test_a_step_has_a_name_of_letters_digits_and_dashes(name: str) -> None:
    raw = workflow(name, **{name: step("user")})
    assert [fault.keyword for fault in check(raw)] == ["propertyNames"]


def test_a_step_that_no_other_leads_to_is_named() -> None:
    faults = found(workflow(first=step("user"), orphan=step("user", "orphan2"), orphan2=step("user")))
    assert faults == {
        ("steps", "orphan"): "Step “orphan”: no step leads to it.",
        ("steps", "orphan2"): "Step “orphan2”: no step leads to it.",
    }


def test_an_end_that_no_step_leads_to_does_no_harm() -> None:
    raw = {
        "starts_at": "work-complete",
        "steps": {
            "work-complete": {"step_type": "success", "label": "work complete", "on_start": [], "on_complete": []},
            "stop-poking-me": {"step_type": "fail", "label": "stop poking me", "on_start": [], "on_complete": []},
        },
    }
    assert check(raw) == []


def test_a_step_from_which_no_end_can_be_reached_is_named() -> None:
    raw = workflow(first=step("user", "trap"), trap=step("user", "trap2", "trap"), trap2=step("user", "trap", "trap"))
    assert found(raw) == {
        ("steps", "trap"): "Step “trap”: no end can be reached from it.",
        ("steps", "trap2"): "Step “trap2”: no end can be reached from it.",
    }


def test_a_workflow_without_an_end_is_told_once() -> None:
    raw = workflow(first=step("user", "first", "first"))
    assert list(found(raw)) == [("steps",)]


PUSHES: dict[str, dict[str, Any]] = {
    "pass": {},
    "decision": {"variable": "a", "operator": "equals", "value": 1},
    "function": {"function": "set-entity-status", "status": "Complete"},
    "wait": {"time": 1, "stop_at": 900, "events": ["UNIT.changed"]},
}


@pytest.mark.parametrize("step_type", PUSHES)
def test_a_loop_of_steps_that_need_nobody_is_refused(step_type: str) -> None:
    raw = workflow(
        first=step("pass", "second"),
        second=step("pass", "third"),
        third=step(step_type, "done", "second", **PUSHES[step_type]),
    )
    (fault,) = check(raw)
    assert fault.keyword == "loop"
    assert "over steps that need nobody: “second” → “third” → “second”." in fault.message


@pytest.mark.parametrize("step_type", ["user", "machine"])
def test_a_loop_with_somebody_in_it_is_right(step_type: str) -> None:
    raw = workflow(first=step("pass", "second", "second"), second=step(step_type, "done", "first"))
    assert check(raw) == []


def test_loops_apart_are_told_each() -> None:
    raw = workflow(
        first=step("pass", "second", "first"), second=step("user", "third"), third=step("pass", "done", "third")
    )
    assert [fault.path for fault in check(raw)] == [("steps", "first"), ("steps", "third")]


def test_everything_wrong_is_told_at_once() -> None:
    raw = workflow(
        first=tasks(item("a"), item("a"), goto="nowhere"),
        second={"step_type": "robot", "label": "Second"},
        third=step("wait", "third", "broken", time=0, stop_at=1000),
    )
    assert set(found({**raw, "starts_at": "begin"})) == {
        ("starts_at",),
        ("steps", "first", "items", 1, "slug"),
        ("steps", "first", "goto"),
        ("steps", "second", "step_type"),
        ("steps", "third", "time"),
        ("steps", "third", "stop_at"),
        ("steps", "third"),
    }


def test_a_bad_workflow_is_not_read() -> None:
    with pytest.raises(BadWorkflow) as refusal:
        read_definition({"steps": {"1": None}})
    assert len(refusal.value.faults) == 4


@pytest.mark.parametrize("raw", [None, [], "steps", 7, {}, {"steps": []}, {"steps": None}, {"steps": {}}])
def test_what_is_no_workflow_is_refused(raw: object) -> None:
    assert check(raw)


def test_deep_and_big_workflows_are_refused_without_a_full_look() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    assert "levels deep" in check({"steps": {"first": {"on_start": deep}}})[0].message
    assert "values" in check({"steps": {"first": {"on_start": [0] * 100_000}}})[0].message
    many = {f"s{number}": end("success") for number in range(MAX_STEPS + 1)}
    assert [fault.keyword for fault in check({"starts_at": "s0", "steps": many})] == ["maxProperties"]


def test_the_longest_workflow_allowed_is_walked() -> None:
    last = MAX_STEPS - 1
    chain = {f"s{number}": step("pass", f"s{number + 1}", f"s{last}") for number in range(last)}
    assert check({"starts_at": "s0", "steps": {**chain, f"s{last}": end("fail")}}) == []
