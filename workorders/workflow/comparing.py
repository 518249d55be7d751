"""How a decision compares a variable with its value.

Numbers are compared as numbers, and a text with a number in it ("42", "-1.5", as people type them)
is one when the other side is a number. Two texts are compared as texts: "007" is not "7". Things of
different kinds, and a variable that was never set, are not equal, and neither is before the other.
"""

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

_NUMBER = re.compile(r"\A\s*[+-]?[0-9]{1,30}(\.[0-9]{1,30})?\s*\Z", re.ASCII)


class Operator(StrEnum):
    EQUALS = "equals"
    NOT_EQUALS = "not_equals"
    GREATER_THAN = "greater_than"
    LESS_THAN = "less_than"
    GREATER_THAN_EQUALS = "greater_than_equals"
    LESS_THAN_EQUALS = "less_than_equals"


EQUALITY = frozenset({Operator.EQUALS, Operator.NOT_EQUALS})


def compare(left: object, operator: Operator, right: object) -> bool:
    """Whether it is so. What can't be compared is not equal, and neither greater nor less."""
    numbers = _number(left), _number(right)
    if None not in numbers and not (isinstance(left, str) and isinstance(right, str)):
        left, right = numbers
    if operator in EQUALITY:
        return _same(left, right) is (operator is Operator.EQUALS)
    return _in_order(left, operator, right)


def is_number_in_text(value: object) -> bool:
    return isinstance(value, str) and _number(value) is not None


def _number(value: object) -> Decimal | None:
    match value:
        case bool():
            return None
        case int():
            return Decimal(value)
        case float() if math.isfinite(value):
            return Decimal(repr(value))  # 0.1 as it was written, not as it is stored
        case str() if _NUMBER.match(value):
            return Decimal(value.strip())
    return None


def _same(left: object, right: object) -> bool:
    return type(left) is type(right) and left == right


_ORDER: Mapping[Operator, Callable[[Any, Any], bool]] = {
    Operator.GREATER_THAN: lambda left, right: left > right,
    Operator.LESS_THAN: lambda left, right: left < right,
    Operator.GREATER_THAN_EQUALS: lambda left, right: left >= right,
    Operator.LESS_THAN_EQUALS: lambda left, right: left <= right,
}


def _in_order(left: object, operator: Operator, right: object) -> bool:
    for kind in (Decimal, str):
        if isinstance(left, kind) and isinstance(right, kind):
            return _ORDER[operator](left, right)
    return False
