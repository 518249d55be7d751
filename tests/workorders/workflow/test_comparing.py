"""A decision compares a variable of the context with a value; what can't be compared is never an error."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workorders.workflow.comparing import Operator, compare
from workorders.workflow.paths import overlap, parse_path, read, write


@pytest.mark.parametrize(
    ("left", "operator", "right"),
    [
        (40, "equals", 40.0),
        ("40", "equals", 40),
        (" 40.50 ", "equals", 40.5),
        ("007", "not_equals", "7"),
        ("007", "equals", 7),
        ("100", "greater_than", 40),
        ("9", "less_than", 40),
        (0.1, "less_than_equals", "0.1"),
        ("-1", "less_than", 0),
        ("beta", "greater_than", "alpha"),
        ("2026-03-02", "less_than", "2026-03-10"),
        (True, "equals", True),
        (None, "equals", None),
    ],
)
def test_it_is_so(left: object, operator: str, right: object) -> None:
    assert compare(left, Operator(operator), right)


@pytest.mark.parametrize("operator", sorted(set(Operator) - {Operator.NOT_EQUALS}))
@pytest.mark.parametrize(
    ("left", "right"),
    [(None, 40), ("full", 40), (True, 1), ({"a": 1}, 1), ([1], "1"), (float("nan"), 1), ("1e5", 100_000), ("", 0)],
)
def test_what_can_not_be_compared_is_neither_equal_nor_in_order(
    left: object, operator: Operator, right: object
) -> None:
    assert not compare(left, operator, right)
    assert compare(left, Operator.NOT_EQUALS, right)


@settings(deadline=None, max_examples=60)
@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists), st.from_type(Operator)
)
def test_comparing_never_raises_and_not_equals_is_the_opposite_of_equals(value: Any, operator: Operator) -> None:
    for other in (value, 40, "40", "abc", None, False):
        assert compare(value, operator, other) in (True, False)
        assert compare(value, Operator.EQUALS, other) is not compare(value, Operator.NOT_EQUALS, other)


@pytest.mark.parametrize("text", ["mdm.profile", "$mdm.profile", "$.mdm.profile"])
def test_a_path_is_written_with_or_without_a_dollar(text: str) -> None:
    assert parse_path(text) == ("mdm", "profile")


def test_writing_leaves_the_old_data_as_they_were() -> None:
    data = {"mdm": {"server": "a"}, "tag": "x"}
    written = write(data, ("mdm", "profile"), "p")
    assert written == {"mdm": {"server": "a", "profile": "p"}, "tag": "x"}
    assert data == {"mdm": {"server": "a"}, "tag": "x"}
    assert write(data, ("tag", "colour"), "red")["tag"] == {"colour": "red"}
    assert read(written, ("mdm", "profile")) == "p"
    assert read(written, ("tag", "colour")) is None


def test_paths_overlap_when_one_lies_within_the_other() -> None:
    assert overlap(("mdm",), ("mdm", "profile"))
    assert overlap(("mdm", "profile"), ("mdm",))
    assert not overlap(("mdm", "server"), ("mdm", "profile"))
