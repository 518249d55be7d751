"""The media types of requests and answers."""

from collections.abc import Mapping
from typing import Any

import orjson
from django.conf import settings
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer


class TooLarge(APIException):
    status_code = 413
    default_detail = "The body is larger than 1 MiB; send less at once."


class HalRenderer(BaseRenderer):
    """HAL, https://datatracker.ietf.org/doc/html/draft-kelly-json-hal-08."""

    media_type = "application/hal+json"
    format = "hal"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return orjson.dumps(data)


class JsonRenderer(HalRenderer):
    media_type = "application/json"
    format = "json"


class JsonParser(BaseParser):
    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise TooLarge
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ParseError(f"The body is not JSON in UTF-8: {error}.") from error


class HalParser(JsonParser):
    media_type = "application/hal+json"


class MergePatchParser(JsonParser):
    """JSON Merge Patch, RFC 7396."""

    media_type = "application/merge-patch+json"


class MultiBatchParser(JsonParser):
    media_type = "application/multi-batch+json"


class FailStepParser(JsonParser):
    """A step that is failed: `type` need not be said."""

    media_type = "application/fail-step+json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        body = super().parse(stream, media_type, parser_context)
        if isinstance(body, dict) and isinstance(body.get("close_step"), dict):
            body["close_step"].setdefault("type", "fail")
        return body
