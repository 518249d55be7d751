"""The operations: parameters, bodies, and each answer they may give."""

from functools import cache
from inspect import getdoc
from typing import Any

import django_filters
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from niagara.api import idempotency
from niagara.api.fields import MAX_INTEGER
from niagara.api.filters import VisibleFilter, WholeFilter, is_text
from niagara.api.paging import DEFAULT_LIMIT, MAX_LIMIT
from niagara.api.problems import MEDIA_TYPE
from niagara.api.representations import Representation
from niagara.api.schema.fields import NOT_BLANK, name_of

_OPERATION_IDS = {
    "list": "fetchAll{}s",
    "create": "create{}",
    "retrieve": "fetch{}",
    "update": "replace{}",
    "partial_update": "change{}",
    "destroy": "delete{}",
}


_RATE_LIMIT = {
    "RateLimit-Policy": "How many requests (q) of the token are answered in how many seconds (w)",
    "RateLimit": "How many of them remain (r) for how many seconds (t)",
}


class Link(serializers.Serializer):
    href = serializers.URLField()


class ValidationMessage(serializers.Serializer):
    """One thing wrong with what was sent, in the form of the JSON Schema validator Ajv."""

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
    request_id = serializers.CharField()


class BadRequest(Problem):
    """What is wrong with the request, after RFC 9457, fault by fault."""

    validation_messages = ValidationMessage(many=True)


def links() -> serializers.Field:
    return serializers.DictField(child=Link(), label="_links")


@cache
def _single(representation: Any) -> type[serializers.Serializer]:
    """A representation with its links, as it stands alone."""
    name = name_of(representation)
    embedded = {key: _item(shown)(many=True) for key, (shown, _) in representation.embeds.items()}
    extra: dict[str, Any] = {"_links": links()}
    if embedded:
        extra["_embedded"] = type(f"{name}Embedded", (serializers.Serializer,), embedded)(label="_embedded")
    return type(f"Single{name}", (representation,), extra)


@cache
def _item(representation: Any) -> type[serializers.Serializer]:
    """A representation with its links, as it stands in a page or embedded."""
    if representation.is_verbatim:
        return representation
    return type(f"{name_of(representation)}InPage", (representation,), {"_links": links()})


@cache
def _page(representation: Any, key: str) -> type[serializers.Serializer]:
    name = name_of(representation)
    rows = type(f"{name}Rows", (serializers.Serializer,), {key: _item(representation)(many=True)})
    fields = {
        "total_count": serializers.IntegerField(),
        "limit": serializers.IntegerField(),
        "offset": serializers.CharField(allow_null=True),
        "_embedded": rows(label="_embedded"),
        "_links": links(),
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
        elif isinstance(shown, type) and issubclass(shown, Representation):
            shown = _single(shown)
        unchanged = {304: None} if self._is_tagged() and self.method == "GET" else {}
        problems = {(code, MEDIA_TYPE): BadRequest if code == 400 else Problem for code in self._problem_codes()}
        return {status: shown, **unchanged, **problems}

    def _problem_codes(self) -> list[int]:
        codes = [400, 401, 403, 406, 429]
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
        """Whether the address is that of the row, so that its entity tag can be asked for."""
        return self.method in ("PUT", "PATCH", "DELETE") and self._path_names()[-1:] == [self.view.id_name]

    def _is_tagged(self) -> bool:
        """Whether it answers with one row as it is now, and the entity tag of it."""
        status, _ = self.view.answers.get(self.view.action, (200, None))
        return self.method != "DELETE" and self.view.action not in self.view.pages and status in (200, 201)

    def get_override_parameters(self) -> list[Any]:
        parameters = [
            OpenApiParameter(name, OpenApiTypes.STR, OpenApiParameter.PATH, pattern="^[0-9a-zA-Z-_]+$")
            for name in self._path_names()
        ]
        if self.view.action in self.view.pages:
            parameters += self._page_parameters()
        elif getattr(self.view, "representation", None) and self.view.representation.embeds and self._is_tagged():
            names = list(self.view.representation.embeds)
            parameters.append(OpenApiParameter("embed", str, enum=names, many=True, explode=False))
        return [*parameters, *self._request_headers(), *self._response_headers()]

    def _request_headers(self) -> list[OpenApiParameter]:
        headers = []
        if self.method in idempotency.METHODS:
            key = {"type": "string", "minLength": 1, "maxLength": idempotency.MAX_LENGTH}
            headers.append(OpenApiParameter(idempotency.HEADER, key, OpenApiParameter.HEADER))
        if self._changes_one_row():
            headers.append(OpenApiParameter("If-Match", str, OpenApiParameter.HEADER))
        if self._is_tagged() and self.method == "GET":
            headers.append(OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER))
        return headers

    def _response_headers(self) -> list[OpenApiParameter]:
        def header(name: str, *codes: int, told: str = "", required: bool = True) -> OpenApiParameter:
            return OpenApiParameter(
                name, str, OpenApiParameter.HEADER, required=required, response=list(codes), description=told
            )

        status, _ = self.view.answers.get(self.view.action, (200, None))
        headers = [header("WWW-Authenticate", 401), header("Retry-After", 429, told="After how many seconds")]
        counted = {status, *self._problem_codes(), *([304] if self._is_tagged() else [])} - {401}
        for name, told in _RATE_LIMIT.items():  # a deployment may limit nothing
            headers.append(header(name, *sorted(counted), told=told, required=False))
        if self._is_tagged():
            headers.append(header("ETag", status, 304))
        if status == 204:  # what was made is somewhere else
            headers.append(header("Location", 204))
        return headers

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
            shape = {"type": str} if is_text(filterset.plain.get(name)) else _filter_type(one)
            parameters.append(OpenApiParameter(name, **shape))
        return parameters


def _filter_type(one: Any) -> dict[str, Any]:
    if isinstance(one, VisibleFilter):
        return {"type": OpenApiTypes.UUID}
    if isinstance(one, WholeFilter):
        return {"type": {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER}}
    if isinstance(one, django_filters.IsoDateTimeFilter):
        return {"type": OpenApiTypes.DATETIME}
    if isinstance(one, django_filters.ChoiceFilter):
        return {"type": str, "enum": [code for code, _ in one.extra["choices"]]}
    return {"type": {"type": "string", "pattern": NOT_BLANK}}
