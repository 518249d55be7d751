"""The OpenAPI 3.1 document, drawn from what the views declare: their representations, inputs,
filters and scopes. What the document says and what the API does come from the same lines."""

from functools import cache
from inspect import getdoc
from typing import Any

import django_filters
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from niagara.accounts.permissions import SCOPES
from niagara.api.filters import VisibleFilter
from niagara.api.paging import DEFAULT_LIMIT, MAX_LIMIT
from niagara.api.problems import MEDIA_TYPE

_OPERATION_IDS = {
    "list": "fetchAll{}s",
    "create": "create{}",
    "retrieve": "fetch{}",
    "update": "replace{}",
    "partial_update": "change{}",
    "destroy": "delete{}",
}


class Link(serializers.Serializer):
    href = serializers.URLField()


class ValidationMessage(serializers.Serializer):
    keyword = serializers.CharField()
    dataPath = serializers.CharField()
    schemaPath = serializers.CharField()
    params = serializers.DictField()
    message = serializers.CharField()


class Problem(serializers.Serializer):
    """What went wrong, after RFC 9457."""

    type = serializers.URLField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    validation_messages = ValidationMessage(many=True, required=False)


def _links() -> serializers.Field:
    return serializers.DictField(child=Link())


@cache
def _single(representation: Any) -> type[serializers.Serializer]:
    """A representation with its links, as it stands alone."""
    name = representation.__name__.removesuffix("Representation")
    embedded = {key: serializers.ListField(child=serializers.DictField()) for key in representation.embeds}
    extra: dict[str, Any] = {"_links": _links()}
    if embedded:
        extra["_embedded"] = type(f"{name}Embedded", (serializers.Serializer,), embedded)()
    return type(f"Single{name}", (representation,), extra)


@cache
def _page(representation: Any, key: str) -> type[serializers.Serializer]:
    name = representation.__name__.removesuffix("Representation")
    item = type(f"{name}InPage", (representation,), {"_links": _links()})
    rows = type(f"{name}Rows", (serializers.Serializer,), {key: item(many=True)})
    fields = {
        "total_count": serializers.IntegerField(),
        "limit": serializers.IntegerField(),
        "offset": serializers.CharField(allow_null=True),
        "_embedded": rows(),
        "_links": _links(),
    }
    return type(f"{name}Page", (serializers.Serializer,), fields)


class NiagaraSchema(AutoSchema):
    """Reads a `NiagaraViewSet`."""

    view: Any

    def get_operation_id(self) -> str:
        action, view = self.view.action, self.view
        if action in view.operation_ids:
            return str(view.operation_ids[action])
        name = type(view).__name__.removesuffix("ViewSet")
        return _OPERATION_IDS[action].format(name)

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api").strip("/").split("/")[0] or "entry"]

    def get_description(self) -> str:  # type: ignore[override]
        scopes = self.view.scopes_of(self.view.action)
        told = getdoc(getattr(self.view, self.view.action)) or ""
        named = ", ".join(f"`{scope}`" for scope in scopes)
        return f"{told}\n\nScope{'s' if len(scopes) > 1 else ''}: {named}".strip() if scopes else told

    def map_parsers(self) -> list[str]:
        return [parser.media_type for parser in self.view.parsers_for(self.view.action)]

    def _is_list_view(self, serializer: Any = None) -> bool:
        return False  # a page is an object that holds a list

    def get_request_serializer(self) -> Any:
        return self.view.inputs.get(self.view.action)

    def get_response_serializers(self) -> Any:
        view, action = self.view, self.view.action
        status, shown = view.answers.get(action, (200, None))
        if status in (204, 205):
            shown = None
        elif action in view.pages:
            page = view.pages[action]
            shown = _page(page.representation, page.key)
        elif shown is None:
            shown = _single(view.representation)
        return {status: shown, **{(code, MEDIA_TYPE): Problem for code in self._problem_codes()}}

    def _problem_codes(self) -> list[int]:
        codes = [400, 401, 403, 406]
        if self._path_names():
            codes.append(404)
        if self.method != "GET":
            codes.append(409)
        if self._changes_one_row():
            codes.append(412)
        if self.view.action in self.view.inputs:
            codes += [413, 415]
        return codes

    def _changes_one_row(self) -> bool:
        return self.method in ("PUT", "PATCH", "DELETE") and len(self._path_names()) == 1

    def get_override_parameters(self) -> list[Any]:
        parameters = [
            OpenApiParameter(name, OpenApiTypes.STR, OpenApiParameter.PATH, pattern="^[0-9a-zA-Z-_]+$")
            for name in self._path_names()
        ]
        if self.view.action in self.view.pages:
            parameters += self._page_parameters()
        elif self.method == "GET" and getattr(self.view, "representation", None) and self.view.representation.embeds:
            names = list(self.view.representation.embeds)
            parameters.append(OpenApiParameter("embed", str, enum=names, many=True, explode=False))
        if self.method in ("POST", "PATCH"):
            parameters.append(OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER))
        if self._changes_one_row():
            parameters.append(OpenApiParameter("If-Match", str, OpenApiParameter.HEADER))
        return parameters

    def _path_names(self) -> list[str]:
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]

    def _page_parameters(self) -> list[OpenApiParameter]:
        filterset = self.view.pages[self.view.action].filterset_class
        limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
        parameters = [
            OpenApiParameter("limit", limit, description=f"How many items to return at one time (max {MAX_LIMIT})"),
            OpenApiParameter("offset", str, description="Continue from last offset"),
        ]
        if filterset.sorts:
            names = [f"{sign}{name}" for name in filterset.sorts for sign in ("", "-")]
            parameters.append(OpenApiParameter("sort", str, enum=names))
        for name, one in filterset.base_filters.items():
            parameters.append(OpenApiParameter(name, **_filter_type(one)))
        return parameters


def _filter_type(one: Any) -> dict[str, Any]:
    if isinstance(one, VisibleFilter):
        return {"type": OpenApiTypes.UUID}
    if isinstance(one, django_filters.IsoDateTimeFilter):
        return {"type": OpenApiTypes.DATETIME}
    if isinstance(one, django_filters.ChoiceFilter):
        return {"type": str, "enum": [code for code, _ in one.extra["choices"]]}
    return {"type": str}


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "niagara.api.authentication.BearerAuthentication"
    # The second is the same token, for those who have one already and want to paste it.
    name = ["oauth2", "token"]

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[str]]]:
        view = auto_schema.view
        return [{"oauth2": view.scopes_of(view.action)}, {"token": []}]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        client = {"tokenUrl": "/oauth/token", "scopes": SCOPES}
        code = {"authorizationUrl": "/oauth/authorize", "refreshUrl": "/oauth/token", **client}
        return [
            {"type": "oauth2", "flows": {"authorizationCode": code, "clientCredentials": client}},
            {"type": "http", "scheme": "bearer"},
        ]


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


class ReferenceField(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = "niagara.api.inputs.Reference"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Any:
        return {
            "type": "object",
            "properties": {self.target.key: {"type": "string", "format": "uuid"}},
            "required": [self.target.key],
        }
