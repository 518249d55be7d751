"""What holds for every workflow the checker lets pass, whatever anybody sends to it."""

import copy
import json
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from niagara.refusals import Refusal
from tests.workorders.workflow.building import NOON, Raw
from tests.workorders.workflow.generating import EVENTS, fitting_answers, json_values, junk, workflows
from workorders.workflow import (
    BadAnswers,
    Complete,
    Context,
    ContextEnded,
    Definition,
    Effect,
    Fail,
    FailVerification,
    LockedKey,
    Outcome,
    PassVerification,
    SamePerson,
    SendToVerification,
    StepNeedsNobody,
    StepNotCurrent,
    WakeAt,
    check,
    close_step,
    event,
    interactive_steps,
    is_verifying,
    read_definition,
    resume,
    start,
)
from workorders.workflow.paths import parse_path, read

PEOPLE = [1, 2, 3, 4]
SOMEBODY_NEW = 99
NAMED = (BadAnswers, ContextEnded, LockedKey, SamePerson, StepNeedsNobody, StepNotCurrent)
MOST = 25

random_runs = settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])

# What a cycle may be when an effect comes, and what it is then.
CYCLE: dict[type, tuple[set[str], str]] = {
    SendToVerification: ({"IN_PROGRESS"}, "VERIFYING"),
    PassVerification: ({"VERIFYING"}, "IN_PROGRESS"),
    FailVerification: ({"VERIFYING"}, "IN_PROGRESS"),
    Complete: ({"IN_PROGRESS", "VERIFYING"}, "COMPLETE"),
    Fail: ({"IN_PROGRESS", "VERIFYING"}, "CANCELLED"),
}


class Floor:
    """Runs one context, counts for itself what happens, and looks after every move that all is well."""

    def __init__(self, raw: Raw, data: DataObject) -> None:
        self.raw, self.data = raw, data
        self.definition: Definition = read_definition(raw)
        self.now: datetime = NOON
        self.failures = 0
        self.cycle = "IN_PROGRESS"
        self.context: Context = Context(NOON, NOON, (raw["starts_at"],))
        self.take(start(self.definition, at=NOON, possible=self.possible), ran_at_least=0)

    def draw(self, strategy: Any) -> Any:
        return self.data.draw(strategy)

    def possible(self, effect: Effect) -> bool:
        return bool(self.draw(st.booleans()))

    @property
    def step(self) -> Raw:
        (name,) = self.context.current_steps
        return dict(self.raw["steps"][name])

    def move(self) -> None:
        self.now += timedelta(milliseconds=self.draw(st.integers(-2_000, 400_000)))
        before, snapshot = self.context, copy.deepcopy(self.context.to_json())
        self.draw(st.sampled_from([self.close, self.close, self.close, self.send_junk, self.look, self.tell]))()
        assert before.to_json() == snapshot, "the old context was changed in place"

    def close(self) -> None:
        if interactive_steps(self.definition, self.context):
            name, sent = self.context.current_steps[0], self.draw(fitting_answers(self.step))
        else:
            name, sent = self.draw(st.sampled_from([*self.raw["steps"]])), {}
        self.send(name, sent, at_least=sent.get("kind") == "fail")

    def send_junk(self) -> None:
        named = st.sampled_from([*self.raw["steps"], *self.context.current_steps])
        self.send(self.draw(named | json_values), self.draw(junk), at_least=False)

    def send(self, name: Any, sent: dict[str, Any], *, at_least: bool) -> None:
        by, context = self.draw(st.sampled_from(PEOPLE)), self.context
        try:
            outcome = close_step(self.definition, context, name, **sent, by=by, at=self.now, possible=self.possible)
        except SamePerson:
            assert is_verifying(self.definition, context)
            assert by in {run.by for run in context.last_steps}
        except NAMED:
            pass
        else:
            assert (name,) == context.current_steps
            closed = outcome.context.last_steps[len(context.last_steps)]
            assert (closed.step_name, closed.by) == (name, by)
            assert closed.did_error or not at_least
            self.take(outcome, ran_at_least=1)

    def look(self) -> None:
        waiting = self.context.waiting
        outcome = resume(self.definition, self.context, at=self.now, possible=self.possible)
        time_is_up = waiting is not None and self.now >= waiting.until
        assert (len(outcome.context.last_steps) > len(self.context.last_steps)) == time_is_up
        self.take(outcome, ran_at_least=int(time_is_up))

    def tell(self) -> None:
        name, waiting = self.draw(st.sampled_from(EVENTS)), self.context.waiting
        outcome = event(self.definition, self.context, name, at=self.now, possible=self.possible)
        heard = waiting is not None and name in waiting.events
        assert heard or outcome == Outcome(self.context)
        self.take(outcome, ran_at_least=int(heard))

    def take(self, outcome: Outcome, *, ran_at_least: int) -> None:
        before, self.context = self.context, outcome.context
        new = self.context.last_steps[len(before.last_steps) :]
        assert self.context.last_steps[: len(before.last_steps)] == before.last_steps
        assert len(new) >= ran_at_least
        self.failures += sum(run.did_error for run in new)
        self.follow(outcome)
        look_at_locks(before, self.context)
        look_at_failures(self.context, self.failures)
        look_at_times(self.context)
        look_at_ways(self.raw, self.context)
        look_at_checks(self.raw, self.context)
        look_at_end(self.raw, self.context)
        assert Context.from_json(json.loads(json.dumps(self.context.to_json(), allow_nan=False))) == self.context
        look_for_a_way_on(self.definition, self.context)

    def follow(self, outcome: Outcome) -> None:
        for effect in outcome.effects:
            if type(effect) in CYCLE:
                allowed, self.cycle = self.cycle, CYCLE[type(effect)][1]
                assert allowed in CYCLE[type(effect)][0]
        if self.context.active:
            assert (self.cycle == "VERIFYING") == is_verifying(self.definition, self.context)
        else:
            assert self.cycle == {"success": "COMPLETE", "fail": "CANCELLED"}[str(self.context.outcome)]
        wakes = [effect.time for effect in outcome.effects if isinstance(effect, WakeAt)]
        if outcome.effects and self.context.waiting:
            assert wakes == [self.context.waiting.next_look]
        else:
            assert wakes == []


