"""How a run goes from step to step."""

import json
from datetime import timedelta

import pytest

from tests.workorders.workflow.building import (
    MARIA,
    NOON,
    TESS,
    TOM,
    after,
    answers,
    close,
    end,
    entry,
    field,
    item,
    run,
    step,
    tasks,
    values,
)
from workorders.workflow import (
    Complete,
    Context,
    ContextEnded,
    Fail,
    FailVerification,
    LockedKey,
    PassVerification,
    SamePerson,
    SendToVerification,
    SetEntityLocation,
    SetEntityProperty,
    SetEntityStatus,
    StepNeedsNobody,
    StepNotCurrent,
    WakeAt,
    close_step,
    event,
    interactive_steps,
    is_verifying,
    read_definition,
    resume,
    start,
    stop,
)

QC = {"is_qc": True}


def names(context: Context) -> list[str]:
    return [one.step_name for one in context.last_steps]


class TestARun:
    def test_starts_at_the_first_step_and_waits_for_somebody(self) -> None:
        definition, started = run(first=step("user"))
        assert started.effects == ()
        assert started.context.current_steps == ("first",)
        assert started.context.active
        assert interactive_steps(definition, started.context) == ["first"]
        assert started.context.started_at == NOON

    def test_that_succeeds_completes(self) -> None:
        definition, started = run(first=step("user"))
        done = close(definition, started.context, seconds=1.5)
        assert done.effects == (Complete(),)
        assert (done.context.outcome, done.context.ended_at, done.context.current_steps) == ("success", after(1.5), ())
        assert not done.context.active
        first, last = done.context.last_steps
        assert (first.step_name, first.started_at, first.time_to_run, first.by) == ("first", NOON, 1500, TOM)
        assert (last.step_name, last.time_to_run, last.did_error, last.by) == ("done", 0, False, None)
        assert done.context.time_to_run(after(99)) == 1500

    def test_that_fails_says_the_reason(self) -> None:
        definition, started = run(first=step("user"))
        failed = close(definition, started.context, kind="fail")
        assert failed.effects == (Fail("The end: fail"),)
        assert failed.context.outcome == "fail"
        assert failed.context.failed_steps == {"first": 1}
        assert [one.did_error for one in failed.context.last_steps] == [True, False]

    def test_counts_each_failure_of_a_step(self) -> None:
        definition, outcome = run(first=step("user", goto_fail="first"))
        for turn in range(3):
            outcome = close(definition, outcome.context, kind="fail", seconds=turn)
        assert outcome.context.failed_steps == {"first": 3}
        assert names(outcome.context) == ["first"] * 3

    def test_may_end_at_once(self) -> None:
        definition = read_definition({"starts_at": "done", "steps": {"done": end("success")}})
        assert start(definition, at=NOON).effects == (Complete(),)

    def test_does_nothing_more_after_its_end(self) -> None:
        definition, started = run(first=step("user"))
        ended = close(definition, started.context).context
        with pytest.raises(ContextEnded):
            close_step(definition, ended, "first", by=TOM, at=after(1))
        assert resume(definition, ended, at=after(1)).effects == ()
        assert event(definition, ended, "UNIT.changed", at=after(1)).context == ended

    def test_never_goes_back_in_time(self) -> None:
        definition, started = run(first=step("user"))
        done = close(definition, started.context, seconds=-5)
        assert done.context.ended_at == NOON

    def test_refuses_a_step_that_is_not_in_hand(self) -> None:
        definition, started = run(first=step("user", "second"), second=step("user"))
        for name in ("second", "done", "nowhere", ["first"], None):
            with pytest.raises(StepNotCurrent, match="that is “A user step”"):
                close_step(definition, started.context, name, by=TOM, at=after(1))  # type: ignore[arg-type]

    def test_closed_twice_counts_once(self) -> None:
        definition, started = run(first=step("user", "second"), second=step("user"))
        context = close(definition, started.context).context
        with pytest.raises(StepNotCurrent):
            close_step(definition, context, "first", by=TOM, at=after(61))

    def test_survives_a_restart(self) -> None:
        definition, started = run(
            first=entry(
                field("Profile", "$mdm.profile"), goto="rest", context=[{"key": "a", "value": 1, "lock": True}]
            ),
            rest=step("wait", time=5, stop_at=60, events=["UNIT.changed"]),
        )
        context = close(definition, started.context, fields=values(Profile="p")).context
        stored = json.loads(json.dumps(context.to_json()))
        assert Context.from_json(stored) == context
        assert stored["current_steps"] == ["rest"]
        assert stored["last_steps"] == [
            {
                "step_name": "first",
                "started_at": NOON.isoformat(),
                "ended_at": after(60).isoformat(),
                "time_to_run": 60_000,
                "did_error": False,
                "did_timeout": False,
                "by": TOM,
            }
        ]

    def test_a_machine_is_closed_like_a_user_step(self) -> None:
        definition, started = run(first=step("machine"))
        assert interactive_steps(definition, started.context) == ["first"]
        assert close(definition, started.context).context.outcome == "success"


