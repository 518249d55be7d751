"""What may be sent. An `Input` validates and never saves; it lists every fault at once.

Keys that an answer shows but nobody may change are accepted and ignored, so that an answer can be
changed and sent back; keys that nobody knows are refused.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from niagara.api.faults import faults_of
from niagara.api.fields import fault
from niagara.api.representations import Representation
from niagara.refusals import Fault, Invalid

ALWAYS_IGNORED = frozenset({"_links", "_embedded"})


def _unknown(name: str) -> ErrorDetail:
    return ErrorDetail(f"Nothing is called “{name[:50]}” here; remove it.", code="unknown")


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
        [found] = self.find([data])
        if isinstance(found, ValidationError):
            raise found
        return found

    def find(self, given: Sequence[Any]) -> list[Any]:
        """The row that each names, or the ValidationError that says what is wrong; one query for all."""
        read = [self._read(data) for data in given]
        ids = [row_id for row_id, _ in read if row_id is not None]
        rows = self.model.objects.visible_to(self.context["user"]).in_bulk(ids, field_name=self.field)
        name = self.model._meta.verbose_name
        found: list[Any] = []
        for row_id, errors in read:
            if row_id is not None and row_id not in rows:
                message = f"There is no {name} with this id that you may see."
                errors[self.key] = fault("does_not_exist", message).detail
            found.append(ValidationError(errors) if errors else rows[row_id])
        return found

    def _read(self, data: Any) -> tuple[UUID | None, Any]:
        """The id, as far as there is one, and what is wrong with the rest."""
        if not isinstance(data, Mapping):
            return None, fault("invalid", self.error_messages["invalid"].format(name=self.key)).detail
        known = ALWAYS_IGNORED | {self.key} | keys_of(self.shown_as)
        errors: dict[str, Any] = {name: [_unknown(name)] for name in data if name not in known}
        if self.key not in data:
            return None, {**errors, self.key: fault("required", "This is required.").detail}
        try:
            return identifier(data[self.key]), errors
        except ValidationError as error:
            return None, {**errors, self.key: error.detail}


class Identifier(serializers.UUIDField):
    """The id of a row by itself; the value is the row."""

    default_error_messages = {"required": "This is required.", "null": "This can't be null."}

    def __init__(self, model: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.model = model

    def to_internal_value(self, data: Any) -> Any:
        found = self.model.objects.visible_to(self.context["user"]).filter(pk=identifier(data)).first()
        if found is None:
            raise fault("does_not_exist", f"There is no {self.model._meta.verbose_name} with this id that you may see.")
        return found


class Items(serializers.ListField):
    """A list of limited length."""

    default_error_messages = {
        "not_a_list": "Give a list.",
        "max_items": "Give {max_length} at most.",
        "required": "This is required.",
        "null": "This can't be null.",
    }

    def to_internal_value(self, data: Any) -> list[Any]:
        if not isinstance(data, list):
            self.fail("not_a_list")
        if self.max_length is not None and len(data) > self.max_length:
            self.fail("max_items", max_length=self.max_length)
        return self.read_items(data)

    def read_items(self, data: list[Any]) -> list[Any]:
        return super().to_internal_value(data)


class References(Items):
    """A list of references, all looked up at once."""

    def read_items(self, data: list[Any]) -> list[Any]:
        reference: Any = self.child
        found: list[Any] = reference.find(data)
        errors: Any = {position: one.detail for position, one in enumerate(found) if isinstance(one, ValidationError)}
        if errors:
            raise ValidationError(errors)
        return found


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
        raise Invalid(faults_of(error.detail, field=given)) from error
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


@contextmanager
def said_below(*path: str | int) -> Iterator[None]:
    """Let what is found wrong be told as of a part of the body."""
    try:
        yield
    except Invalid as error:
        raise Invalid(replace(fault, path=(*path, *fault.path)) for fault in error.faults) from error
