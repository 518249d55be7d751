"""A client of the API: it signs in with a token of chosen scopes and speaks JSON."""

import json
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

from django.test import Client
from django.utils import timezone
from oauth2_provider.models import get_access_token_model, set_token_value

from niagara.accounts.models import User
from niagara.accounts.permissions import SCOPES

_numbers = count(1)


class Api:
    """Sends requests with a token, or without any when there is no user."""

    def __init__(self, user: User | None, scopes: tuple[str, ...] = tuple(SCOPES)) -> None:
        self.user = user
        self.client = Client()
        self.token = make_token(user, scopes) if user else None

    def get(self, path: str, **kwargs: Any) -> Any:
        return self.send("GET", path, **kwargs)

    def post(self, path: str, body: Any = None, **kwargs: Any) -> Any:
        return self.send("POST", path, body, **kwargs)

    def put(self, path: str, body: Any = None, **kwargs: Any) -> Any:
        return self.send("PUT", path, body, **kwargs)

    def patch(self, path: str, body: Any = None, **kwargs: Any) -> Any:
        return self.send("PATCH", path, body, **kwargs)

    def delete(self, path: str, **kwargs: Any) -> Any:
        return self.send("DELETE", path, **kwargs)

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        content_type: str = "application/json",
    ) -> Any:
        """`path` is an address below /api, or a whole one out of an answer; `body` is bytes as they
        are or anything that can be written as JSON."""
        address = path if path.startswith(("/api", "http")) else f"/api/{path}"
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        sent = dict(headers or {})
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        return self.client.generic(method, address, content, content_type if content else "", headers=sent)

    def collect(self, path: str, key: str) -> list[dict[str, Any]]:
        """The rows of all pages, following `next`."""
        rows: list[dict[str, Any]] = []
        following: str | None = path
        while following:
            page = self.get(following).json()
            rows += page["_embedded"][key]
            assert len(rows) <= page["total_count"], f"{path} shows rows more than once."
            following = page["_links"].get("next", {}).get("href")
        return rows


ApiFactory = Callable[..., Api]


def make_token(user: User, scopes: tuple[str, ...], **fields: Any) -> str:
    raw = fields.pop("raw", "") or f"token-{next(_numbers)}"
    token = get_access_token_model()(
        user=user, scope=" ".join(scopes), expires=fields.pop("expires", timezone.now() + timedelta(hours=1)), **fields
    )
    set_token_value(token, raw)
    token.save()
    return raw


def assert_problem(response: Any, status: int, kind: str) -> dict[str, Any]:
    """It is a problem answer of RFC 9457 with this status; returns its body, but for the id of the request."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["type"] == f"https://docs.nterprise.com/api/problem/{kind}"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"].endswith((".", "…"))
    assert "Traceback" not in problem["detail"]
    assert problem.pop("request_id") == response["X-Request-ID"]
    return problem


def assert_faults(response: Any) -> set[tuple[str, str]]:
    """It is a 400 that lists its faults; returns (path, keyword) of each."""
    problem = assert_problem(response, 400, "BadRequest")
    for message in problem["validation_messages"]:
        assert message.keys() == {"keyword", "dataPath", "schemaPath", "params", "message"}
        assert message["message"].endswith((".", "…"))
        assert message["schemaPath"].endswith(message["keyword"])
        assert isinstance(message["params"], dict)
    return {(message["dataPath"], message["keyword"]) for message in problem["validation_messages"]}
