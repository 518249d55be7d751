"""The values in a body. They are taken as they are: a number in quotes is not a number."""

from datetime import UTC
from typing import Any

from django.core.validators import ProhibitNullCharactersValidator, RegexValidator
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from niagara import ranks

MAX_INTEGER = 2**31 - 1  # what an integer column holds
MAX_DEPTH = 20  # of JSON that nobody prescribes


def fault(code: str, message: str) -> ValidationError:
    return ValidationError(message, code=code)


def pattern(validator: RegexValidator) -> RegexValidator:
    """A model's validator, for a value in a body."""
    return RegexValidator(validator.regex, validator.message, code="pattern")


class Text(serializers.CharField):
    default_error_messages = {
        "invalid": "Give text.",
        "required": "This is required.",
        "null": "This can't be null.",
        "blank": "Write something.",
        "max_length": "Use at most {max_length} characters.",
    }

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        ProhibitNullCharactersValidator(code="malformed")(data)
        return super().to_internal_value(data)


class Id(Text):
    """The identifier of a row, whose kind is told beside it."""


class Rank(Text):
    """A place in an order, chosen by the client."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", ranks.MAX_LENGTH)
        super().__init__(**kwargs)
        self.validators.append(pattern(ranks.validate_rank))


class Whole(serializers.IntegerField):
    default_error_messages = {
        "invalid": "Give a whole number.",
        "required": "This is required.",
        "null": "This can't be null.",
        "min_value": "Give {min_value} or more.",
        "max_value": "Give {max_value} or less.",
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_value", MAX_INTEGER)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, float) and data.is_integer() and abs(data) <= 2**53:
            data = int(data)  # JSON does not tell 10 from 10.0
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return data


class Number(serializers.FloatField):
    default_error_messages = {
        "invalid": "Give a number.",
        "required": "This is required.",
        "null": "This can't be null.",
    }

    def to_internal_value(self, data: Any) -> float:
        if not isinstance(data, int | float) or isinstance(data, bool):
            self.fail("invalid")
        return float(data)


class Scalar(serializers.Field):
    """A text, a number, true, false or null; whether it fits is for somebody else to say."""

    default_error_messages = {"invalid": "Give a text, a number, true, false or null.", "required": "This is required."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict | list):
            self.fail("invalid")
        if isinstance(data, str):
            ProhibitNullCharactersValidator(code="malformed")(data)
        return data


class Json(serializers.JSONField):
    """An object whose keys nobody prescribes."""

    default_error_messages = {
        "invalid": "Give an object.",
        "required": "This is required.",
        "null": "This can't be null.",
    }

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            self.fail("invalid")
        _check_json(data, MAX_DEPTH)
        return data


class Flag(serializers.BooleanField):
    default_error_messages = {
        "invalid": "Give true or false.",
        "required": "This is required.",
        "null": "This can't be null.",
    }

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


def _check_json(data: Any, depth: int) -> None:
    """Raise ValidationError for what can't be stored: null characters, which PostgreSQL refuses in
    JSON, and what is nested beyond all sense."""
    if depth == 0:
        raise fault("maxDepth", f"Nest {MAX_DEPTH} levels at most.")
    if isinstance(data, str):
        ProhibitNullCharactersValidator(code="malformed")(data)
    elif isinstance(data, dict):
        for key, value in data.items():
            _check_json(key, depth)
            _check_json(value, depth - 1)
    elif isinstance(data, list):
        for value in data:
            _check_json(value, depth - 1)


class Time(serializers.DateTimeField):
    default_error_messages = {
        "invalid": "Give a time such as 2026-03-02T08:30:00.000Z.",
        "overflow": "Give a time such as 2026-03-02T08:30:00.000Z.",
        "required": "This is required.",
        "null": "This can't be null.",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)

    def to_internal_value(self, value: Any) -> Any:
        if not isinstance(value, str):
            self.fail("invalid")
        return super().to_internal_value(value)


class Choice(serializers.ChoiceField):
    default_error_messages = {
        "invalid_choice": "Choose one of: {allowed}.",
        "required": "This is required.",
        "null": "This can't be null.",
    }

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or data not in self.choices:
            self.fail("invalid_choice", allowed=", ".join(self.choices))
        return data
