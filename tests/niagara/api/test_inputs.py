"""How what was sent is read, and how what is wrong with it is named."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from niagara.api.faults import faults_of
from niagara.api.fields import Choice, Number, Rank, Text, Time, Whole
from niagara.api.inputs import Input, Items, read, together, uuid_in
from niagara.refusals import Fault, Invalid

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


class Address(Input):
    ignored = {"town"}

    street = Text(max_length=5)


class Parcel(Input):
    label = Text(required=False)
    rank = Rank(required=False)
    weight = Number(required=False)
    number = Whole(required=False, min_value=1)
    sent = Time(required=False)
    kind = Choice(choices=["box", "bag"], required=False)
    to = Address(required=False)
    via = serializers.ListField(child=Address(), required=False)
    tags = Items(child=Text(), required=False, max_length=1)


def faults(body: Any) -> set[tuple[tuple[str | int, ...], str]]:
    with pytest.raises(Invalid) as refused:
        read(Parcel, body, None)
    return {(fault.path, fault.keyword) for fault in refused.value.faults}


@given(anything)
def test_nothing_that_json_can_hold_breaks_the_reading(value: Any) -> None:
    for body in (value, *({name: value} for name in Parcel().fields)):
        with suppress(Invalid):
            read(Parcel, body, None)


def test_faults_are_named_by_the_way_to_them() -> None:
    body = {"to": {"street": "Broadway", "door": 1}, "via": [{"street": "ok"}, {}, 7], "number": 0, "kind": "cart"}

    assert faults(body) == {
        (("to", "street"), "maxLength"),
        (("to", "door"), "additionalProperties"),
        (("via", 1, "street"), "required"),
        (("via", 2), "type"),
        (("number",), "minimum"),
        (("kind",), "enum"),
    }


@pytest.mark.parametrize(
    ("body", "keyword", "params"),
    [
        ({"to": {"street": "Broadway"}}, "maxLength", {"limit": 5}),
        ({"via": [{"street": "Broadway"}]}, "maxLength", {"limit": 5}),
        ({"rank": "x" * 201}, "maxLength", {"limit": 200}),
        ({"label": ""}, "minLength", {"limit": 1}),
        ({"number": 0}, "minimum", {"limit": 1}),
        ({"number": 2**31}, "maximum", {"limit": 2**31 - 1}),
        ({"kind": "cart"}, "enum", {"allowedValues": ["box", "bag"]}),
        ({"tags": ["a", "b"]}, "maxItems", {"limit": 1}),
        ({"to": {}}, "required", {"missingProperty": "street"}),
        ({"colour": 1}, "additionalProperties", {"additionalProperty": "colour"}),
    ],
)
def test_a_fault_tells_what_would_have_been_right(body: Any, keyword: str, params: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        read(Parcel, body, None)

    [fault] = refused.value.faults
    assert (fault.keyword, fault.params) == (keyword, params)


@pytest.mark.parametrize("body", [None, [], "text", 7, True])
def test_what_is_no_object_is_one_fault(body: Any) -> None:
    assert faults(body) == {((), "type")}


def test_what_may_come_along_is_ignored() -> None:
    body = {"to": {"street": "ok", "town": object(), "_links": {}}, "_embedded": {}}

    assert read(Parcel, body, None) == {"to": {"street": "ok"}}


@pytest.mark.parametrize("value", [10, 10.0])
def test_a_whole_number_is_one_however_it_is_written(value: Any) -> None:
    assert read(Parcel, {"number": value}, None) == {"number": 10}


@pytest.mark.parametrize("name", ["number", "weight"])
@pytest.mark.parametrize("value", ["10", True, None, [], {}])
def test_what_only_looks_like_a_number_is_none(name: str, value: Any) -> None:
    assert faults({name: value}) == {((name,), "type")}


@pytest.mark.parametrize("value", ["soon", 7, None, "2026-02-30T00:00:00Z", "0001-01-01T00:00:00+14:00", ""])
def test_a_time_that_is_none_is_refused(value: Any) -> None:
    assert faults({"sent": value}) == {(("sent",), "type")}


def test_several_checks_name_the_faults_of_all() -> None:
    def refuse(name: str) -> None:
        raise Invalid([Fault("enum", (name,), "No.")])

    assert together(lambda: 1, lambda: 2) == [1, 2]
    with pytest.raises(Invalid) as refused:
        together(lambda: 1, lambda: refuse("a"), lambda: refuse("b"))
    assert [fault.path for fault in refused.value.faults] == [("a",), ("b",)]


def test_a_fault_of_the_whole_has_no_name() -> None:
    assert [fault.path for fault in faults_of(ValidationError({"non_field_errors": ["No."]}).detail)] == [()]


@given(st.uuids())
def test_an_id_is_read_in_either_case(one: Any) -> None:
    assert uuid_in(str(one)) == uuid_in(str(one).upper()) == one


@given(st.uuids(), st.sampled_from(["{%s}", "urn:uuid:%s", " %s", "%s\n", "%s0"]))
def test_no_other_spelling_of_an_id_is_read(one: Any, spelling: str) -> None:
    assert uuid_in(spelling % one) is None
    assert uuid_in(one.hex) is None
