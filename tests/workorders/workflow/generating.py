"""Random workflows that are right, and random things to send to them."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from tests.workorders.workflow.building import Raw, end, field, item, step

# Few names, so that steps meet in what they read, write and lock.
PATHS = ["a", "a.b", "$a.b.c", "$.d", "d.e"]
ENTITY_FIELDS = ["serial_number", "attributes.tag", "status", "$a", "$a.b", "$d"]
EVENTS = ["UNIT.changed", "UNIT.moved-to", "CTX.step-completed"]
OPERATORS = ["equals", "not_equals", "greater_than", "less_than", "greater_than_equals", "less_than_equals"]
SLUGS = ["x", "y", "z"]
AUTOMATIC = ["decision", "function", "pass", "wait"]

single = st.none() | st.booleans() | st.integers(-99, 99) | st.floats(-9, 9) | st.sampled_from(["", "7", "x", "Ready"])
json_values: SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)

context_values = st.lists(
    st.fixed_dictionaries(
        {"key": st.sampled_from(PATHS), "value": single}, optional={"lock": st.booleans(), "ignore": st.booleans()}
    ),
    max_size=2,
)
items = st.lists(
    st.builds(item, st.sampled_from(SLUGS), evaluated=st.booleans(), allow_na=st.booleans()),
    max_size=3,
    unique_by=lambda one: str(one["slug"]),
)
fields = st.lists(
    st.builds(lambda place, required: field(place, place, required), st.sampled_from(ENTITY_FIELDS), st.booleans()),
    min_size=1,
    max_size=3,
    unique_by=lambda one: str(one["label"]),
)
PARTS: dict[str, SearchStrategy[Raw]] = {
    "user": st.one_of(
        st.just({}),
        st.just({"component": "follow-pdf-instructions", "attachment": "guide", "can_stack": True}),
        st.fixed_dictionaries({"component": st.just("task-list"), "items": items, "is_qc": st.booleans()}),
        st.fixed_dictionaries({"component": st.just("manual-data-entry"), "fields": fields}),
    ),
    "decision": st.fixed_dictionaries(
        {
            "variable": st.sampled_from(PATHS),
            "operator": st.sampled_from(OPERATORS),
            "value": st.integers(-9, 9) | st.sampled_from(["x", "Ready"]),
        }
    ),
    "function": st.sampled_from(
        [
            {"function": "set-entity-status", "status": "Ready"},
            {"function": "set-entity-location", "location": "dock"},
        ]
    ),
    "pass": st.just({}),
    "wait": st.fixed_dictionaries(
        {
            "time": st.integers(1, 900),
            "stop_at": st.integers(1, 900),
            "events": st.lists(st.sampled_from(EVENTS), unique=True),
        }
    ),
}
PARTS["machine"] = PARTS["user"]


@st.composite
def workflows(draw: DrawFn) -> Raw:
    """One way of every step leads forwards, so to an end; the other one as well if nobody is needed."""
    names = [f"s{number}" for number in range(draw(st.integers(1, 8)))]
    everywhere = [*names, "done", "broken"]
    steps: dict[str, Raw] = {"done": end("success"), "broken": end("fail")}
    for position, name in enumerate(names):
        step_type = draw(st.sampled_from(["user", "user", "user", "machine", *AUTOMATIC]))
        forwards = everywhere[position + 1 :]
        other = forwards if step_type in AUTOMATIC else everywhere
        ways = draw(st.permutations([draw(st.sampled_from(forwards)), draw(st.sampled_from(other))]))
        parts = draw(PARTS[step_type])
        steps[name] = step(step_type, *ways, **parts, context=draw(context_values))
    return {"starts_at": "s0", "steps": {name: steps[name] for name in sorted(_reached(steps))}}


def _reached(steps: dict[str, Raw]) -> set[str]:
    found: set[str] = set()
    ahead = ["s0"]
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += [steps[name][way] for way in ("goto", "goto_fail") if way in steps[name]]
    return found


@st.composite
def fitting_answers(draw: DrawFn, raw: Raw) -> dict[str, Any]:
    """What a careful person sends for a step; not always what makes it pass."""
    sent: dict[str, Any] = {"kind": draw(st.sampled_from(["close", "close", "close", "fail"]))}
    if "items" in raw:
        sent["items"] = [
            {"slug": one["slug"], "value": draw(st.sampled_from(["ok", "ok", "bad", None, *["na"][: one["allow_na"]]]))}
            for one in raw["items"]
        ]
    if "fields" in raw:
        sent["fields"] = [
            {"label": one["label"], "value": draw(st.integers(0, 9) | st.just("x"))} for one in raw["fields"]
        ]
    return sent


junk_items = st.lists(
    st.fixed_dictionaries(
        {"slug": st.sampled_from(SLUGS) | json_values},
        optional={"value": st.sampled_from(["ok", "na", "bad", None]) | json_values},
    ),
    max_size=3,
)
junk_fields = st.lists(
    st.fixed_dictionaries(
        {"value": json_values},
        optional={
            "label": st.sampled_from(ENTITY_FIELDS) | json_values,
            "entity_field": st.sampled_from(ENTITY_FIELDS),
        },
    ),
    max_size=3,
)
junk = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["close", "fail"]) | json_values,
        "items": junk_items | json_values,
        "fields": junk_fields | json_values,
    }
)