def look_at_locks(before: Context, context: Context) -> None:
    """What a step locked stays as it is until that step runs again."""
    ran = {run.step_name for run in context.last_steps[len(before.last_steps) :]}
    for path, owner in before.locked.items():
        assert context.locked[path] == owner
        if owner not in ran:
            assert read(context.data, parse_path(path)) == read(before.data, parse_path(path))


def look_at_failures(context: Context, failures: int) -> None:
    assert sum(context.failed_steps.values()) == failures
    for name, count in context.failed_steps.items():
        assert count == sum(run.did_error for run in context.last_steps if run.step_name == name)


def look_at_times(context: Context) -> None:
    """Each step begins when the one before ends, and the last one in hand has begun when that ended."""
    now = context.started_at
    for run in context.last_steps:
        assert run.started_at == now
        assert run.ended_at >= now
        now = run.ended_at
    assert context.entered_at == now
    assert context.ended_at in (None, now)
    if context.waiting:
        assert now < context.waiting.next_look <= context.waiting.until


def look_at_ways(raw: Raw, context: Context) -> None:
    """Each step was left the way it says."""
    visited = [*(run.step_name for run in context.last_steps), *context.current_steps]
    assert visited[0] == raw["starts_at"]
    for run, then in zip(context.last_steps, visited[1:], strict=False):
        step = raw["steps"][run.step_name]
        if run.did_error:
            assert then == step["goto_fail"]
        elif step["step_type"] == "decision":
            assert then in (step["goto"], step["goto_fail"])
        else:
            assert then == step["goto"]
        assert (run.by is not None) == (step["step_type"] in ("user", "machine"))
        assert not run.did_timeout or step["step_type"] == "wait"


