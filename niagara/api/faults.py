"""What is wrong with a body, in the words of JSON Schema."""

from collections.abc import Mapping, Sequence
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from niagara.refusals import Fault

# code of a field's error → JSON Schema keyword
KEYWORDS = {
    "required": "required",
    "null": "type",
    "invalid": "type",
    "overflow": "type",
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
    "max_items": "maxItems",
    "malformed": "format",
    "pattern": "pattern",
    "does_not_exist": "enum",
}

# JSON Schema keyword → the attribute of the field that says where the limit is, and what it is where none does
_LIMITS = {
    "maxLength": ("max_length", None),
    "minLength": ("min_length", 1),
    "minimum": ("min_value", None),
    "maximum": ("max_value", None),
    "maxItems": ("max_length", None),
    "minItems": ("min_length", 1),
}


def faults_of(detail: Any, path: Sequence[str | int] = (), field: Any = None) -> list[Fault]:
    """The nested details of a validation error as a flat list; `field` is what was to be met there."""
    if isinstance(detail, ErrorDetail):
        return [_fault(detail, tuple(path), field)]
    if isinstance(detail, Mapping):
        found = []
        for name, inner in detail.items():
            within = (path, field) if name == "non_field_errors" else ([*path, name], _inside(field, name))
            found += faults_of(inner, *within)
        return found
    found = []
    for position, inner in enumerate(detail):
        within = (path, field) if isinstance(inner, ErrorDetail) else ([*path, position], _inside(field, position))
        found += faults_of(inner, *within)
    return found


def _inside(field: Any, name: str | int) -> Any:
    """The field of this name in an object, or that of the items of a list; None if nobody knows it."""
    if isinstance(field, serializers.ListField):
        return field.child
    return field.fields.get(str(name)) if isinstance(field, serializers.Serializer) else None


def _fault(detail: ErrorDetail, path: tuple[str | int, ...], field: Any) -> Fault:
    keyword = KEYWORDS.get(detail.code or "", detail.code or "type")
    params: dict[str, Any] = {}
    if keyword == "required" and path:
        params = {"missingProperty": path[-1]}
    elif keyword == "additionalProperties" and path:
        params = {"additionalProperty": path[-1]}
    elif keyword == "enum" and hasattr(field, "choices"):
        params = {"allowedValues": list(field.choices)}
    elif keyword in _LIMITS:
        attribute, otherwise = _LIMITS[keyword]
        limit = getattr(field, attribute, None) or otherwise
        params = {} if limit is None else {"limit": limit}
    return Fault(keyword, path, str(detail), params)
