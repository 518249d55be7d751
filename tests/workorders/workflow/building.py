"""Workflows and times for the tests, in a few words."""

from datetime import UTC, datetime, timedelta
from typing import Any

from workorders.workflow import Context, Definition, Outcome, close_step, read_definition, start

TOM, TESS, MARIA = 11, 12, 13
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

Raw = dict[str, Any]


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def step(step_type: str, goto: str = "done", goto_fail: str = "broken", **more: Any) -> Raw:
    return {"step_type": step_type, "label": f"A {step_type} step", "goto": goto, "goto_fail": goto_fail, **more}


def end(step_type: str) -> Raw:
    return {"step_type": step_type, "label": f"The end: {step_type}", "on_start": [], "on_complete": []}


def tasks(*items: Raw, goto: str = "done", goto_fail: str = "broken", **more: Any) -> Raw:
    return step("user", goto, goto_fail, component="task-list", items=list(items), **more)


def item(slug: str, **more: bool) -> Raw:
    return {"slug": slug, "label": slug.capitalize(), **more}


def entry(*fields: Raw, goto: str = "done", goto_fail: str = "broken", **more: Any) -> Raw:
    return step("user", goto, goto_fail, component="manual-data-entry", fields=list(fields), **more)


def field(label: str, entity_field: str, required: bool = True) -> Raw:
    return {"label": label, "entity_field": entity_field, "required": required}


def workflow(starts_at: str = "first", /, **steps: Raw) -> Raw:
    """With the ends `done` and `broken`, as far as a step leads there."""
    ends = {"done": end("success"), "broken": end("fail")}
    named = {target for one in steps.values() for target in (one.get("goto"), one.get("goto_fail"))}
    return {"starts_at": starts_at, "steps": {**steps, **{name: raw for name, raw in ends.items() if name in named}}}


def run(**steps: Raw) -> tuple[Definition, Outcome]:
    """A workflow of these steps, started at noon at the step called `first`."""
    definition = read_definition(workflow(**steps))
    return definition, start(definition, at=NOON)


def close(definition: Definition, context: Context, *, by: int = TOM, seconds: float = 60, **sent: Any) -> Outcome:
    """Close the step in hand."""
    return close_step(definition, context, context.current_steps[0], by=by, at=after(seconds), **sent)


def answers(**values: str | None) -> list[Raw]:
    return [{"slug": slug, "value": value} for slug, value in values.items()]


def values(**fields: Any) -> list[Raw]:
    return [{"label": label, "value": value} for label, value in fields.items()]