def look_at_checks(raw: Raw, context: Context) -> None:
    """Nobody closed a QC step who did a step before."""
    took_part: set[int | None] = set()
    for run in context.last_steps:
        assert not (raw["steps"][run.step_name].get("is_qc") and run.by in took_part)
        took_part.add(run.by)


def look_at_end(raw: Raw, context: Context) -> None:
    ends = [
        run.step_name for run in context.last_steps if raw["steps"][run.step_name]["step_type"] in ("success", "fail")
    ]
    if context.active:
        assert (ends, len(context.current_steps), context.outcome) == ([], 1, None)
    else:
        assert ends == [context.last_steps[-1].step_name]
        assert context.outcome == raw["steps"][ends[0]]["step_type"]
        assert context.current_steps == ()


def look_for_a_way_on(definition: Definition, context: Context) -> None:
    """Somebody new can always at least fail the step in hand, and a wait comes to its end."""
    if not context.active:
        return
    (name,) = context.current_steps
    if context.waiting:
        onwards = resume(definition, context, at=context.waiting.until)
    else:
        assert interactive_steps(definition, context) == [name]
        onwards = close_step(definition, context, name, kind="fail", by=SOMEBODY_NEW, at=context.entered_at)
    assert len(onwards.context.last_steps) > len(context.last_steps)


@random_runs
@given(workflows(), st.data())
def test_a_run_keeps_the_rules_whatever_is_sent(raw: Raw, data: DataObject) -> None:
    assert check(raw) == []
    floor = Floor(raw, data)
    for _ in range(data.draw(st.integers(0, MOST))):
        floor.move()


@random_runs
@given(workflows(), st.data())
def test_a_run_ends_when_everybody_goes_forwards(raw: Raw, data: DataObject) -> None:
    """From wherever it is, the way forwards of each step leads to an end, if somebody new comes each time."""
    definition = read_definition(raw)
    order = [*sorted(name for name in raw["steps"] if name.startswith("s")), "done", "broken"]
    context = start(definition, at=NOON, possible=lambda effect: data.draw(st.booleans())).context
    for turn in range(len(order) * 3):
        if not context.active:
            break
        (name,) = context.current_steps
        if context.waiting:
            context = resume(definition, context, at=context.waiting.until).context
            continue
        step = raw["steps"][name]
        forwards = order.index(step["goto"]) > order.index(name)
        sent: dict[str, Any] = {"kind": "close" if forwards else "fail"}
        if forwards:
            sent["items"] = [{"slug": one["slug"], "value": "ok"} for one in step.get("items", [])]
            sent["fields"] = [{"label": one["label"], "value": "x"} for one in step.get("fields", [])]
        try:
            context = close_step(definition, context, name, by=1000 + turn, at=context.entered_at, **sent).context
        except LockedKey:
            assert forwards
            return
    assert not context.active


@settings(deadline=None, max_examples=200)
@given(json_values | st.fixed_dictionaries({"starts_at": json_values, "steps": json_values}))
def test_the_checker_never_raises(raw: Any) -> None:
    faults = check(raw)
    assert faults
    assert json.dumps([[fault.path, fault.message, dict(fault.params)] for fault in faults]).encode()


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(workflows(), json_values | st.sampled_from(["done", "s0", "user", "wait", "decision", "success"]), st.data())
def test_a_workflow_changed_anywhere_is_refused_or_runs(raw: Raw, other: Any, data: DataObject) -> None:
    changed = copy.deepcopy(raw)
    place: Any = changed
    while True:
        name = data.draw(st.sampled_from([*place] if isinstance(place, dict) else range(len(place))))
        inner = place[name]
        if not inner or not isinstance(inner, dict | list) or data.draw(st.booleans()):
            break
        place = inner
    place[name] = other
    if check(changed):
        return
    floor = Floor(changed, data)
    for _ in range(3):
        floor.move()


def test_every_refusal_of_a_run_belongs_to_a_family() -> None:
    assert all(issubclass(named, Refusal) for named in NAMED)
