"""The product, asked in this process, as a server would ask it."""

from collections.abc import Callable
from typing import Any

import orjson
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import RequestFactory

from niagara import clock
from niagara.accounts.models import User
from niagara.accounts.operations.tokens import issue_token

MANAGER = "manager@niagara.example"


def token_for(*scopes: str, user: User | None = None) -> str:
    return issue_token(user or User.objects.get(email=MANAGER), scopes, at=clock.now(), hours=1)


def request(path: str, token: str, method: str = "GET", body: bytes = b"") -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    return RequestFactory().generic(method, path, body, "application/json", secure=True, headers=headers)


class Product:
    """Answers requests through all middleware and with a real token: one again and again, or such as are given."""

    def __init__(self, path: str, token: str) -> None:
        self.handler = WSGIHandler()
        self.token = token
        self.environ = request(path, token).environ

    def __call__(self) -> bytes:
        return self._answer(self.environ.copy())

    def send(self, path: str, body: Any) -> bytes:
        return self._answer(request(path, self.token, "PATCH", orjson.dumps(body)).environ)

    def _answer(self, environ: dict[str, Any]) -> bytes:
        status: list[str] = []
        response = self.handler(environ, lambda line, headers: status.append(line))
        body = b"".join(response)
        response.close()
        if not status[0].startswith("2"):
            raise SystemExit(f"The product answered {status[0]}: {body[:500].decode()}")
        return body


def queries_of(answer: Callable[[], Any]) -> int:
    """How many statements Django runs for an answer."""
    statements = []

    def note(execute: Any, *statement: Any) -> Any:
        statements.append(statement)
        return execute(*statement)

    with connection.execute_wrapper(note):
        answer()
    return len(statements)
