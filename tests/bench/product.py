"""The product, asked in this process, as a server would ask it."""

from collections.abc import Callable
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import RequestFactory

from niagara import clock
from niagara.accounts.models import User
from niagara.accounts.operations.tokens import issue_token

MANAGER = "manager@niagara.example"


def token_for(*scopes: str) -> str:
    return issue_token(User.objects.get(email=MANAGER), scopes, at=clock.now(), hours=1)


def request(path: str, token: str) -> Any:
    return RequestFactory().get(path, secure=True, headers={"Authorization": f"Bearer {token}"})


class Product:
    """Answers one request again and again, through all middleware and with a real token."""

    def __init__(self, path: str, token: str) -> None:
        self.handler = WSGIHandler()
        self.environ = request(path, token).environ

    def __call__(self) -> bytes:
        status = []
        response = self.handler(self.environ.copy(), lambda line, headers: status.append(line))
        body = b"".join(response)
        response.close()
        if status != ["200 OK"]:
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