class TestATaskList:
    def test_passes_with_every_evaluated_item_in_order(self) -> None:
        definition, started = run(
            first=tasks(item("sealed", evaluated=True), item("dry", evaluated=True, allow_na=True), item("tidy"))
        )
        done = close(definition, started.context, items=answers(sealed="ok", dry="na", tidy="bad"))
        assert done.effects == (Complete(),)
        assert done.context.answers == {"first": {"sealed": "ok", "dry": "na", "tidy": "bad"}}

    @pytest.mark.parametrize("sent", [answers(sealed="bad"), answers(sealed=None), [], None])
    def test_fails_when_an_evaluated_item_is_bad_or_left_open(self, sent: object) -> None:
        definition, started = run(first=tasks(item("sealed", evaluated=True), item("dry")))
        failed = close(definition, started.context, items=sent)
        assert failed.context.failed_steps == {"first": 1}
        assert failed.context.last_steps[0].did_error
        assert failed.effects == (Fail("The end: fail"),)
        assert failed.context.answers["first"]["dry"] is None

    def test_needs_no_answer_to_an_item_that_is_not_evaluated(self) -> None:
        definition, started = run(first=tasks(item("dry")))
        assert close(definition, started.context).effects == (Complete(),)


class TestAnEntry:
    def test_writes_to_the_unit_and_to_the_context(self) -> None:
        definition, started = run(
            first=entry(
                field("Serial", "serial_number"),
                field("Tag", "attributes.asset_tag"),
                field("Status", "status"),
                field("Place", "location"),
                field("Battery", "$.battery"),
                field("Note", "$note", required=False),
            )
        )
        sent = values(Serial=" C02X\t", Tag="A-7", Status="Ready", Place="0192", Battery=41, Note=" ")
        done = close(definition, started.context, fields=sent)
        assert done.effects == (
            SetEntityProperty("serial_number", "C02X"),
            SetEntityProperty("attributes.asset_tag", "A-7"),
            SetEntityStatus("Ready"),
            SetEntityLocation("0192"),
            Complete(),
        )
        assert done.context.data == {"battery": 41}

    def test_takes_a_field_by_its_label_or_its_entity_field_or_both(self) -> None:
        definition, started = run(first=entry(field("A", "$a"), field("B", "$b"), field("C", "$c")))
        sent = [
            {"label": "A", "value": 1},
            {"entity_field": "$b", "value": 2},
            {"label": "C", "entity_field": "$c", "value": 3},
        ]
        assert close(definition, started.context, fields=sent).context.data == {"a": 1, "b": 2, "c": 3}

    def test_that_is_failed_writes_nothing_and_needs_nothing(self) -> None:
        definition, started = run(first=entry(field("A", "$a"), field("B", "label")))
        failed = close(definition, started.context, kind="fail", fields=values(A="x"))
        assert failed.effects == (Fail("The end: fail"),)
        assert failed.context.data == {}


class TestAnotherPairOfEyes:
    def test_checks_and_passes_on_to_more_work(self) -> None:
        definition, started = run(first=step("user", "check"), check=tasks(goto="pack", **QC), pack=step("user"))
        checked = close(definition, started.context, by=TOM)
        assert checked.effects == (SendToVerification(),)
        assert is_verifying(definition, checked.context)
        passed = close(definition, checked.context, by=TESS)
        assert passed.effects == (PassVerification(),)
        assert not is_verifying(definition, passed.context)
        assert close(definition, passed.context, by=TOM).effects == (Complete(),)

    def test_ends_the_run_without_more_ado(self) -> None:
        definition, started = run(first=tasks(**QC))
        assert started.effects == (SendToVerification(),)
        assert close(definition, started.context).effects == (Complete(),)

    def test_that_fails_sends_it_back_to_work(self) -> None:
        definition, started = run(first=step("user", "check"), check=tasks(goto_fail="first", **QC))
        context = close(definition, started.context, by=TOM).context
        failed = close(definition, context, by=TESS, kind="fail")
        assert failed.effects == (FailVerification(),)
        assert failed.context.failed_steps == {"check": 1}

    def test_that_fails_for_good_only_fails(self) -> None:
        definition, started = run(first=tasks(item("a", evaluated=True), **QC))
        assert close(definition, started.context, items=answers(a="bad")).effects == (Fail("The end: fail"),)

    def test_stays_in_verification_from_check_to_check(self) -> None:
        definition, started = run(first=tasks(goto="second", **QC), second=tasks(**QC))
        assert close(definition, started.context, by=TOM).effects == ()

    @pytest.mark.parametrize("kind", ["close", "fail"])
    def test_is_never_one_that_did_a_step(self, kind: str) -> None:
        definition, started = run(first=step("user", "second"), second=step("user", "check"), check=tasks(**QC))
        context = close(definition, started.context, by=TOM).context
        context = close(definition, context, by=TESS).context
        for doer in (TOM, TESS):
            with pytest.raises(SamePerson, match="for somebody who did no step"):
                close(definition, context, by=doer, kind=kind)
        assert not close(definition, context, by=MARIA, kind=kind).context.active

    def test_is_not_one_that_failed_a_step_or_checked_before(self) -> None:
        definition, started = run(first=step("user", "check", "check"), check=tasks(goto_fail="first", **QC))
        context = close(definition, started.context, by=TOM, kind="fail").context
        with pytest.raises(SamePerson):
            close(definition, context, by=TOM)
        context = close(definition, context, by=TESS, kind="fail").context
        context = close(definition, context, by=TOM).context
        with pytest.raises(SamePerson):
            close(definition, context, by=TESS)


