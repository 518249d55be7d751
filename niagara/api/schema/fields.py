"""What the document says of bodies, answers and the fields in them."""

from collections.abc import Iterable, Mapping
from inspect import cleandoc
from typing import Any

from django.core.validators import RegexValidator
from drf_spectacular.extensions import OpenApiSerializerExtension, OpenApiSerializerFieldExtension

from niagara.api.inputs import ALWAYS_IGNORED, keys_of

# A text that is not blank. What is blank to Python is spelled out: `\s` is not the same everywhere.
NOT_BLANK = "[^\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"


def name_of(representation: Any) -> str:
    name: str = representation.__name__
    return name.removesuffix("Representation")


class _Described(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """Is described by its own words, not by those of a class it is derived from."""

    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: str) -> Any:
        schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        schema.pop("description", None)
        own = type(self.target).__doc__
        return {**schema, "description": cleandoc(own)} if own else schema


class RepresentationSchema(_Described):  # type: ignore[no-untyped-call]
    target_class = "niagara.api.representations.Representation"

    def map_serializer(self, auto_schema: Any, direction: str) -> Any:
        schema = super().map_serializer(auto_schema, direction)
        return {**schema, "additionalProperties": {}} if self.target.is_verbatim else schema


class InputSchema(_Described):  # type: ignore[no-untyped-call]
    """A body: whatever it has no key for is refused, but for what only answers tell."""

    target_class = "niagara.api.inputs.Input"

    def map_serializer(self, auto_schema: Any, direction: str) -> Any:
        schema = super().map_serializer(auto_schema, direction)
        return _closed(schema, self.target.ignored)


def _closed(schema: Mapping[str, Any], ignored: Iterable[str]) -> dict[str, Any]:
    """The schema of an object that takes no other keys; those ignored may come along."""
    properties = schema.get("properties", {})
    more = {name: {"readOnly": True} for name in sorted({*ALWAYS_IGNORED, *ignored}) if name not in properties}
    return {**schema, "properties": {**properties, **more}, "additionalProperties": False}


class _Shown(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """A computed field is described by the field it is shown as."""

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Any:
        return auto_schema._map_serializer_field(self.target.shown, direction)


class DerivedField(_Shown):  # type: ignore[no-untyped-call]
    target_class = "niagara.api.representations.Derived"


class GatheredField(_Shown):  # type: ignore[no-untyped-call]
    target_class = "niagara.api.representations.Gathered"


class ConstantField(_Shown):  # type: ignore[no-untyped-call]
    target_class = "niagara.api.representations.Constant"


class TextField(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = "niagara.api.fields.Text"
    match_subclasses = True
    priority = -1  # a subclass may have its own

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Any:
        schema = auto_schema._map_serializer_field(self.target, direction, bypass_extensions=True)
        has_pattern = any(isinstance(one, RegexValidator) for one in self.target.validators)
        return schema if self.target.allow_blank or has_pattern else {**schema, "pattern": NOT_BLANK}


class IdField(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = "niagara.api.fields.Id"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Any:
        return {"type": "string", "format": "uuid"}


class JsonField(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = "niagara.api.fields.Json"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Any:
        return {"type": "object", "additionalProperties": {}}


class ScalarField(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = "niagara.api.fields.Scalar"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Any:
        return {"type": ["string", "number", "boolean", "null"]}


class ReferenceField(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = "niagara.api.inputs.Reference"

    def getname_of(self) -> str | None:
        return f"{name_of(self.target.shown_as)}Reference" if self.target.shown_as else None

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Any:
        named = {
            "type": "object",
            "properties": {self.target.key: {"type": "string", "format": "uuid"}},
            "required": [self.target.key],
        }
        return _closed(named, keys_of(self.target.shown_as))
