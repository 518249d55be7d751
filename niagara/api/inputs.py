"""What may be sent. An `Input` validates and never saves; it lists every fault at once.

Values are taken as they are: a number in quotes is not a number. Keys that an answer shows but
nobody may change are accepted and ignored, so that an answer can be changed and sent back; keys
that nobody knows are refused.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC
from typing import Any, ClassVar
from uuid import UUID

from django.core.validators import ProhibitNullCharactersValidator
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from niagara.api.representations import Representation
from niagara.refusals import Fault, Invalid

ALWAYS_IGNORED = frozenset({"_links", "_embedded"})
MAX_INTEGER = 2**31 - 1  # what an integer column holds

# code of a field's error → JSON Schema keyword
KEYWORDS = {
    "required": "required",
    "null": "type",
    "invalid": "type",
    "not_a_list": "type",
    "not_a_dict": "type",
    "blank": "minLength",
    "min_length": "minLength",
    "max_length": "maxLength",
    "min_value": "minimum",
    "max_value": "maximum",
    "invalid_choice": "enum",
    "unknown": "additionalProperties",
    "empty": "minItems",
    "malformed": "format",
    "pattern": "pattern",
    "does_not_exist": "enum",
}


def _unknown(name: str) -> ErrorDetail:
    return ErrorDetail(f"Nothing is called “{name[:50]}” here; remove it.", code="unknown")


def fault(code: str, message: str) -> ValidationError:
    return ValidationError(message, code=code)


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


class Rank(Text):
    """A place in an order, chosen by the client."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=200, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if not re.fullmatch(r"[0-9A-Za-z]*[1-9A-Za-z]", text):
            raise fault("pattern", "Use the digits 0 to 9 and the letters A to Z and a to z, and do not end with 0.")
        return text


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


class Time(serializers.DateTimeField):
    default_error_messages = {
        "invalid": "Give a time such as 2026-03-02T08:30:00.000Z.",
        "required": "This is required.",
        "null": "This can't be null.",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)

    def to_internal_value(self, value: Any) -> Any:
        if not isinstance(value, str):
            self.fail("invalid")
        try:
            return super().to_internal_value(value)
        except OverflowError:
            self.fail("invalid")


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


class Input(serializers.Serializer):
    """The body of a request. `ignored` are the keys of its representation that may come along."""

    ignored: ClassVar[Collection[str]] = ()

    default_error_messages = {
        "invalid": "Give an object.",
        "required": "This is required.",
        "null": "This can't be null.",
    }

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            self.fail("invalid")
        ignored = ALWAYS_IGNORED.union(self.ignored)
        errors: dict[str, Any] = {
            str(key): [_unknown(key)] for key in data if key not in self.fields and key not in ignored
        }
        try:
            value = super().to_internal_value(data)
        except ValidationError as error:
            detail: Any = error.detail
            errors = {**errors, **detail}
        if errors:
            raise ValidationError(errors)
        return value


class Reference(serializers.Field):
    """An object that names a row by its id, such as ``{"queue_id": "…"}``; the value is the row.

    The rest of the row's representation, `shown_as`, may come along and is ignored.
    """

    default_error_messages = {
        "invalid": "Give an object with {name}.",
        "required": "This is required.",
        "null": "This can't be null.",
    }

    def __init__(
        self, key: str, model: Any, *, shown_as: type[Representation] | None = None, field: str = "pk", **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.key, self.model, self.shown_as, self.field = key, model, shown_as, field

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            self.fail("invalid", name=self.key)
        errors: dict[str, Any] = {}
        known = ALWAYS_IGNORED | {self.key} | keys_of(self.shown_as)
        for name in data:
            if name not in known:
                errors[name] = [_unknown(name)]
        row = None
        try:
            row = self._row(data)
        except ValidationError as error:
            errors[self.key] = error.detail
        if errors:
            raise ValidationError(errors)
        return row

    def _row(self, data: Mapping[str, Any]) -> Any:
        if self.key not in data:
            raise fault("required", "This is required.")
        row_id = identifier(data[self.key])
        row = self.model.objects.visible_to(self.context["user"]).filter(**{self.field: row_id}).first()
        if row is None:
            name = self.model._meta.verbose_name
            raise fault("does_not_exist", f"There is no {name} with this id that you may see.")
        return row


def keys_of(shown_as: type[Representation] | None) -> set[str]:
    """The keys a representation shows."""
    return set(shown_as._declared_fields) if shown_as else set()


def identifier(value: Any) -> UUID:
    """The id in a body. Raises ValidationError unless it is one."""
    if not isinstance(value, str):
        raise fault("invalid", "Give an identifier as text.")
    found = uuid_in(value)
    if found is None:
        raise fault("does_not_exist", "This is not the identifier of anything.")
    return found


def uuid_in(text: str) -> UUID | None:
    """The id in an address, or None if it can't be that of anything."""
    return UUID(text) if re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text) else None


def read(input_class: Callable[..., Input], data: Any, user: Any) -> dict[str, Any]:
    """The valid values of a body. Raises Invalid with every fault."""
    if not isinstance(data, Mapping):
        raise Invalid([Fault("type", (), "Give an object.", {"type": "object"})])
    given = input_class(data=data, context={"user": user})
    try:
        given.is_valid(raise_exception=True)
    except ValidationError as error:
        raise Invalid(faults_of(error.detail)) from error
    validated: dict[str, Any] = given.validated_data
    return validated


def together(*checks: Callable[[], Any]) -> list[Any]:
    """What each of the checks returns. Raises Invalid with the faults of all that find some."""
    values: list[Any] = []
    faults: list[Fault] = []
    for check in checks:
        try:
            values.append(check())
        except Invalid as error:
            faults += error.faults
    if faults:
        raise Invalid(faults)
    return values


def faults_of(detail: Any, path: Sequence[str | int] = ()) -> list[Fault]:
    """The nested details of a validation error as a flat list."""
    if isinstance(detail, ErrorDetail):
        return [_fault(detail, tuple(path))]
    if isinstance(detail, Mapping):
        return [
            one
            for name, inner in detail.items()
            for one in faults_of(inner, path if name == "non_field_errors" else [*path, name])
        ]
    found = []
    for position, inner in enumerate(detail):
        nested = path if isinstance(inner, ErrorDetail) else [*path, position]
        found += faults_of(inner, nested)
    return found


def _fault(detail: ErrorDetail, path: tuple[str | int, ...]) -> Fault:
    keyword = KEYWORDS.get(detail.code or "", detail.code or "type")
    params: dict[str, Any] = {}
    if keyword == "required" and path:
        params = {"missingProperty": path[-1]}
    elif keyword == "additionalProperties" and path:
        params = {"additionalProperty": path[-1]}
    return Fault(keyword, path, str(detail), params)