class TestAutomaticSteps:
    @pytest.mark.parametrize(("battery", "ends"), [("41", "done"), ("39", "broken"), ("full", "broken")])
    def test_a_decision_goes_by_the_context(self, battery: str, ends: str) -> None:
        definition, started = run(
            first=entry(field("Battery", "$battery"), goto="charged"),
            charged=step("decision", variable="battery", operator="greater_than", value=40),
        )
        decided = close(definition, started.context, fields=values(Battery=battery))
        assert names(decided.context) == ["first", "charged", ends]
        assert decided.context.failed_steps == {}  # to be false is no failure
        assert not any(one.did_error for one in decided.context.last_steps)

    def test_a_function_is_for_the_caller_to_do(self) -> None:
        _, started = run(
            first=step("function", "second", function="set-entity-status", status="Imaged"),
            second=step("function", function="set-entity-location", location="0192"),
        )
        assert started.effects == (SetEntityStatus("Imaged"), SetEntityLocation("0192"), Complete())

    def test_a_function_that_is_not_possible_fails(self) -> None:
        definition, _ = run(first=step("function", function="set-entity-status", status="Gone"))
        failed = start(definition, at=NOON, possible=lambda effect: effect != SetEntityStatus("Gone"))
        assert failed.effects == (Fail("The end: fail"),)
        assert failed.context.failed_steps == {"first": 1}

    def test_a_pass_sets_its_values(self) -> None:
        _, started = run(first=step("pass", context=[{"key": "mdm.profile", "value": "p"}, {"key": "n", "value": [1]}]))
        assert started.context.data == {"mdm": {"profile": "p"}, "n": [1]}

    def test_they_can_not_be_closed_by_anybody(self) -> None:
        definition, started = run(first=step("wait", time=1, stop_at=2))
        with pytest.raises(StepNeedsNobody):
            close(definition, started.context)


LOCKS = [{"key": "mdm.profile", "value": "first", "lock": True}]


class TestALockedKey:
    def test_is_not_written_by_what_somebody_enters(self) -> None:
        definition, started = run(
            first=step("user", "second", context=LOCKS), second=entry(field("Profile", "$mdm.profile", required=False))
        )
        context = close(definition, started.context).context
        with pytest.raises(LockedKey, match=r"“mdm\.profile” was locked by the step “first”"):
            close(definition, context, fields=values(Profile="x"))
        assert close(definition, context).effects == (Complete(),)
        assert close(definition, context, kind="fail").context.data == {"mdm": {"profile": "first"}}

    @pytest.mark.parametrize("key", ["mdm", "$mdm.profile", "mdm.profile.name"])
    def test_covers_what_is_above_and_below_it(self, key: str) -> None:
        definition, started = run(
            first=step("user", "second", context=LOCKS), second=step("user", context=[{"key": key, "value": 1}])
        )
        with pytest.raises(LockedKey):
            close(definition, close(definition, started.context).context)

    def test_is_one_only_if_its_step_says_so(self) -> None:
        _, started = run(
            first=step("pass", "second", context=[{"key": "mdm", "value": 1}]),
            second=step("pass", context=[{"key": "mdm", "value": 2, "lock": False}]),
        )
        assert (started.context.data, started.context.locked) == ({"mdm": 2}, {})

    def test_is_passed_over_by_a_value_that_says_so(self) -> None:
        _, started = run(
            first=step("pass", "second", context=LOCKS),
            second=step("pass", context=[{"key": "mdm.profile", "value": "second", "ignore": True}]),
        )
        assert started.context.outcome == "success"
        assert started.context.data == {"mdm": {"profile": "first"}}

    def test_fails_a_step_that_needs_nobody(self) -> None:
        _, started = run(
            first=step("pass", "second", context=LOCKS),
            second=step(
                "function",
                function="set-entity-status",
                status="Imaged",
                context=[{"key": "other", "value": 1}, {"key": "mdm.profile", "value": "second"}],
            ),
        )
        assert started.effects == (Fail("The end: fail"),)
        assert started.context.failed_steps == {"second": 1}
        assert started.context.data == {"mdm": {"profile": "first"}}

    def test_may_be_written_again_by_the_step_that_locked_it(self) -> None:
        definition, started = run(first=step("user", "second", context=LOCKS), second=step("user", goto_fail="first"))
        context = close(definition, started.context).context
        context = close(definition, context, kind="fail").context
        assert close(definition, context).context.current_steps == ("second",)

    def test_is_set_only_when_its_step_is_done(self) -> None:
        definition, started = run(first=step("user", goto_fail="second", context=LOCKS), second=step("user"))
        failed = close(definition, started.context, kind="fail").context
        assert (failed.data, failed.locked) == ({}, {})


class TestAWait:
    WAIT = {"time": 30, "stop_at": 100, "events": ["UNIT.changed"]}

    def test_is_looked_at_in_turn_until_its_time_is_up(self) -> None:
        definition, outcome = run(first=step("wait", **self.WAIT))
        assert outcome.effects == (WakeAt(after(30)),)
        assert interactive_steps(definition, outcome.context) == []
        for look, then in [(10, 30), (30, 60), (31, 60), (89, 90), (95, 100)]:
            outcome = resume(definition, outcome.context, at=after(look))
            assert outcome.effects == (WakeAt(after(then)),)
        outcome = resume(definition, outcome.context, at=after(100))
        assert outcome.effects == (Complete(),)
        assert outcome.context.last_steps[0].did_timeout
        assert outcome.context.failed_steps == {}

    def test_is_over_however_late_it_is_looked_at(self) -> None:
        definition, started = run(first=step("wait", **self.WAIT))
        late = resume(definition, started.context, at=NOON + timedelta(days=3))
        assert late.effects == (Complete(),)
        assert late.context.last_steps[0].time_to_run == 3 * 24 * 3600 * 1000

    def test_goes_on_when_a_listed_event_arrives(self) -> None:
        definition, started = run(first=step("wait", **self.WAIT))
        assert event(definition, started.context, "UNIT.deleted", at=after(5)).context == started.context
        arrived = event(definition, started.context, "UNIT.changed", at=after(5))
        assert arrived.effects == (Complete(),)
        assert not arrived.context.last_steps[0].did_timeout
        assert arrived.context.waiting is None

    def test_after_a_wait_comes_a_wait(self) -> None:
        definition, started = run(
            first=step("wait", "second", time=900, stop_at=1), second=step("wait", time=2, stop_at=2)
        )
        assert started.effects == (WakeAt(after(1)),)
        second = resume(definition, started.context, at=after(1))
        assert second.effects == (WakeAt(after(3)),)
        assert second.context.current_steps == ("second",)

    def test_fails_on_a_locked_key(self) -> None:
        definition, started = run(
            first=step("pass", "second", context=LOCKS),
            second=step("wait", time=1, stop_at=1, context=[{"key": "mdm", "value": 1}]),
        )
        failed = resume(definition, started.context, at=after(1))
        assert failed.effects == (Fail("The end: fail"),)
        assert failed.context.failed_steps == {"second": 1}

    def test_nothing_is_resumed_where_nothing_waits(self) -> None:
        definition, started = run(first=step("user"))
        assert resume(definition, started.context, at=after(5)).effects == ()
        assert event(definition, started.context, "UNIT.changed", at=after(5)).context == started.context


class TestStopping:
    def test_a_run_that_is_given_up_has_no_step_and_no_outcome(self) -> None:
        definition, started = run(first=step("wait", time=5, stop_at=9))
        stopped = stop(started.context, at=after(3))

        assert (stopped.active, stopped.ended_at, stopped.outcome) == (False, after(3), None)
        assert (stopped.current_steps, stopped.waiting) == ((), None)
        assert stopped.time_to_run(after(60)) == 3_000
        with pytest.raises(ContextEnded):
            close_step(definition, stopped, "first", by=TOM, at=after(4))

    def test_what_is_over_stays_as_it_ended(self) -> None:
        definition, started = run(first=step("user"))
        ended = close(definition, started.context).context

        assert stop(ended, at=after(90)) == ended
